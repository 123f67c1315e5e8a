"""Foresight processes on pages: each form once as it is meant, what it refuses, and who sees what."""

import re
from html import unescape
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.foresight.process import ForesightProcess
from tests.pages.test_forms import edit_form

Things: TypeAlias = Any
Cast: TypeAlias = Any


class Manager:
    """A cluster manager at the pages of one process: opens forms, sends them, and looks at what came of it."""

    def __init__(self, client: TestClient, system: System, id: UUID) -> None:
        self.client, self.system, self.id = client, system, id
        self.url = f"/processes/{id}"

    @property
    def process(self) -> ForesightProcess:
        return self.system.store.get(ForesightProcess, self.id)

    @property
    def page(self) -> str:
        return unescape(self.client.get(self.url).text)

    def sent(self, form: str, /, **typed: Any) -> Any:
        """The form as it is shown, typed over and sent; what was answered."""
        name = form.partition("?")[0]
        shown = self.client.get(f"{self.url}/{form}")
        assert shown.status_code == 200, shown.text
        fields = {key.replace("__", "."): value for key, value in typed.items()}
        return self.client.post(f"{self.url}/{name}", data=edit_form(shown.text) | fields)

    def does(self, form: str, /, **typed: Any) -> None:
        answer = self.sent(form, **typed)
        assert answer.status_code == 303, re.findall(r'id="faults".*?</ul>', answer.text, re.S)
        assert answer.headers["location"] == f"{self.url}?done=process.{form.partition('?')[0]}"


@pytest.fixture
def manager(client: TestClient, system: System, cast: Cast, things: Things) -> Manager:
    """With a process that was just opened."""
    cast.now = cast.manager
    shown = client.get(f"/processes/new?cluster={things.cluster}").text
    sent = edit_form(shown) | {"title.en": "Smart energy 2035", "horizon": "2035", "begins": "2026-01"}
    answer = client.post("/processes/new", data=sent)
    found = re.fullmatch(r"/processes/([0-9a-f-]{36})\?done=process\.new", answer.headers.get("location", ""))
    assert found, answer.text
    return Manager(client, system, UUID(found[1]))


@pytest.fixture
def filled(manager: Manager) -> Manager:
    """With people, a gathering, forces, a cross of scenarios, an option, a signpost, an action and a question."""
    manager.does("invite", **invited("Elkem", "NTNU", "Halden kommune"), on="2026-01-05", committed="yes")
    manager.does("plan-gathering", starts="2026-05-13", ends="2026-05-14", purpose="Forces", product="A list")
    manager.does("name-forces", economic="Free power\nDear copper", political="One grid law")
    free, copper, _ = manager.process.forces
    manager.does("build-cross", **cross(free, copper), **{"scenarios__low-high": "Islands"})
    manager.does("propose-option", title__en="A joint battery")
    manager.does("set-signpost", indicator__en="Hours at zero", threshold="500 a year")
    manager.does("agree-action", title__en="Write the statutes", owner="The office")
    manager.does("agree-evaluation", **{"joint-goals": "We agree.\nWe go on."}, on="2026-03-01")
    return manager


def invited(*organisations: str, kind: str = "company") -> dict[str, str]:
    names = {f"participants__{n}__organisation": name for n, name in enumerate(organisations)}
    return names | {f"participants__{n}__organisation_kind": kind for n in range(len(organisations))}


def cross(first: UUID, second: UUID) -> dict[str, str]:
    ends = {"first__low": "Rare", "first__high": "Daily", "second__low": "Cheap", "second__high": "Dear"}
    return ends | {"first__force": str(first), "second__force": str(second)}


def first(parts: Any) -> UUID:
    return next(iter(parts))


def faults(answer: Any) -> list[str]:
    """What is said at the head of a form that was refused."""
    found = re.search(r'id="faults".*?</ul>', answer.text, re.S)
    assert found, answer.text
    return [re.sub("<[^>]*>", "", line) for line in re.findall(r"<li>(.*?)</li>", unescape(found[0]), re.S)]


def test_the_list_says_how_to_begin(client: TestClient, cast: Cast, things: Things) -> None:
    assert "Open a process" in client.get("/processes").text
    cast.now = cast.stranger
    page = client.get("/processes").text
    assert ("Open a process" in page, "There is nothing here yet" in page) == (False, True)


