"""Every check of a process is told in a sentence, whatever its figures are."""

from itertools import product

import pytest

from api.pages.check_words import found
from api.pages.translation import words
from domain.acting import acting
from domain.foresight.actions import FollowUpPlan
from domain.foresight.checks import Check
from domain.foresight.readiness import readiness
from domain.foresight.record import Leader, ProcessLeader
from search.index import Lang
from tests.domain.processes import ANNE, BO, CATCH_UP, KICK_OFF, Decision, a_process, committed, held, planned


def told(check: Check, *decisions: Decision, lang: Lang = "en") -> str:
    with acting("anne"):
        process = a_process(*decisions)
    return next(found(one, words(lang)) for one in readiness(process) if one.check is check)


def led(*, external: bool, neutral: bool, checked: str | None) -> Decision:
    leader = ProcessLeader(organisation="Futures Ltd", external=external, neutral=neutral, checked=checked)
    return lambda process: process.name_process_leader(leader)


FOLLOW_UPS = [FollowUpPlan(owner=owner, on=on, budget=budget) for owner, on, budget in product(
    (None, "The board"), (None, "2027-01-15"), (None, 300_000))]  # fmt: skip
LEADERS = [led(external=e, neutral=n, checked=c) for e, n, c in product((True, False), (True, False), (None, "Seen."))]
HISTORIES: list[tuple[Decision, ...]] = [
    (),
    (committed(ANNE), planned(starts="2026-05-13", ends="2026-05-14", purpose="Forces", product="A list")),
    (committed(ANNE), planned(KICK_OFF), held(ANNE), committed(BO, "2026-06-01"), planned(CATCH_UP, catch_up=True)),
]


@pytest.mark.parametrize("lang", ["en", "nb"])
@pytest.mark.parametrize("decisions", HISTORIES, ids=["nothing yet", "planned", "held"])
def test_no_figure_is_left_out(decisions: tuple[Decision, ...], lang: Lang) -> None:
    for check in Check:
        sentence = told(check, *decisions, lang=lang)
        assert (sentence[-1], {"{", "}"} & set(sentence), "None" in sentence) == (".", set(), False)


def test_what_is_missing_of_a_follow_up_is_named() -> None:
    sentences = [told(Check.FOLLOW_UP, lambda p, plan=plan: p.plan_follow_up(plan)) for plan in FOLLOW_UPS]
    assert len(set(sentences)) == len(FOLLOW_UPS)
    assert sentences[-1] == "It has an owner, a date and a budget."


def test_what_is_wrong_with_a_facilitator_is_named() -> None:
    sentences = [told(Check.NEUTRAL_FACILITATOR, leader) for leader in LEADERS]
    assert sentences[:2] == [
        "The process leader is said to be external and neutral. Tell how that was found out.",
        "The process leader is external and neutral, and it is told how that was found out.",
    ]
    assert len(set(sentences[2:])) == 3


def test_which_leader_is_missing_is_named() -> None:
    process, project = ProcessLeader(person="anne", external=True, neutral=True), Leader(person="anne")
    first: Decision = lambda p: p.name_process_leader(process)  # noqa: E731
    second: Decision = lambda p: p.name_project_leader(project)  # noqa: E731
    assert [told(Check.BOTH_LEADERS, *some) for some in ((), (first,), (second,), (first, second))] == [
        "Neither is named.",
        "The process leader is named, the project leader is not.",
        "The project leader is named, the process leader is not.",
        "One person is both process leader and project leader.",
    ]
