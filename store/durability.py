"""Whether a PostgreSQL server keeps what it has acknowledged."""

from store.connections import Bounded
from store.refused import NotDurable

OLDEST = 15
WANTED = {
    "fsync": ({"on"}, "an acknowledged commit would not be on the disk"),
    "synchronous_commit": ({"on", "remote_apply"}, "a commit would be acknowledged before it is on the disk"),
    "full_page_writes": ({"on"}, "a power cut in the middle of a write would damage the tables"),
}


def check_durable(db: Bounded) -> None:
    """Raises `NotDurable`, saying why and what to set. Looks at what holds for a session of ours: a setting of the
    server, of the database, of the user or in the address."""
    version = db.info.server_version // 10_000
    rows = db.execute(
        "SELECT name, setting, source FROM pg_settings WHERE name = ANY(%s) ORDER BY name", (list(WANTED),)
    ).fetchall()
    if version < OLDEST:
        raise NotDurable(f"PostgreSQL {version} is too old; Lærdom needs {OLDEST} or newer.")
    for row in rows:
        accepted, why = WANTED[row["name"]]
        if row["setting"] not in accepted:
            raise NotDurable(
                f"PostgreSQL runs with {row['name']}={row['setting']} (from: {row['source']}): {why}."
                f" Set {row['name']} = on."
            )