def test_a_process_is_opened_from_its_cluster(manager: Manager, client: TestClient, things: Things) -> None:
    record = manager.process.current
    assert (record.cluster, record.title.en, record.horizon, record.begins) == (
        things.cluster, "Smart energy 2035", 2035, "2026-01"
    )  # fmt: skip
    assert record.programmes == (things.programme,)
    cluster = client.get(f"/clusters/{things.cluster}").text
    assert f'href="/processes/new?cluster={things.cluster}"' in cluster
    assert f'href="{manager.url}"' in cluster
    assert f'href="{manager.url}"' in client.get("/processes").text


def test_only_for_an_own_cluster(manager: Manager, client: TestClient, things: Things) -> None:
    sent = edit_form(client.get("/processes/new").text) | {"title.en": "Theirs", "cluster": str(things.other_cluster)}
    answer = client.post("/processes/new", data=sent)
    assert (answer.status_code, faults(answer)) == (
        422, ["Cluster: Open a process for a cluster that you manage or contribute to."]
    )  # fmt: skip
    assert 'value="Theirs"' in answer.text


def test_it_says_where_it_is(manager: Manager) -> None:
    assert "It has entered no phase yet." in manager.page
    manager.does("enter-phase", phase="recruitment", on="2026-02-01")
    manager.does("enter-phase", phase="scenarios", on="2026-03-01")
    manager.does("enter-phase", phase="recruitment", on="2026-04-01")
    assert re.search(r"<strong>Recruitment</strong>\s*<span class=\"quiet\">since 1 April 2026", manager.page)
    assert [phase.value for _, phase in manager.process.phases] == ["recruitment", "scenarios", "recruitment"]


def test_checks_turn_and_say_so_in_words(manager: Manager) -> None:
    assert "No process leader is named yet." in manager.page
    manager.does("name-process-leader", organisation="Futures Ltd", external="yes", neutral="yes")
    assert "said to be external and neutral. Tell how that was found out." in manager.page
    manager.does("name-process-leader", checked="No owner among the members.")
    assert "external and neutral, and it is told how that was found out." in manager.page
    assert "From the beginning of planning" not in manager.page
    manager.does("plan-gathering", starts="2026-05-13", ends="2026-05-14")
    assert "From the beginning of planning to the first gathering: 18 weeks. At least 8 are wanted." in manager.page


def test_checks_are_told_in_bokmål(filled: Manager, client: TestClient) -> None:
    client.cookies.set("lang", "nb")
    page = filled.page
    assert "Formål og produkt for hver samling" in page
    assert "Samlinger med formål og produkt: 1 av 1." in page
    assert "Forpliktet i tide: 3 av 3 inviterte. Det bør være minst 10." in page


def test_the_lessons_behind_a_check_are_linked(manager: Manager, things: Things) -> None:
    check = manager.page.partition('id="check-committed-first"')[2].partition("</li>")[0]
    assert f'href="/lessons/{things.revised}"' in check


def test_lessons_that_fit_the_phase_are_offered_for_adapting(manager: Manager, things: Things) -> None:
    manager.does("enter-phase", phase="recruitment", on="2026-02-01")
    section = manager.page.partition('id="for-the-phase"')[2].partition("</section>")[0]
    assert f'href="/lessons/{things.revised}"' in section


def test_a_check_is_waived_with_a_reason_and_counts_again(manager: Manager) -> None:
    refused = manager.sent("waive-check?check=catch-up")
    assert (refused.status_code, faults(refused)) == (422, ["Reason: Fill this in."])
    manager.does("waive-check?check=catch-up", reason="Nobody joins late here.")
    assert "Nobody joins late here." in manager.page
    manager.does("end-waiver?check=catch-up")
    assert "Nobody joins late here." not in manager.page


