"""The forms with which a lesson is adapted, and with which it is said what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from api.pages.deeds import AnyDeed, Ask, Deed
from api.pages.fields import Field, both
from api.pages.labels import FIELDS
from api.pages.lesson_deeds import WHY, WHY_NOT_REQUIRED
from api.pages.translation import N_
from api.usecases import adapting
from api.usecases.adapting import AdaptationChanges, NewAdaptation
from api.usecases.looking import today
from domain.adaptation import Adaptation, Outcome, Rater
from domain.lesson import Lesson
from domain.text import PROSE_MAX

RECORD = (
    *both("kept", FIELDS["kept"], longest=PROSE_MAX, help=N_("What of it do you do as it was done there?")),
    *both("changed", FIELDS["changed"], longest=PROSE_MAX, help=N_("What do you do in another way?")),
    *both("dropped", FIELDS["dropped"], longest=PROSE_MAX, help=N_("What do you leave out?")),
    *both("why", FIELDS["why"], required=True, longest=PROSE_MAX,
          help=N_("What is different with you, or why nothing is. Others learn from your reasons.")),
    Field("phase", FIELDS["phase"], "choice", choices="phase"),
    Field("since", FIELDS["since"], "date", N_("As exact as you know: 2009, 2009-05 or 2009-05-13.")),
)  # fmt: skip
WHERE = (
    Field("cluster", FIELDS["cluster"], "choice", N_("The cluster that adapts it."), choices="own-clusters",
          required=True),
    Field("process", FIELDS["process"], "choice", N_("If it is done in a foresight process of the cluster."),
          choices="own-processes"),
)  # fmt: skip
OUTCOME = (
    Field("outcome", FIELDS["outcome"], "choice", choices="outcome", required=True),
    Field("on", N_("Day"), "day", N_("When this was seen. It can be said again later.")),
    Field("note", N_("Note"), "text", N_("Optional."), longest=2_000),
)


def _adapt(ask: Ask) -> Adaptation:
    new = NewAdaptation.model_validate({**ask.values, "lesson": ask.id})
    return adapting.make_adaptation(ask.system, ask.viewer, new, id=uuid4())


def adapting_deed(initial: Mapping[str, str]) -> AnyDeed:
    """The form for a lesson, filled in as far as it is known who adapts it where."""

    def filled(_: Lesson) -> Mapping[str, Any]:
        return initial

    return replace(ADAPT, initial=filled)


def _record(adaptation: Adaptation) -> Mapping[str, Any]:
    return adaptation.current.model_dump(mode="json")


def _edit(ask: Ask) -> Adaptation:
    changes = AdaptationChanges.model_validate(ask.values).model_dump(exclude_unset=True)
    return adapting.change_adaptation(ask.system, ask.viewer, ask.id, ask.version, changes)


def _rate(by: Rater) -> Callable[[Ask], Adaptation]:
    def rate(ask: Ask) -> Adaptation:
        outcome, on, note = Outcome(ask.values["outcome"]), ask.values["on"], ask.values["note"]
        return adapting.rate_adaptation(ask.system, ask.viewer, ask.id, ask.version, outcome, by=by, on=on, note=note)

    return rate


def _today(_: Adaptation) -> Mapping[str, Any]:
    return {"on": today().isoformat()}


def _goes_on(adaptation: Adaptation) -> bool:
    return not adaptation.withdrawn


ADAPT: AnyDeed = Deed(
    Lesson, "adapt", N_("Adapt this lesson"), N_("Adapt this …"), "read", _adapt, (*WHERE, *RECORD), tone="primary",
    lead=N_("Say what you keep of it, what you change and drop, and why. Later you are asked what came of it."),
)  # fmt: skip
ADAPTATION_DEEDS: tuple[AnyDeed, ...] = (
    Deed(Adaptation, "rate", N_("What came of it?"), N_("Say what came of it …"), "write", _rate(Rater.CLUSTER),
         OUTCOME, tone="primary", possible=_goes_on, initial=_today,
         lead=N_("As your cluster sees it. What was said before stays in the history.")),
    Deed(Adaptation, "rate-for-programme", N_("What came of it, for the programme?"),
         N_("Say what came of it, for the programme …"), "review", _rate(Rater.PROGRAMME), OUTCOME, possible=_goes_on,
         initial=_today, lead=N_("As the programme sees it, apart from what the cluster says.")),
    Deed(Adaptation, "edit", N_("Change the adaptation"), N_("Change"), "write", _edit, (*RECORD, WHY_NOT_REQUIRED),
         changes=True, possible=_goes_on, initial=_record),
    Deed(Adaptation, "withdraw", N_("Withdraw the adaptation"), N_("Withdraw …"), "withdraw",
         lambda a: adapting.withdraw_adaptation(a.system, a.viewer, a.id, a.version, a.reason or ""), (WHY,),
         tone="danger", possible=_goes_on,
         lead=N_("If it was never done. It no longer counts, and stays in the history.")),
)  # fmt: skip
