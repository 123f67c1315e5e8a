"""A process told in one language: what it consists of in sentences with their figures, phase by phase, as Markdown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal

from api.usecases.evidence_words import CHECKS, OUTCOMES, PHASES, SAID
from domain.adaptation import Adaptation, Rater
from domain.foresight.actions import ActionState
from domain.foresight.checks import Check
from domain.foresight.forces import Standing
from domain.foresight.gatherings import GatheringState
from domain.foresight.options import Option
from domain.foresight.participation import Commitment
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import Checked, Figure
from domain.lesson_record import Phase
from domain.text import PROSE_MAX, LocalText, Title

LOCALES = {"en": "en_GB", "nb": "nb"}
CELL_MAX = 200
"""Characters of a purpose or product in the table."""


@dataclass(frozen=True, slots=True)
class Telling:
    """`titles` are those of the lessons that were adapted, as far as they may be told."""

    process: ForesightProcess
    checks: Mapping[Check, Checked]
    adaptations: Sequence[Adaptation]
    titles: Mapping[UUID, Title]
    lang: str

    def summary(self) -> str:
        return self._say(
            "summary",
            came=len(self.process.committed()),
            held=len(self.process.by_date(GatheringState.HELD)),
            scenarios=len(self.process.scenarios),
        )

    def body(self) -> str:
        """Everything; of a process too long for a text, as much as goes in."""
        parts = [self.process.current.description.in_language(self.lang)[1]] if self.process.current.description else []
        for phase in Phase:
            if lines := [*self.phase(phase), *self.figures(phase)]:
                parts.append(f"## {PHASES[phase][self.lang]}\n\n{_list(lines)}")
        if self.process.gatherings:
            parts.append(f"## {self._say('gatherings')}\n\n{self._table()}")
        if self.adaptations:
            parts.append(f"## {self._say('adapted')}\n\n" + "\n\n".join(map(self._adapted, self.adaptations)))
        return _cut("\n\n".join(parts))

    def phase(self, phase: Phase) -> list[str]:
        """When the process was in it, and what its checks say."""
        days = [self._day(on) for on, entered in self.process.phases if entered is phase]
        entered = [self._say("entered", days=", ".join(days))] if days else []
        return entered + [self.check(check) for check, (of, _, _) in CHECKS.items() if of is phase and days]

    def check(self, check: Check) -> str:
        checked = self.checks[check]
        figures = {name: self._figure(value) for name, value in checked.figures.items()}
        told = CHECKS[check][2][self.lang].format(**figures)
        return f"{told} {self._say('waived', reason=checked.waived.reason)}" if checked.waived else told

    def figures(self, phase: Phase) -> list[str]:
        """What there is of the phase; nothing of a part that is empty."""
        match phase:
            case Phase.SCOPING:
                return list(self._scope())
            case Phase.PLANNING:
                leaders = {"process leader": self.process.process_leader, "project leader": self.process.project_leader}
                named = {name: leader.organisation for name, leader in leaders.items() if leader}
                return [self._say(name, organisation=of) for name, of in named.items() if of]
            case Phase.RECRUITMENT:
                return list(self._participants())
            case Phase.DRIVING_FORCES:
                return list(self._forces())
            case Phase.SCENARIOS:
                return list(self._scenarios())
            case Phase.STRATEGY:
                return list(self._strategy())
            case Phase.ACTION:
                return list(self._actions())
            case Phase.EVALUATION:
                return [*self.attendance(), *self._answers()]
            case Phase.SCANNING | Phase.FOLLOW_UP:
                return []

    def attendance(self) -> Iterator[str]:
        turnouts = list(self.process.turnouts())
        for one in turnouts:
            day = self._day(self.process.gatherings[one.gathering].plan.starts)
            if one.return_rate is None:
                yield self._say("gathering", day=day, came=one.attended)
            else:
                rate = round(100 * one.return_rate)
                yield self._say("returned", day=day, came=one.attended, back=one.back, before=one.before, rate=rate)
        if len(turnouts) > 1:
            yield self._say("core", core=turnouts[-1].core, first=turnouts[0].attended)

    def _scope(self) -> Iterator[str]:
        record = self.process.current
        if record.focal_question:
            yield self._say("question", question=self._text(record.focal_question))
        if record.horizon:
            yield self._say("horizon", year=record.horizon)

    def _participants(self) -> Iterator[str]:
        people = self.process.participants.values()
        if people:
            count = Counter(one.commitment for one in people)
            yield self._say(
                "participants",
                invited=len(people),
                committed=count[Commitment.COMMITTED],
                declined=count[Commitment.DECLINED],
                withdrew=count[Commitment.WITHDREW],
            )

    def _forces(self) -> Iterator[str]:
        if forces := self.process.forces.values():
            count = Counter(force.record.standing for force in forces)
            yield self._say(
                "forces",
                forces=len(forces),
                certain=count[Standing.CERTAIN],
                critical=count[Standing.CRITICAL],
                assessors=len(self.process.scores),
            )

    def _scenarios(self) -> Iterator[str]:
        for axis in self.process.axes.values():
            title, low, high = map(self._text, (axis.record.title, axis.record.low, axis.record.high))
            yield self._say("axis", title=title, low=low, high=high)
        for scenario in self.process.scenarios.values():
            yield self._say("scenario", title=self._text(scenario.record.title))

    def _strategy(self) -> Iterator[str]:
        for option in self.process.options.values():
            ratings = ", ".join(self._rated(option)) or self._say("unknown")
            yield self._say("option", title=self._text(option.record.title), ratings=ratings)
        if posts := self.process.signposts.values():
            reached = sum(any(reading.reached for reading in post.readings) for post in posts)
            yield self._say("signposts", signposts=len(posts), reached=reached)

    def _rated(self, option: Option) -> Iterator[str]:
        for id, scenario in self.process.scenarios.items():
            if id in option.ratings:
                yield f"{option.ratings[id].rating} ({self._text(scenario.record.title)})"

    def _actions(self) -> Iterator[str]:
        if actions := self.process.actions.values():
            count = Counter(action.state for action in actions)
            yield self._say("actions", **{state.value.replace("-", "_"): count[state] for state in ActionState})

    def _answers(self) -> Iterator[str]:
        for one in self.process.distributions():
            if one.mean is not None:
                mean = format_decimal(round(one.mean, 1), "0.0", locale=LOCALES[self.lang])
                yield self._say("answers", text=self._text(one.question.text), mean=mean, count=sum(one.counts))

    def _table(self) -> str:
        turnouts = {turnout.gathering: turnout for turnout in self.process.turnouts()}
        rows = [self._say("columns"), "|---|---|---|---|---|---|"]
        for one in self.process.by_date(GatheringState.HELD, GatheringState.PLANNED):
            plan, turnout = one.plan, turnouts.get(one.id)
            days = self._day(plan.starts) + (f" – {self._day(plan.ends)}" if plan.ends != plan.starts else "")
            came = len(one.attended) if one.state is GatheringState.HELD else None
            cells = (days, plan.purpose, plan.product, came, turnout and turnout.back, turnout and turnout.core)
            rows.append(f"| {' | '.join(map(_cell, cells))} |")
        return "\n".join(rows)

    def _adapted(self, adaptation: Adaptation) -> str:
        title = self.titles.get(adaptation.lesson)
        lines = [f"**{self._text(title) if title else self._say('lesson')}**"]
        record = adaptation.current
        for name, text in (("kept", record.kept), ("changed", record.changed), ("dropped", record.dropped)):
            if text:
                lines.append(self._say(name, text=self._text(text)))
        if outcome := adaptation.outcome(Rater.CLUSTER):
            lines.append(self._say("outcome", outcome=OUTCOMES[outcome][self.lang]))
        return _list(lines[1:], head=lines[0])

    def _figure(self, value: Figure) -> object:
        """What is text among the figures is a day."""
        if isinstance(value, bool):
            return self._say("yes" if value else "no")
        if isinstance(value, str):
            return self._day(value)
        return self._say("unknown") if value is None else value

    def _day(self, day: str) -> str:
        return format_date(date.fromisoformat(day), "long", locale=LOCALES[self.lang])

    def _text(self, text: LocalText) -> str:
        return text.in_language(self.lang)[1]

    def _say(self, what: str, **values: Any) -> str:
        return SAID[what][self.lang].format(**values)


def _list(lines: Iterable[str], head: str | None = None) -> str:
    items = "\n".join(f"- {' '.join(line.split())}" for line in lines)
    return f"{head}\n\n{items}" if head else items


def _cell(value: object) -> str:
    text = "" if value is None else " ".join(str(value).split())
    short = text if len(text) <= CELL_MAX else f"{text[: CELL_MAX - 1]}…"
    return short.replace("|", "\\|")


def _cut(text: str) -> str:
    """Whole lines, as many as a text may have."""
    if len(text) <= PROSE_MAX:
        return text
    return text[:PROSE_MAX].rpartition("\n")[0] or text[:PROSE_MAX]