def test_a_new_person_leads_and_may_read_it(manager: Manager, system: System) -> None:
    answer = manager.sent("name-process-leader", new__name="Lise Leder", checked="x" * 2_001)
    assert answer.status_code == 422
    assert [one.name for one in system.people.everybody("Lise")] == []
    manager.does("name-process-leader", new__name="Lise Leder", external="yes")
    leader = manager.process.process_leader
    assert leader
    assert system.people.names([leader.person or ""]) == {leader.person: "Lise Leder"}
    assert "Lise Leder" in manager.page
    refused = manager.sent("name-project-leader")
    assert (refused.status_code, faults(refused)) == (422, ["Say which organisation, or which person."])


def test_a_new_leader_of_a_form_that_came_too_late_is_added_once(manager: Manager, system: System) -> None:
    typed = edit_form(manager.client.get(f"{manager.url}/name-process-leader").text) | {"new.name": "Lise Leder"}
    manager.does("enter-phase", phase="recruitment", on="2026-02-01")
    late = manager.client.post(f"{manager.url}/name-process-leader", data=typed)
    assert late.status_code == 412
    again = manager.client.post(f"{manager.url}/name-process-leader", data=edit_form(late.text))
    assert again.status_code == 303
    [lise] = system.people.everybody("Lise")
    leader = manager.process.process_leader
    assert leader
    assert leader.person == lise.id


def test_many_are_invited_at_once(manager: Manager) -> None:
    line = {"participants__4__organisation": "SINTEF", "participants__4__organisation_kind": "research"}
    manager.does("invite", **invited("Elkem", "eSmart"), **line, on="2026-01-05", committed="yes")
    assert [(p.record.organisation, p.commitment.value) for p in manager.process.participants.values()] == [
        ("Elkem", "committed"), ("eSmart", "committed"), ("SINTEF", "committed")
    ]  # fmt: skip
    assert "Committed in time: 3 of 3 invited. At least 10 are wanted." in manager.page


def test_an_invitation_without_an_organisation_keeps_what_was_typed(manager: Manager) -> None:
    answer = manager.sent("invite", participants__0__perspective="Law", on="2026-01-05")
    assert answer.status_code == 422
    assert faults(answer) == ["Organisation: Fill this in.", "Kind of organisation: Choose one from the list."]
    assert 'value="Law"' in answer.text
    nobody = manager.sent("invite", on="2026-01-05")
    assert (nobody.status_code, faults(nobody)) == (422, ["Kind of organisation: Name at least one participant."])


def test_answers_are_recorded_for_several(filled: Manager) -> None:
    people = [str(id) for id in filled.process.participants]
    filled.does("answer-invitation", participants=people[:2], commitment="withdrew", on="2026-04-01")
    assert [p.commitment.value for p in filled.process.participants.values()] == ["withdrew", "withdrew", "committed"]
    refused = filled.sent("answer-invitation", participants=people, commitment="declined", on="2026-04-02")
    assert (refused.status_code, faults(refused)) == (409, ["Answer: Only an open invitation can be declined."])


def test_a_gathering_from_plan_to_attendance(filled: Manager) -> None:
    gathering = first(filled.process.gatherings)
    assert "The next gathering" in filled.page
    filled.does(f"replan-gathering?gathering={gathering}", starts="2026-05-20", ends="2026-05-21")
    plan = filled.process.gathering(gathering).plan
    assert (plan.starts, plan.purpose) == ("2026-05-20", "Forces")
    came = [str(id) for id in filled.process.participants][:2]
    filled.does(f"hold-gathering?gathering={gathering}", attended=came)
    assert filled.process.gathering(gathering).attended == {UUID(id) for id in came}
    assert "2 came" in filled.page
    assert filled.client.get(f"{filled.url}/gatherings").text.count(">came<") == 2
    refused = filled.sent(f"cancel-gathering?gathering={gathering}", reason="Snow.")
    assert refused.status_code == 409


def test_a_gathering_does_not_end_before_it_begins(manager: Manager) -> None:
    answer = manager.sent("plan-gathering", starts="2026-05-14", ends="2026-05-13", purpose="Forces")
    assert (answer.status_code, faults(answer)) == (422, ["The gathering ends before it begins."])
    assert 'value="Forces"' in answer.text


