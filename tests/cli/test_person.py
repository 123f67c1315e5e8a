"""`laerdom person`: who is given which part at the command line, and who lets them in."""

import json
import re
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import pytest
from typer.testing import Result

from api.usecases.clusters import NewCluster, register_cluster
from api.usecases.programmes import NewProgramme, establish_programme
from api.wiring import open_system
from domain.acting import acting
from domain.cluster import Cluster
from domain.viewer import Viewer
from projections.event_log import OF_PEOPLE
from projections.events_asked import Asked

Run: TypeAlias = Any
LINK = re.compile(r"^http://127\.0\.0\.1:8000/invitation\?token=[\w-]{43}$", re.M)


@pytest.fixture(autouse=True)
def places(data: Path) -> dict[str, str]:
    """Ids of a programme and two clusters, by what they are called."""
    operator = Viewer("tester", operator=True)
    with open_system(data) as system, acting("tester"):
        new = NewProgramme.model_validate({"code": "NCE", "name": {"en": "NCE"}, "owner": "Siva"})
        ids = {"NCE": str(establish_programme(system, operator, new).id)}
        for name, country in (("NCE Eyde", "NO"), ("Legasea", "NO"), ("Legasea", "SE")):
            cluster = register_cluster(system, operator, NewCluster(name=name, country=country))
            ids.setdefault(name, str(cluster.id))
        system.projector.catch_up()
    return ids


def told(result: Result) -> str:
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def answer(result: Result) -> Any:
    return json.loads(told(result))


def refused(result: Result, code: int = 2) -> str:
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1), result.output
    return result.stderr.removeprefix("laerdom: ").removesuffix("\n")


def people(run: Run) -> dict[str, list[tuple[str, str | None]]]:
    """Everybody's parts today, apart from who acts here."""
    found = [one for one in answer(run("person", "list", "--json")) if one["name"] != "Operator"]
    return {one["name"]: [(part["role"], part["name"]) for part in one["parts"]] for one in found}


@pytest.fixture
def run(run: Run) -> Run:
    def as_operator(*args: str) -> Result:
        return run(*args, "--as", "Operator")

    return as_operator


def test_somebody_is_added_with_a_login_a_part_and_an_invitation(run: Run, data: Path, places: dict[str, str]) -> None:
    text = told(run("person", "add", "Mona Klyngeleder", "--email", "mona@example.org", "--login", "mona",
                    "--role", "cluster-manager", "--of", "NCE Eyde", "--since", "2026-01-01", "--invite"))  # fmt: skip
    [id] = re.findall(r"^Mona Klyngeleder added \(([0-9a-f-]{36})\)\.$", text, re.M)
    assert LINK.search(text)
    assert people(run) == {"Mona Klyngeleder": [("cluster-manager", "NCE Eyde")]}
    with open_system(data) as system:
        account = system.sign_ins.accounts.by_login("mona")
        managers = system.store.get(Cluster, UUID(places["NCE Eyde"])).managers
        lines = [(line.topic, line.actor, line.person) for line in system.event_log.listing(Asked(kinds=OF_PEOPLE))]
        operator = system.people.with_login("Operator").id
    assert account is not None
    assert (account.person, [(m.value, m.since) for m in managers]) == (id, [(id, "2026-01-01")])
    assert lines == [("access.invited", operator, id), ("person.appointed", operator, id)]


def test_programs_are_told_as_json(run: Run, places: dict[str, str]) -> None:
    added = answer(run("person", "add", "Aud Auditor", "--role", "auditor", "--since", "2026", "--invite", "--json"))
    invitation = added.pop("invitation")
    assert invitation["link"] == f"http://127.0.0.1:8000/invitation?token={invitation['token']}"
    assert added == {
        "id": added["id"],
        "name": "Aud Auditor",
        "email": None,
        "account": "none",
        "parts": [{"role": "auditor", "of": None, "name": None, "since": "2026", "until": None}],
    }
    suspended = answer(run("person", "suspend", added["id"], "--reason", "Gone.", "--json"))
    assert suspended == added | {"account": "suspended", "invitation": None}


