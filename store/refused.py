"""Why a store is not opened: it could lose what it has acknowledged, or its tables are not those of this program."""


class NotDurable(RuntimeError):
    """A commit here would not survive a power cut."""


class NotMigrated(RuntimeError):
    """The tables are older or newer than this program."""


class OtherKey(RuntimeError):
    """The key of the ledger is missing, or is not the one that this record was kept with."""


class NoLedger(RuntimeError):
    """There is no store here, or one without a ledger."""
