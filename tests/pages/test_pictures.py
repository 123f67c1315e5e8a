"""Pictures say what their tables say, whatever stands in them."""

from datetime import date
from itertools import pairwise
from statistics import fmean
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from api.pages.pictures import Node, cross, distribution, graph, kept, matrix, options, timeline, turnout
from api.pages.pictures.frame import SMALL, WIDE, in_lines, short, width_of
from api.pages.pictures.matrix import BOTTOM, LEFT, RIGHT, TOP, x_of, y_of
from domain.acting import acting
from domain.foresight.evaluation import Area, Distribution, Question
from domain.foresight.forces import Assessed, Force, ForceRecord, Rated, Standing, Steep
from domain.foresight.gatherings import GatheringPlan, Turnout
from domain.foresight.options import Option, OptionRating, OptionRecord
from domain.foresight.parts import WorkedOut
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.foresight.scenarios import Axis, AxisRecord, End, Scenario, ScenarioRecord
from domain.lesson_record import Phase
from domain.text import Title

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<script>alert('x')</script> & \"Øl\""
TOLD: Any = {"title": "T", "description": "D"}
AXES: Any = {**TOLD, "impact": "Impact", "uncertainty": "Uncertainty"}
RATINGS = st.integers(1, 5)


def drawn(markup: str) -> Element:
    root = fromstring(markup)
    assert (root.get("role"), root.get("aria-label"), root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == (
        "img", "T", "T", "D",
    )  # fmt: skip
    assert root.find(f".//{SVG}script") is None
    assert "style" not in {name for element in root.iter() for name in element.attrib}
    return root


def words(root: Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def of_class(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if element.get("class") == f"pic-{name}"]


def force(number: int, *scores: tuple[int, int], title: str = "Force", standing: Standing | None = None) -> Assessed:
    id = UUID(int=number)
    record = ForceRecord(title=Title(en=title), steep=Steep.SOCIAL, standing=standing)
    return Assessed(Force(id, record), {UUID(int=n): Rated(*pair) for n, pair in enumerate(scores)})


@given(st.lists(st.lists(st.tuples(RATINGS, RATINGS), max_size=5), max_size=40))
def test_every_assessed_force_stands_at_its_means_inside_the_field(scores: list[list[tuple[int, int]]]) -> None:
    root = drawn(matrix([force(n, *given) for n, given in enumerate(scores)], "en", **AXES))
    marks = of_class(root, "mark")
    means = [(fmean(i for i, _ in given), fmean(u for _, u in given)) for given in scores if given]
    places = [(float(mark.get("cx", "")), float(mark.get("cy", ""))) for mark in marks]
    assert places == [(round(x_of(i), 1), round(y_of(u), 1)) for i, u in means]
    assert all(LEFT < x < RIGHT and TOP < y < BOTTOM for x, y in places)


def test_critical_ones_stand_out_and_are_numbered_as_in_the_table() -> None:
    forces = [force(n, (1, 1)) for n in range(30)]
    forces[20] = force(20, (5, 5), (4, 5), standing=Standing.CRITICAL)
    forces[3] = force(3, (5, 1), standing=Standing.CERTAIN)
    root = drawn(matrix(forces, "en", **AXES))
    counts = [len(of_class(root, kind)) for kind in ("critical", "certain", "mark", "spread")]
    assert counts == [1, 1, 28, 2]
    assert "21" in [element.text for element in of_class(root, "strong")]
    assert (x_of(5) > x_of(1), y_of(5) < y_of(1)) == (True, True)


def test_what_people_wrote_is_text_and_whole_where_it_is_pointed_at() -> None:
    long = f"{NASTY} {'and on ' * 40}".strip()
    root = drawn(matrix([force(1, (3, 3), title=NASTY)], "en", **AXES))
    assert [t.text for t in of_class(root, "mark")[0].iter(f"{SVG}title")] == [
        f"1. {NASTY}: impact 3.0; uncertainty 3.0"
    ]
    node = drawn(graph([Node(UUID(int=1), 0, long, "here")], (), **TOLD))
    assert [t.text for t in of_class(node, "node-here")[0].iter(f"{SVG}title")] == [long]
    assert max(map(len, words(node))) < 40


def axis(number: int, title: str) -> Axis:
    return Axis(
        UUID(int=number),
        AxisRecord(title=Title(en=title), low=Title(en=f"{title} low"), high=Title(en=f"{title} high")),
    )


def scenario(number: int, title: str) -> Scenario:
    return Scenario(UUID(int=number), ScenarioRecord(title=Title(en=title)))


def test_a_scenario_stands_in_its_quarter_and_an_empty_one_says_so() -> None:
    at = {(End.LOW, End.HIGH): scenario(1, "Islands"), (End.HIGH, End.LOW): scenario(2, "Towers")}
    root = drawn(cross(axis(1, "Grid"), axis(2, "Price"), at, "en", empty="None yet", **TOLD))
    place = {t.text: (float(t.get("x", "")), float(t.get("y", ""))) for t in root.iter(f"{SVG}text")}
    assert [a < b for a, b in zip(place["Islands"], place["Towers"], strict=True)] == [True, True]
    assert (words(root).count("None yet"), len(of_class(root, "quarter"))) == (2, 2)
    assert {"Grid low", "Grid high", "Price low", "Price high"} <= set(words(root))


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=40))
def test_no_bar_leaves_the_picture(counts: list[tuple[int, int]]) -> None:
    told = [Turnout(UUID(int=n), came, came, min(back, came), min(back, came)) for n, (came, back) in enumerate(counts)]
    root = drawn(turnout(told, came="Came", back="Back", core="All", **TOLD))
    bars = [*of_class(root, "bar"), *of_class(root, "bar-light")]
    assert len(bars) == 2 * len(counts) + 2  # and two of the legend
    for bar in bars:
        x, y, wide, high = (float(bar.get(name, "")) for name in ("x", "y", "width", "height"))
        assert min(x, y, high, WIDE + 0.1 - x - wide) >= 0


