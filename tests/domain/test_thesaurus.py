"""Concepts together: given those in use, when one is to be changed, then it is refused or not; and what is passed over
where two changes met."""

from typing import Any

import pytest

from domain.concept_record import ConceptRecord
from domain.errors import Invalid, NameTaken, Refused, WrongState
from domain.thesaurus import allow_with, allow_without, linked, narrower_of, related_to, sound


def a(name: str, **fields: Any) -> ConceptRecord:
    return ConceptRecord.model_validate({"preferred": {"en": name, "nb": f"{name} nb"}, **fields})


USED = {
    "trust": a("trust"),
    "openness": a("openness", broader=["trust"]),
    "candour": a("candour", broader=["openness"]),
}
NOWHERE = (Invalid, "There is no such concept, or it is retired. Look it up in the thesaurus.")
CIRCLE = (Invalid, "What is broader leads back to this concept. End the circle somewhere.", "broader")


@pytest.mark.parametrize(
    ("slug", "record"),
    [
        ("faith", a("faith", broader=["trust"], related=["candour"])),
        ("trust", a("trust", related=["candour"])),
        ("trust", a("Trust!")),
        ("candour", a("candour", broader=["trust"])),
        ("candour", a("candour", broader=["openness", "trust"])),
    ],
)
def test_what_fits(slug: str, record: ConceptRecord) -> None:
    allow_with(USED, slug, record)


@pytest.mark.parametrize(
    ("slug", "record", "refusal"),
    [
        ("faith", a("faith", broader=["hope"]), (*NOWHERE, "broader")),
        ("faith", a("faith", related=["trust", "hope"]), (*NOWHERE, "related")),
        ("trust", a("trust", broader=["candour"]), CIRCLE),
        ("openness", a("openness", broader=["candour"]), CIRCLE),
        ("faith", a(" TRUST. "), (
            NameTaken, "Another concept is called so: trust. Say here what sets this one apart.", "preferred.en")),
        ("faith", ConceptRecord.model_validate({"preferred": {"en": "faith", "nb": "Trust-nb"}}), (
            NameTaken, "Another concept is called so: trust. Say here what sets this one apart.", "preferred.nb")),
    ],
)  # fmt: skip
def test_what_does_not(slug: str, record: ConceptRecord, refusal: tuple[type[Refused], str, str]) -> None:
    with pytest.raises(Refused) as refused:
        allow_with(USED, slug, record)
    assert (type(refused.value), str(refused.value), refused.value.field) == refusal


def test_what_led_nowhere_before_is_no_fault_of_this_change() -> None:
    before = a("faith", broader=["hope"], related=["charity"])
    allow_with(USED, "faith", a("faith", broader=["hope", "trust"], related=["charity"]), before)
    with pytest.raises(Invalid):
        allow_with(USED, "faith", a("faith", broader=["charity"]), before)


def test_what_others_have_as_broader_stays() -> None:
    with pytest.raises(WrongState) as refused:
        allow_without({**USED, "faith": a("faith", broader=["trust"])}, "trust")
    assert str(refused.value) == "Other concepts name it as broader: faith, openness. Change these first."
    allow_without({**USED, "faith": a("faith", related=["candour"])}, "candour")


def test_around() -> None:
    used = {**USED, "faith": a("faith", broader=["trust"], related=["candour"])}
    assert narrower_of(used, "trust") == ("openness", "faith")
    assert (related_to(used, "candour"), related_to(used, "trust")) == (("faith",), ())
    assert related_to(used, "faith") == ("candour",)


def test_what_is_sound_stays_as_it_is() -> None:
    assert sound(USED) == USED
    assert list(sound(USED)) == ["candour", "openness", "trust"]


def test_names_of_what_is_not_there_are_passed_over() -> None:
    faith = a("faith", broader=["hope", "trust"], related=["hope", "candour"])
    assert sound({**USED, "faith": faith}) == {**USED, "faith": a("faith", broader=["trust"], related=["candour"])}
    assert linked(faith, USED) == a("faith", broader=["trust"], related=["candour"])


def test_of_two_that_are_called_the_same_the_first_stays() -> None:
    used = {**USED, "truth": a("Trust"), "zeal": a("zeal", related=["truth"])}
    assert sound(used) == {**USED, "zeal": a("zeal")}


@pytest.mark.parametrize("length", [1, 2, 3, 30])
def test_the_step_that_closes_a_circle_is_passed_over(length: int) -> None:
    circle = {f"c{n:02}": a(f"c {n}", broader=[f"c{(n + 1) % length:02}"]) for n in range(length)}
    last = f"c{length - 1:02}"
    assert sound(circle) == circle | {last: circle[last].model_copy(update={"broader": ()})}
