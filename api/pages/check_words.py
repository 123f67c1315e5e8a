"""What a check of a process found, as a sentence made of its figures."""

from collections.abc import Callable, Mapping

from api.pages.translation import N_, Words
from domain.foresight.checks import Check
from domain.foresight.readiness import Checked, Figures


def found(checked: Checked, say: Words) -> str:
    """`Committed in time: 3 of 12 invited. At least 10 are wanted.`, in the language of the words."""
    return say(_TEMPLATES[checked.check](checked.figures)).format(**_said(checked.figures, say))


def _said(figures: Figures, say: Words) -> dict[str, object]:
    return {name: say.day(value) if isinstance(value, str) else value for name, value in figures.items()}


def _planning_time(f: Figures) -> str:
    if f["weeks"] is None:
        return N_("At least {wanted} weeks of planning are wanted. Say when planning begins, and plan a gathering.")
    return N_("From the beginning of planning to the first gathering: {weeks} weeks. At least {wanted} are wanted.")


def _neutral_facilitator(f: Figures) -> str:
    match f["external"], f["neutral"], f["checked"]:
        case None, _, _:
            return N_("No process leader is named yet.")
        case True, True, True:
            return N_("The process leader is external and neutral, and it is told how that was found out.")
        case True, True, _:
            return N_("The process leader is said to be external and neutral. Tell how that was found out.")
        case True, _, _:
            return N_("The process leader is external, but not neutral.")
        case _, True, _:
            return N_("The process leader is neutral, but not external.")
        case _:
            return N_("The process leader is neither external nor neutral.")


def _both_leaders(f: Figures) -> str:
    if f["same_person"]:
        return N_("One person is both process leader and project leader.")
    match f["process_leader"], f["project_leader"]:
        case True, True:
            return N_("Both are named.")
        case True, _:
            return N_("The process leader is named, the project leader is not.")
        case _, True:
            return N_("The project leader is named, the process leader is not.")
        case _:
            return N_("Neither is named.")


def _committed_first(_: Figures) -> str:
    return N_("Committed in time: {committed} of {invited} invited. At least {wanted} are wanted.")


def _many_perspectives(_: Figures) -> str:
    return N_("Kinds of organisation among the committed: {kinds}. At least {wanted_kinds} are wanted. Perspectives:"
              " {perspectives}. At least {wanted_perspectives} are wanted.")  # fmt: skip


def _evaluation_agreed(f: Figures) -> str:
    if f["agreed"] is None:
        return N_("No question is agreed on yet.")
    return N_("Questions: {questions}, agreed on {agreed}.")


def _gatherings_in_a_year(_: Figures) -> str:
    return N_("Gatherings of at least {days} days within a year: {most_in_a_year}. At least {wanted} are wanted.")


def _purpose_and_product(f: Figures) -> str:
    if not f["gatherings"]:
        return N_("No gathering is planned yet.")
    return N_("Gatherings with a purpose and a product: {complete} of {gatherings}.")


def _catch_up(_: Figures) -> str:
    return N_("Joined after the first gathering: {joined_late}. Gatherings to catch up: {catch_up_gatherings}.")


def _not_copied(f: Figures) -> str:
    if not f["borrowed"]:
        return N_("No lesson of others was adapted in this process yet.")
    return N_("Lessons adapted: {borrowed}. Of these something was changed or dropped in {made_its_own}.")


def _follow_up(f: Figures) -> str:
    match f["owner"], f["date"], f["budget"]:
        case True, True, True:
            return N_("It has an owner, a date and a budget.")
        case True, True, _:
            return N_("It has an owner and a date, but no budget.")
        case True, _, True:
            return N_("It has an owner and a budget, but no date.")
        case True, _, _:
            return N_("It has an owner, but neither date nor budget.")
        case _, True, True:
            return N_("It has a date and a budget, but no owner.")
        case _, True, _:
            return N_("It has a date, but neither owner nor budget.")
        case _, _, True:
            return N_("It has a budget, but neither owner nor date.")
        case _:
            return N_("It is not planned yet.")


_TEMPLATES: Mapping[Check, Callable[[Figures], str]] = {
    Check.PLANNING_TIME: _planning_time,
    Check.NEUTRAL_FACILITATOR: _neutral_facilitator,
    Check.BOTH_LEADERS: _both_leaders,
    Check.COMMITTED_FIRST: _committed_first,
    Check.MANY_PERSPECTIVES: _many_perspectives,
    Check.EVALUATION_AGREED: _evaluation_agreed,
    Check.GATHERINGS_IN_A_YEAR: _gatherings_in_a_year,
    Check.PURPOSE_AND_PRODUCT: _purpose_and_product,
    Check.CATCH_UP: _catch_up,
    Check.NOT_COPIED: _not_copied,
    Check.FOLLOW_UP: _follow_up,
}
TURNS: Mapping[Check, tuple[str, ...]] = {
    Check.PLANNING_TIME: ("describe", "plan-gathering"),
    Check.NEUTRAL_FACILITATOR: ("name-process-leader",),
    Check.BOTH_LEADERS: ("name-process-leader", "name-project-leader"),
    Check.COMMITTED_FIRST: ("invite", "answer-invitation"),
    Check.MANY_PERSPECTIVES: ("invite",),
    Check.EVALUATION_AGREED: ("agree-evaluation",),
    Check.GATHERINGS_IN_A_YEAR: ("plan-gathering",),
    Check.PURPOSE_AND_PRODUCT: ("replan-gathering",),
    Check.CATCH_UP: ("plan-gathering",),
    Check.NOT_COPIED: (),
    Check.FOLLOW_UP: ("plan-follow-up",),
}
"""The forms with which a check is met."""