def test_forces_are_named_by_the_line_in_the_language_of_the_page(manager: Manager) -> None:
    manager.client.cookies.set("lang", "nb")
    manager.does("name-forces", economic="Gratis strøm\n\n Gratis strøm \nDyrt kobber", social="Færre unge")
    assert [(f.record.title.languages, f.record.steep.value) for f in manager.process.forces.values()] == [
        ({"nb": "Færre unge"}, "social"), ({"nb": "Gratis strøm"}, "economic"), ({"nb": "Dyrt kobber"}, "economic")
    ]  # fmt: skip


def test_forces_that_cannot_be_named(manager: Manager) -> None:
    assert faults(manager.sent("name-forces")) == ["Social: Write at least one driving force."]
    answer = manager.sent("name-forces", economic="Free power\n" + "x" * 201)
    assert faults(answer) == ["Economic: Write at most 200 characters on a line."]
    assert "Free power" in answer.text


def test_a_force_is_changed_and_dropped(filled: Manager) -> None:
    *_, law = filled.process.forces
    filled.does(f"change-force?force={law}", title__nb="Én nettlov", standing="certain")
    record = filled.process.force(law).record
    assert (record.title.languages, record.standing) == ({"en": "One grid law", "nb": "Én nettlov"}, "certain")
    filled.does(f"drop-force?force={law}")
    assert law not in filled.process.forces
    refused = filled.sent(f"drop-force?force={first(filled.process.forces)}")
    assert faults(refused) == ["Driving force: An axis is drawn of this driving force: remove the axis first."]


def test_forces_are_sorted(filled: Manager) -> None:
    free, copper, law = map(str, filled.process.forces)
    filled.does("sort-forces", critical=[law], certain=[free])
    assert [f.record.standing for f in filled.process.forces.values()] == ["certain", None, "critical"]
    refused = filled.sent("sort-forces", critical=[law], certain=[law, copper])
    assert faults(refused) == ["Certain: A driving force is either certain or critical."]


def test_one_form_takes_the_scores_of_an_assessor(filled: Manager) -> None:
    anne, free, copper = first(filled.process.participants), *list(filled.process.forces)[:2]
    form = f"assess?participant={anne}"
    scores = {f"scores__{free}__impact": "5", f"scores__{free}__uncertainty": "4"}
    filled.does(form, **scores, **{f"scores__{copper}__impact": "2", f"scores__{copper}__uncertainty": "1"})
    assert {id: (s.impact, s.uncertainty) for id, s in filled.process.scores[anne].items()} == {
        free: (5, 4), copper: (2, 1)
    }  # fmt: skip
    assert (
        f'name="scores.{free}.impact" type="text" inputmode="numeric" value="5"'
        in filled.client.get(f"{filled.url}/{form}").text
    )


@pytest.mark.parametrize(
    ("impact", "uncertainty", "says"),
    [
        ("6", "1", "Write a number up to 5."),
        ("0", "1", "Write a number from 1 upwards."),
        ("much", "1", "Write a whole number."),
    ],
)
def test_scores_that_are_none(filled: Manager, impact: str, uncertainty: str, says: str) -> None:
    anne, free = first(filled.process.participants), first(filled.process.forces)
    scores = {f"scores__{free}__impact": impact, f"scores__{free}__uncertainty": uncertainty}
    answer = filled.sent(f"assess?participant={anne}", **scores)
    assert (answer.status_code, faults(answer)) == (422, [f"Free power: {says}"])
    assert f'value="{impact}"' in answer.text
    assert filled.process.scores == {}


def test_two_enter_scores_at_the_same_time(filled: Manager) -> None:
    """Nobody is told that somebody else was faster."""
    anne, bo, _ = filled.process.participants
    free = first(filled.process.forces)
    shown = edit_form(filled.client.get(f"{filled.url}/assess?participant={bo}").text)
    filled.does(f"assess?participant={anne}", **{f"scores__{free}__impact": "5", f"scores__{free}__uncertainty": "4"})
    sent = shown | {f"scores.{free}.impact": "1", f"scores.{free}.uncertainty": "2"}
    assert filled.client.post(f"{filled.url}/assess", data=sent).status_code == 303
    assert set(filled.process.scores) == {anne, bo}


