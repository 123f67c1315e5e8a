"""When a process was in which phase, and its gatherings."""

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup

from api.pages.pictures.frame import SMALL, WIDE, Picture, short
from domain.foresight.gatherings import Gathering, GatheringState
from domain.foresight.process import ForesightProcess
from domain.lesson_record import Phase

LEFT, RIGHT, ROW, TOP = 128, WIDE - 12, 22, 6
MOST_YEARS = 6
"""That are named; of a longer time only some are."""
BESIDE = 13
"""Half the room that the number of those who came takes; where there is none, it is not written."""
LATER_DAYS = 30
"""For how long the last phase is drawn on."""


def timeline(
    process: ForesightProcess, *, title: str, description: str, named: Callable[[Phase], str], gatherings: str
) -> Markup:
    """A row for each phase that was entered, and one for the gatherings, with how many came. Empty before either is
    known."""
    held = process.by_date(*GatheringState)
    days = [day for entry, _ in process.phases if (day := date.fromisoformat(entry))]
    days += [date.fromisoformat(day) for g in held for day in (g.plan.starts, g.plan.ends)]
    if not days:
        return Markup("")
    first, last = min(days), date.fromordinal(max(days).toordinal() + LATER_DAYS)

    def x_of(day: date) -> float:
        return LEFT + (day - first).days / max((last - first).days, 1) * (RIGHT - LEFT)

    rows = [phase for phase in Phase if any(entered is phase for _, entered in process.phases)]
    height = TOP + ROW * len(rows) + (44 if held else 0) + 24
    picture = Picture(height, title, description)
    for year in range(first.year, last.year + 1, (last.year - first.year) // MOST_YEARS + 1):
        x = max(x_of(date(year, 1, 1)), LEFT)
        picture.line(x, TOP, x, height - 20, "grid")
        if x < RIGHT - 30:
            picture.text(str(year), x + 3, height - 5, size=SMALL, kind="quiet")
    for number, phase in enumerate(rows):
        y = TOP + ROW * number
        picture.text(short(named(phase), LEFT - 10, SMALL), 0, y + 15, size=SMALL)
        for begins, ends in _stays(process.phases, phase, last):
            width = max(x_of(ends) - x_of(begins), 3)
            said = f"{named(phase)}: {begins} –" + (f" {ends}" if ends != last else "")
            picture.rectangle(x_of(begins), y + 4, width, ROW - 8, "bar", round_by=3, said=said)
    if held:
        y = TOP + ROW * len(rows) + 22
        picture.text(short(gatherings, LEFT - 10, SMALL), 0, y + 5, size=SMALL)
        free = float(LEFT - BESIDE)  # from here on nothing is written yet
        for gathering in held:
            x = x_of(date.fromisoformat(gathering.plan.starts))
            _draw_mark(picture, x, y, gathering)
            if gathering.state is GatheringState.HELD and x - BESIDE >= free:
                picture.text(str(len(gathering.attended)), x, y + 22, anchor="middle", size=SMALL)
                free = x + BESIDE
    return picture.markup()


def _stays(phases: Sequence[tuple[str, Phase]], phase: Phase, last: date) -> list[tuple[date, date]]:
    """From each entry into the phase to the next entry into any."""
    days = [*(date.fromisoformat(on) for on, _ in phases), last]
    return [(days[n], max(days[n], days[n + 1])) for n, (_, entered) in enumerate(phases) if entered is phase]


def _draw_mark(picture: Picture, x: float, y: float, gathering: Gathering) -> None:
    """A square for one to catch up."""
    kind, said = gathering.state.value, f"{gathering.plan.starts}: {len(gathering.attended)}"
    if gathering.plan.catch_up:
        picture.rectangle(x - 5, y - 5, 10, 10, kind, said=said)
    else:
        picture.circle(x, y, 6, kind, said=said)
