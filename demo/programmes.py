"""The Norwegian cluster programmes."""

from api.usecases.programmes import NewProgramme
from demo.origin import demo_id
from domain.dates import Span
from domain.programme import ProgrammeKind
from domain.text import Title

OWNER = "Innovation Norway, Siva and the Research Council of Norway"


def _programme(code: str, start: str, en: str, nb: str, kind: ProgrammeKind = ProgrammeKind.PROGRAMME) -> NewProgramme:
    return NewProgramme(code=code, name=Title(en=en, nb=nb), owner=OWNER, kind=kind, period=Span(start=start))


PROGRAMMES = (
    _programme("Arena", "2002", "The Arena Programme", "Arena-programmet"),
    _programme("NCE", "2006", "Norwegian Centres of Expertise", "Norske ekspertsentre", ProgrammeKind.BRAND),
    _programme("GCE", "2014", "Global Centres of Expertise", "Globale ekspertsentre"),
    _programme("NIC", "2014", "Norwegian Innovation Clusters", "Norske innovasjonsklynger"),
    _programme("Arena Pro", "2019", "Arena Pro, for mature clusters", "Arena Pro, for modne klynger"),
)
PROGRAMME_IDS = {programme.code: demo_id("programme", programme.code) for programme in PROGRAMMES}