def test_scores_that_are_made_empty_are_taken_back_and_no_others(filled: Manager) -> None:
    anne, free, copper = first(filled.process.participants), *list(filled.process.forces)[:2]
    form = f"assess?participant={anne}"
    shown = edit_form(filled.client.get(f"{filled.url}/{form}").text)
    filled.does(form, **{f"scores__{free}__impact": "5", f"scores__{free}__uncertainty": "4"})
    sent = shown | {f"scores.{copper}.impact": "2", f"scores.{copper}.uncertainty": "1"}
    assert filled.client.post(f"{filled.url}/assess", data=sent).status_code == 303
    assert set(filled.process.scores[anne]) == {free, copper}
    half = filled.sent(form, **{f"scores__{free}__impact": ""})
    assert (half.status_code, faults(half)) == (422, ["Free power: Write a whole number."])
    filled.does(form, **{f"scores__{free}__impact": "", f"scores__{free}__uncertainty": ""})
    assert set(filled.process.scores[anne]) == {copper}
    filled.does(form, **{f"scores__{copper}__impact": "", f"scores__{copper}__uncertainty": ""})
    assert filled.process.scores == {}
    assert "took back what a participant thought of driving forces" in filled.client.get(f"{filled.url}/history").text


def test_four_scenarios_from_two_forces(filled: Manager) -> None:
    ((one, other, at),) = filled.process.crosses()
    assert (one.record.title.en, other.record.low.en, [s.record.title.en for s in at.values()]) == (
        "Free power", "Cheap", ["Islands"]
    )  # fmt: skip
    assert [f.record.standing for f in filled.process.forces.values()] == ["critical", "critical", None]
    free = first(filled.process.forces)
    refused = filled.sent("build-cross", **cross(free, free))
    assert faults(refused) == ["Driving force: Choose two different driving forces."]
    assert 'value="Rare"' in refused.text


def test_axes_and_scenarios_one_by_one(filled: Manager) -> None:
    axis, other = filled.process.axes
    filled.does(f"draw-axis?axis={axis}", title__nb="Gratis strøm")
    assert filled.process.axis(axis).record.title.languages == {"en": "Free power", "nb": "Gratis strøm"}
    filled.does("write-scenario", title__en="Harbour", place__first=f"{axis}:high", place__second=f"{other}:high")
    islands, harbour = filled.process.scenarios
    filled.does(f"write-scenario?scenario={harbour}", story__en="Ships *wait*.")
    assert len(filled.process.scenario(harbour).record.place) == 2
    assert "<em>wait</em>" in filled.page
    taken = filled.sent(f"write-scenario?scenario={islands}", place__second=f"{other}:low")
    assert taken.status_code == 303
    refused = filled.sent(f"write-scenario?scenario={islands}", place__second="")
    assert (refused.status_code, faults(refused)) == (
        422, ["Where it lies: A scenario of a cross lies at an end of two axes: name both."]
    )  # fmt: skip
    refused = filled.sent(f"remove-axis?axis={axis}")
    assert faults(refused) == ["Axis: A scenario lies at an end of this axis: move the scenario first."]
    filled.does(f"drop-scenario?scenario={harbour}")
    filled.does("draw-axis", title__en="Third", low__en="a", high__en="b")
    filled.does(f"remove-axis?axis={list(filled.process.axes)[2]}")
    assert (len(filled.process.axes), len(filled.process.scenarios)) == (2, 1)


def test_an_option_is_tried_against_every_scenario(filled: Manager) -> None:
    option, scenario = first(filled.process.options), first(filled.process.scenarios)
    form = f"rate-option?option={option}"
    assert faults(filled.sent(form)) == ["Islands: Say for at least one scenario how the option does there."]
    filled.does(form, **{f"ratings__{scenario}__rating": "4", f"ratings__{scenario}__why": "Pays in summer."})
    assert [(r.rating, r.why) for r in filled.process.option(option).ratings.values()] == [(4, "Pays in summer.")]
    filled.does(f"propose-option?option={option}", title__nb="Felles batteri")
    assert len(filled.process.option(option).ratings) == 1
    refused = filled.sent(form, **{f"ratings__{scenario}__rating": "6"})
    assert faults(refused) == ["Islands: Write a number up to 5."]
    filled.does(form, **{f"ratings__{scenario}__rating": "", f"ratings__{scenario}__why": ""})
    assert filled.process.option(option).ratings == {}
    filled.does(f"drop-option?option={option}")
    assert filled.process.options == {}


