"""Where the demo data lie, under which ids they are kept, and in whose name."""

from pathlib import Path
from uuid import UUID, uuid5

DATA = Path(__file__).parent / "data"
NAMESPACE = UUID("2e0c6b7b-8a3d-4a53-9a0e-6f1f3c6f0d4e")
ACTOR = str(uuid5(NAMESPACE, "person"))
ACTOR_NAME = "Lærdom demo"
REASON = "demo data"


def demo_id(kind: str, key: str) -> UUID:
    """Always the same, so that what was loaded once is found again instead of being added a second time."""
    return uuid5(NAMESPACE, f"{kind}\n{key}")


def url_list(text: str) -> list[str]:
    return [url.strip() for url in text.split(" ; ") if url.strip()]