def test_each_option_is_rated_in_each_scenario_that_it_was_tried_in() -> None:
    there = {UUID(int=n): scenario(n, f"S{n}") for n in (1, 2)}
    one = Option(UUID(int=9), OptionRecord(title=Title(en="A battery")), {UUID(int=1): OptionRating(5, None)})
    root = drawn(options([one], there, "en", **TOLD))
    assert [len(of_class(root, kind)) for kind in ("rated-5", "field")] == [1, 1]
    assert {"A", "B", "5", "A battery", "A  S1", "B  S2"} <= set(words(root))


def test_an_option_is_darker_the_better_it_does_and_what_is_not_tried_is_empty() -> None:
    there = {UUID(int=n): scenario(n, f"S{n}") for n in range(6)}
    ratings = {UUID(int=n): OptionRating(n, None) for n in range(1, 6)}
    one = Option(UUID(int=9), OptionRecord(title=Title(en="A battery")), ratings)
    root = drawn(options([one, one], there, "en", **TOLD))
    assert [len(of_class(root, f"rated-{n}")) for n in range(1, 6)] == [2] * 5
    assert ([t.text for t in of_class(root, "over")], len(of_class(root, "field"))) == (["4", "5", "4", "5"], 2)
    (said,) = of_class(root, "rated-3")[0].iter(f"{SVG}title")
    assert (said.text, words(root)[:6]) == ("A battery × S3", ["A", "B", "C", "D", "E", "F"])


def test_long_names_of_a_cross_keep_within_it() -> None:
    at = {(End.LOW, End.LOW): scenario(1, "Islands of light and shadow " * 6)}
    root = drawn(cross(axis(1, "Grid " * 30), axis(2, "Price " * 30), at, "en", empty="None yet", **TOLD))
    assert max(len(word) for word in words(root)) * 13 * 0.55 < WIDE
    (said,) = of_class(root, "quarter")[0].iter(f"{SVG}title")
    assert (said.text or "").startswith("Islands of light and shadow Islands")


