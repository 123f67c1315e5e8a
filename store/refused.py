"""Why a store is not opened: it could lose what it has acknowledged, or its tables are not those of this program."""


class NotDurable(RuntimeError):
    """A commit here would not survive a power cut."""


class NotMigrated(RuntimeError):
    """The tables are older or newer than this program."""
