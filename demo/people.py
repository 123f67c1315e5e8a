"""Five people who are known not to exist, each with another part, to look at the same things with other eyes."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from api.usecases.demo_people import demo_person
from demo.origin import demo_id
from demo.programmes import PROGRAMME_IDS
from domain.person import Part, Role

SINCE = "2024-01-01"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Known in Norway from specimen forms and from the questions of law exams."""

    key: str
    name: str
    part: Part

    @property
    def id(self) -> UUID:
        return demo_person(self.key)

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


def demo_people() -> Iterator[DemoPerson]:
    for key, name, cluster in (
        ("manager", "Kari Nordmann", "NCE Smart Energy Markets"),
        ("other-manager", "Ola Nordmann", "GCE NODE"),
    ):
        yield DemoPerson(key, name, Part(Role.CLUSTER_MANAGER, demo_id("cluster", cluster)))
    yield DemoPerson("staff", "Marte Kirkerud", Part(Role.PROGRAMME_STAFF, PROGRAMME_IDS["NCE"]))
    yield DemoPerson("auditor", "Peder Ås", Part(Role.AUDITOR))
    yield DemoPerson("administrator", "Lars Holm", Part(Role.ADMINISTRATOR))