def test_answers_share_a_bar() -> None:
    question = Question(id=UUID(int=1), area=Area.JOINT_GOALS, text=Title(en="We agree."))
    root = drawn(distribution([Distribution(question, (1, 0, 0, 0, 3))], "en", named=str, **TOLD))
    widths = [float(of_class(root, kind)[0].get("width", "")) for kind in ("rated-1", "rated-5")]
    assert widths == [90.0, 270.0]
    assert words(root) == ["joint-goals", "We agree.", "1", "5", "4.0"]
    in_bokmål = drawn(distribution([Distribution(question, (1, 0, 0, 0, 3))], "nb", named=str, **TOLD))
    assert words(in_bokmål)[-1] == "4,0"


@pytest.mark.parametrize(
    "key", [("Came", "Came back", "At every gathering"), ("Kom", "Kom igjen", "På alle samlinger")]
)
def test_the_words_of_the_key_stand_beside_each_other_and_inside(key: tuple[str, str, str]) -> None:
    came, back, core = key
    root = drawn(turnout([Turnout(UUID(int=1), 3, None, None, 3)], came=came, back=back, core=core, **TOLD))
    begins = [float(text.get("x", "")) for text in root.iter(f"{SVG}text") if text.text in key]
    ends = [x + width_of(word, SMALL) for x, word in zip(begins, key, strict=True)]
    assert all(end < later - 12 for end, later in zip(ends, begins[1:], strict=False))
    assert ends[-1] <= WIDE


def test_questions_stand_under_their_area_in_its_order_and_those_without_answers_nowhere() -> None:
    asked = [
        Distribution(Question(id=UUID(int=n), area=area, text=Title(en=f"Q{n}")), counts)
        for n, (area, counts) in enumerate(
            [(Area.JOINT_GOALS, (0, 1, 0, 0, 0)), (Area.JOINT_GOALS, (0, 0, 1, 0, 0)), (Area.COMPANY_GOALS, (0,) * 5),
             (Area.PROJECT_LEADERSHIP, (0, 0, 0, 0, 2))]
        )
    ]  # fmt: skip
    root = drawn(distribution(asked, "en", named=str, **TOLD))
    texts = sorted(root.iter(f"{SVG}text"), key=lambda t: float(t.get("y", "")))
    told = [t.text for t in texts if len(t.text or "") > 1 and "." not in (t.text or "")]
    assert told == ["joint-goals", "Q0", "Q1", "project-leadership", "Q3"]
    assert max(float(t.get("y", "")) for t in texts) < float(root.get("viewBox", "").split()[3])
    assert [t.text for t in of_class(root, "rated-5")[0].iter(f"{SVG}title")] == ["5: 2"]


def test_a_timeline_has_a_row_for_each_phase_and_a_bar_for_each_stay() -> None:
    with acting("mona"):
        process = ForesightProcess.open(UUID(int=1), ProcessRecord(title=Title(en="x"), cluster=UUID(int=2)))
        for phase, on in ((Phase.SCOPING, "2026-01-01"), (Phase.PLANNING, "2026-02-01"), (Phase.SCOPING, "2026-03-01")):
            process.enter_phase(phase, on)
        process.plan_gathering(UUID(int=3), GatheringPlan(starts="2026-04-01", ends="2026-04-02"))
        process.hold_gathering(UUID(int=3), frozenset())
    root = drawn(timeline(process, named=str, gatherings="Gatherings", **TOLD))
    assert (len(of_class(root, "bar")), len(of_class(root, "held"))) == (3, 1)
    assert words(root) == ["2026", "scoping", "planning", "Gatherings", "0"]


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), min_size=1, max_size=30))
def test_numbers_of_those_who_came_do_not_lie_on_one_another(days: list[date]) -> None:
    with acting("mona"):
        process = ForesightProcess.open(UUID(int=1), ProcessRecord(title=Title(en="x"), cluster=UUID(int=2)))
        for n, day in enumerate(days):
            process.plan_gathering(UUID(int=n), GatheringPlan(starts=str(day), ends=str(day), catch_up=n % 2 == 1))
            process.hold_gathering(UUID(int=n), frozenset())
    root = drawn(timeline(process, named=str, gatherings="Gatherings", **TOLD))
    places = [float(t.get("x", "")) for t in root.iter(f"{SVG}text") if t.text == "0"]
    assert all(later - earlier >= 24 for earlier, later in pairwise(places))
    assert (len(places) >= 1, len(of_class(root, "held"))) == (True, len(days))