def test_a_signpost_is_read(filled: Manager) -> None:
    post = first(filled.process.signposts)
    filled.does(f"read-signpost?signpost={post}", on="2026-12-31", value="612", reached="yes")
    assert [(r.on, r.value, r.reached) for r in filled.process.signpost(post).readings] == [("2026-12-31", "612", True)]
    filled.does(f"set-signpost?signpost={post}", scenario=str(first(filled.process.scenarios)))
    assert len(filled.process.signpost(post).readings) == 1
    refused = filled.sent(f"read-signpost?signpost={post}", on="2026")
    assert faults(refused) == ["What it showed: Fill this in."]
    filled.does(f"remove-signpost?signpost={post}")
    assert filled.process.signposts == {}


def test_actions_and_the_follow_up(filled: Manager) -> None:
    action = first(filled.process.actions)
    filled.does(f"move-action?action={action}", state="done")
    filled.does(f"agree-action?action={action}", due="2027-03-01")
    item = filled.process.action(action)
    assert (item.state, item.record.due, item.record.owner) == ("done", "2027-03-01", "The office")
    filled.does("plan-follow-up", owner="The board", budget="0")
    filled.does("plan-follow-up", on="2027-01-15")
    plan = filled.process.follow_up
    assert (plan.owner, plan.on, plan.budget) == ("The board", "2027-01-15", 0)
    assert faults(filled.sent("plan-follow-up", budget="some")) == ["Budget: Write a whole number."]


def test_questions_by_the_line_keep_what_they_were(filled: Manager) -> None:
    one, two = filled.process.questions
    filled.does(f"answer-evaluation?participant={first(filled.process.participants)}", **{f"answers__{one}": "4"})
    filled.does("agree-evaluation", **{"joint-goals": "We agree.", "company-goals": "It paid."})
    assert [(q.area.value, q.text.en) for q in filled.process.questions.values()] == [
        ("joint-goals", "We agree."), ("company-goals", "It paid.")
    ]  # fmt: skip
    assert first(filled.process.questions) == one
    refused = filled.sent("agree-evaluation", **{"joint-goals": "We agreed."})
    assert faults(refused) == ["A question that has answers can no longer be changed: add another one."]
    assert "We agreed." in refused.text
    assert two not in filled.process.questions


def test_areas_stand_in_the_order_of_their_picture(filled: Manager) -> None:
    asked = {"company-goals": "It paid.", "joint-goals": "We agree.\nWe trust.", "process-leadership": "Led well."}
    filled.does("agree-evaluation", **asked)
    table = filled.client.get(filled.url).text.partition('id="evaluation"')[2].partition("</table>")[0]
    told = re.findall(r'scope="(rowgroup|row)">([^<]*)<', table)
    assert [(scope, unescape(words)) for scope, words in told] == [
        *(("rowgroup", "Joint goals"), ("row", "We agree."), ("row", "We trust.")),
        *(("rowgroup", "Goals of the companies"), ("row", "It paid.")),
        *(("rowgroup", "Process leadership"), ("row", "Led well.")),
    ]
    assert (table.count("<tbody>"), table.count("</tbody>")) == (3, 3)


def test_answers_of_a_participant(filled: Manager) -> None:
    anne, one = first(filled.process.participants), first(filled.process.questions)
    form = f"answer-evaluation?participant={anne}"
    assert faults(filled.sent(form)) == ["We agree.: Answer at least one question."]
    assert faults(filled.sent(form, **{f"answers__{one}": "9"})) == ["We agree.: Write a number up to 5."]
    filled.does(form, **{f"answers__{one}": "5"})
    assert filled.process.answers == {anne: {one: 5}}
    filled.does(form, **{f"answers__{one}": ""})
    assert filled.process.answers == {}


def test_what_a_form_is_about_is_asked_for(filled: Manager) -> None:
    anne = first(filled.process.participants)
    for address in ("assess", "assess?participant=nobody", f"assess?participant={uuid4()}"):
        page = filled.client.get(f"{filled.url}/{address}")
        assert (page.status_code, f'href="{filled.url}/assess?participant={anne}"' in page.text) == (200, True)
    page = filled.client.post(f"{filled.url}/assess", data={"version": "1", "key": str(uuid4())})
    assert "Which one?" in page.text