def test_parts_are_given_and_taken_by_code_name_or_id(run: Run, data: Path, places: dict[str, str]) -> None:
    told(run("person", "add", "Siv Stab"))
    for role, of in (
        ("programme-staff", "nce"),
        ("cluster-contributor", "NCE Eyde"),
        ("cluster-manager", places["Legasea"]),
        ("process-leader", "5d9d6b0e-7a55-4f0e-9a1c-0f6a5b3c9e21"),
    ):
        given = told(run("person", "appoint", "siv stab", "--role", role, "--of", of, "--since", "2026-01-01"))
        assert given.startswith("Siv Stab appointed (")
    assert people(run) == {
        "Siv Stab": [
            ("programme-staff", "NCE"),
            ("cluster-contributor", "NCE Eyde"),
            ("cluster-manager", "Legasea"),
            ("process-leader", None),
        ]
    }
    text = told(run("person", "stand-down", "Siv Stab", "--role", "programme-staff", "--of", "NCE"))
    assert text.startswith("Siv Stab stood down (")
    assert [role for role, _ in people(run)["Siv Stab"]] == ["cluster-contributor", "cluster-manager", "process-leader"]
    table = told(run("person", "list", "--name", "siv"))
    assert "cluster-contributor of NCE Eyde; cluster-manager of Legasea; process-leader of 5d9d6b0e" in table


def test_invited_suspended_and_restored(run: Run) -> None:
    told(run("person", "add", "Kari"))
    assert LINK.search(told(run("person", "invite", "Kari")))
    assert told(run("person", "suspend", "Kari", "--reason", "Gone.")).startswith("Kari suspended (")
    assert refused(run("person", "invite", "Kari")) == "This person is suspended. Restore them first."
    assert told(run("person", "restore", "Kari", "--reason", "Back.")).startswith("Kari restored (")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("add", "x\ny"), "--name: Write it on one line."),
        (("add", "X", "--email", "nowhere"), None),
        (("add", "X", "--login", "KARI"), "This login is taken. Choose another."),
        (("add", "X", "--role", "king"), None),
        (("add", "X", "--role", "auditor", "--since", "soon"), None),
        (("add", "X", "--role", "auditor", "--of", "NCE"), "Say with --of what the part is held of; auditors and "
         "administrators have none."),
        (("add", "X", "--role", "cluster-manager"), "Say with --of what the part is held of; auditors and "
         "administrators have none."),
        (("add", "X", "--role", "programme-staff", "--of", "GCE"), "No programme has this code. There are: NCE."),
        (("add", "X", "--role", "cluster-manager", "--of", "Legasea"), "More than one cluster bears this name. Give "
         "the id instead."),
        (("add", "X", "--role", "process-leader", "--of", "NCE"), "A process is named by its id."),
        (("invite", "Nobody"), "There is no such person. Look them up: laerdom person list."),
        (("invite", "5d9d6b0e-7a55-4f0e-9a1c-0f6a5b3c9e21"), "There is nothing here."),
        (("invite", "Per"), "More than one person has this name. Give the id instead: laerdom person list."),
        (("suspend", "Operator", "--reason", "x"), "Nobody suspends themselves. Ask another administrator."),
        (("suspend", "Kari"), None),
        (("stand-down", "Kari", "--role", "auditor"), "This person does not hold the role."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_one_line_and_nothing_is_kept(
    run: Run, data: Path, args: tuple[str, ...], why: str | None
) -> None:
    for name in ("Kari", "Per", "Per"):
        told(run("person", "add", name, *(["--login", "kari"] if name == "Kari" else [])))

    def kept() -> tuple[int, list[str]]:
        with open_system(data) as system:
            return system.store.position, [person.name for person in system.people.everybody()]

    before = kept()
    line = refused(run("person", *args))
    assert why is None or line == why
    assert kept() == before


def test_every_command_says_that_it_is_the_operator(run: Run) -> None:
    for command in ("add", "appoint", "stand-down", "invite", "suspend", "restore"):
        text = " ".join(told(run("person", command, "--help")).replace("│", " ").split())
        assert "The command line is the operator" in text, command


def test_an_export_is_recorded(run: Run, data: Path, tmp_path: Path) -> None:
    told(run("export", "clusters", str(tmp_path / "clusters.jsonl")))
    refused(run("export", "lessons", str(tmp_path / "no" / "lessons.csv")))
    told(run("export", "lessons", str(tmp_path / "lessons.csv")))
    with open_system(data) as system:
        system.projector.catch_up()
        lines = [
            (line.actor, line.person, line.detail) for line in system.event_log.listing(Asked(topic="access.exported"))
        ]
        operator = system.people.with_login("Operator").id
    assert lines == [
        (operator, operator, {"what": "lessons", "count": 0}),
        (operator, operator, {"what": "clusters", "count": 3}),
    ]