def test_each_year_is_named_and_a_stay_ends_where_the_next_begins() -> None:
    with acting("mona"):
        process = ForesightProcess.open(UUID(int=1), ProcessRecord(title=Title(en="x"), cluster=UUID(int=2)))
        process.enter_phase(Phase.SCOPING, "2025-01-01")
        process.enter_phase(Phase.PLANNING, "2026-01-01")
        process.enter_phase(Phase.SCOPING, "2026-06-01")
    root = drawn(timeline(process, named=str, gatherings="Gatherings", **TOLD))
    one, again, two = of_class(root, "bar")
    assert (float(again.get("x", "")) > float(two.get("x", "")), again.get("y") == one.get("y")) == (True, True)
    assert float(one.get("x", "")) + float(one.get("width", "")) == pytest.approx(float(two.get("x", "")), abs=0.2)
    assert [t.text for t in one.iter(f"{SVG}title")] == ["scoping: 2025-01-01 – 2026-01-01"]
    assert {"2025", "2026"} <= set(words(root))


def test_an_edge_leads_from_left_to_right() -> None:
    ends = [UUID(int=1), UUID(int=2)]
    root = drawn(graph([Node(ends[0], -1, "a", "lesson"), Node(ends[1], 0, "b", "here")], [(ends[0], ends[1])], **TOLD))
    assert [element.get("d") for element in of_class(root, "edge")] == ["M240.0,42.0 L264.0,42.0"]
    assert [element.get("d") for element in of_class(root, "tip")] == ["M272.0,42.0 L264.0,38.0 L264.0,46.0 Z"]


def test_what_came_of_an_adaptation_stands_in_its_node() -> None:
    node = Node(
        UUID(int=1), 0, "Halden " * 20, "adaptation", ("The cluster: It worked", "The programme: It worked partly")
    )
    root = drawn(graph([node], (), **TOLD))
    assert [t.text for t in of_class(root, "quiet")] == ["The cluster: It worked", "The programme: It worked partly"]
    assert len(words(root)) == 3
    (said,) = of_class(root, "node-adaptation")[0].iter(f"{SVG}title")
    assert (said.text or "").endswith("; The cluster: It worked; The programme: It worked partly")


@pytest.mark.parametrize(
    "empty",
    [
        turnout((), came="", back="", core="", **TOLD),
        options((), {}, "en", **TOLD),
        distribution((), "en", named=str, **TOLD),
        graph((), (), **TOLD),
        timeline(ForesightProcess(UUID(int=1)), named=str, gatherings="", **TOLD),
    ],
)
def test_of_nothing_there_is_no_picture(empty: str) -> None:
    assert empty == ""


@given(st.text(max_size=300), st.integers(20, 400), st.integers(1, 5))
def test_texts_keep_within_their_room(text: str, room: int, most: int) -> None:
    lines = in_lines(text, room, most)
    assert len(lines) <= most
    assert all(len(line) <= max(1, int(room / (14 * 0.55))) for line in (*lines, short(text, room)))


def test_it_is_drawn_once_for_the_same_state_in_the_same_words() -> None:
    worked_out, state, asked = WorkedOut(), {"a": 1}, list[str]()

    def picture(given: str, *, lang: str, title: str) -> Markup:
        asked.append(given)
        return Markup(f"<svg>{title}, {lang}</svg>")

    def shown(state: object, given: str, **words: str) -> str:
        return kept(worked_out, (state,), picture, given, **words)

    assert [shown(state, given, lang="en", title="Forces") for given in ("first", "again")] == [
        "<svg>Forces, en</svg>"
    ] * 2
    assert shown(state, "bokmål", lang="nb", title="Forces") == "<svg>Forces, nb</svg>"
    assert shown(dict(state), "changed", lang="en", title="Forces") == "<svg>Forces, en</svg>"
    assert asked == ["first", "bokmål", "changed"]