def test_a_part_that_is_gone_keeps_what_was_typed(filled: Manager) -> None:
    *_, law = filled.process.forces
    shown = edit_form(filled.client.get(f"{filled.url}/change-force?force={law}").text)
    filled.does(f"drop-force?force={law}")
    answer = filled.client.post(f"{filled.url}/change-force", data=shown | {"title.nb": "Én nettlov"})
    assert (answer.status_code, faults(answer)) == (422, ["Driving force: There is no such driving force."])
    assert 'value="Én nettlov"' in answer.text


def test_two_change_one_force(filled: Manager) -> None:
    *_, law = filled.process.forces
    address = f"{filled.url}/change-force?force={law}"
    mine = edit_form(filled.client.get(address).text) | {"title.nb": "Min"}
    filled.does(f"change-force?force={law}", standing="certain")
    answer = filled.client.post(f"{filled.url}/change-force", data=mine)
    assert (answer.status_code, "What others changed meanwhile" in answer.text) == (412, True)
    assert filled.client.post(f"{filled.url}/change-force", data=edit_form(answer.text)).status_code == 303
    record = filled.process.force(law).record
    assert (record.title.nb, record.standing) == ("Min", "certain")


def test_sharing_and_withdrawing(filled: Manager, client: TestClient) -> None:
    filled.does("share", visibility="managers")
    assert filled.process.visibility == "managers"
    filled.does("withdraw", reason="Opened twice.")
    page = filled.page
    assert ("Withdrawn" in page, "Invite participants …" in page, "Waive …" in page) == (True, False, False)
    late = client.post(f"{filled.url}/enter-phase", data={"version": str(filled.process.version), "phase": "action",
                                                         "on": "2026-09-01", "key": str(uuid4())})  # fmt: skip
    assert faults(late) == ["This process is withdrawn; it can no longer be changed."]


def test_who_only_reads_sees_no_form_and_no_person(
    manager: Manager, client: TestClient, cast: Cast, system: System
) -> None:
    manager.does("name-process-leader", new__name="Lise Leder", organisation="Futures Ltd")
    manager.does("share", visibility="public")
    assert "Lise Leder" in manager.page
    cast.now = cast.stranger
    page = manager.page
    assert ("Futures Ltd" in page, "Lise Leder" in page) == (True, False)
    assert re.findall(rf'href="{manager.url}/([\w-]+)', page) == ["print", "history"]
    assert client.get(f"{manager.url}/invite").status_code == 403
    assert client.post(f"{manager.url}/invite", data={"version": "1"}).status_code == 403
    assert "Lise Leder" not in client.get(f"{manager.url}/history").text


def test_who_may_not_read_it_finds_nothing(filled: Manager, client: TestClient, cast: Cast) -> None:
    cast.now = cast.stranger
    addresses = ("", "/people", "/gatherings", "/forces", "/history", "/invite", "/assess")
    assert {client.get(filled.url + tail).status_code for tail in addresses} == {404}
    assert filled.url not in client.get("/processes").text


def test_the_history_tells_every_step_in_words(filled: Manager, client: TestClient) -> None:
    page = unescape(client.get(f"{filled.url}/history").text)
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page[page.index("<ol") : page.index("</main")]))
    assert "drew an axis" in told
    assert "Scenario (where it lies) Free power: the one end; Dear copper: the other end" in told
    invited, answered = "Invited 5 January 2026", "Committed 5 January 2026"
    assert f"Participant (invitation and answers) {invited} {invited}; {answered}" in told
    assert [
        word for word in told.split() if re.search(r"^process\.|[0-9a-f]{8}-[0-9a-f]{4}|^(True|False)$", word)
    ] == []


def test_a_large_process_shows_the_first_of_each_and_leads_to_all(manager: Manager, client: TestClient) -> None:
    manager.does("name-forces", social="\n".join(f"Force {n}" for n in range(300)))
    page = manager.page
    assert (page.count('<th scope="row">Force '), f'href="{manager.url}/forces">All 300</a>' in page) == (12, True)
    assert client.get(f"{manager.url}/forces").text.count('<th scope="row">') == 300
