"""What each route is: an action on something, one's own, or open to everybody. And a body that is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from api.pages.adaptation_deeds import ADAPTATION_DEEDS
from api.pages.process_evidence_deeds import EVIDENCE_DEEDS
from api.pages.processes import FORMS
from api.usecases.process_steps import STEPS, Step
from domain.foresight.process import ForesightProcess
from domain.policy import Action
from tests.access.world import World

Body: TypeAlias = Callable[[World], dict[str, Any]]


def nothing(_: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Everybody:
    """Says the same to all, or only what each may see."""

    body: Body = nothing


@dataclass(frozen=True)
class Own:
    """One's own, for whoever has signed in: refused to visitors alone, whatever comes of it for others."""

    body: Body = nothing


@dataclass(frozen=True)
class On:
    """An action on a thing of a kind. `hidden`: whoever may not is told that there is nothing. `makes`: the kind of
    what comes of it, which they have to be allowed to make as well."""

    action: Action
    kind: str
    body: Body = nothing
    hidden: bool = False
    makes: str = ""


Line: TypeAlias = Everybody | Own | On


def _fixed(**body: Any) -> Body:
    return lambda world: body


def _lesson(world: World) -> dict[str, Any]:
    return {"title": {"en": "x"}, "lesson": {"en": "y"}, "source": {"url": "https://example.org"}}


def _step(step: Step[Any]) -> Line:
    """With the body that its description has as an example."""
    return On(step.action, "processes", lambda _: step.asks.model_json_schema()["examples"][0])


def _adaptation(world: World) -> dict[str, Any]:
    lesson, cluster = str(world.id("lesson public")), str(world.id("peers"))
    return {"lesson": lesson, "cluster": cluster, "why": {"en": "x"}}


WHY = _fixed(reason="x")


def _programme(world: World) -> dict[str, Any]:
    return {"programme": str(world.id("NCE")), "to": str(world.id("GCE")), "on": "2020"}


def _membership(world: World) -> dict[str, Any]:
    return {"programme": str(world.id("NCE")), "on": "2020"}


def _managing(world: World) -> dict[str, Any]:
    return {"person": world.viewers["nobody"].person, "on": "2020"}


def _naming(world: World) -> dict[str, Any]:
    """A reason that is refused to whoever may forget somebody, so that all of them are there for the next."""
    return {"reason": " ".join(person.name for person in world.system.people.everybody())}


FACES = ("", "/api/v1")
KINDS = ("lessons", "cases", "processes", "clusters", "programmes")
BY_DEED: dict[str, tuple[Action, dict[str, Action]]] = {
    "lessons": (
        "make",
        {
            "edit": "write", "submit": "submit", "return": "review", "publish": "review", "share": "share",
            "supersede": "withdraw", "withdraw": "withdraw", "consent": "consent",
        },
    ),
    "cases": ("make", {"edit": "write", "publish": "review", "withdraw": "withdraw"}),
    "clusters": (
        "make",
        {
            "edit": "describe", "join": "describe", "leave": "describe", "rename": "register", "admit": "register",
            "graduate": "register", "end": "register", "appoint": "appoint-manager", "stand-down": "appoint-manager",
            "hand-over": "appoint-manager", "contributors": "appoint-contributor",
            "contributor-left": "appoint-contributor",
        },
    ),
    "programmes": ("make", {"edit": "register", "thresholds": "register", "close": "register"}),
    "people": ("make", {"appoint": "make", "stand-down": "make", "suspend": "administer", "restore": "administer",
                        "forget": "administer",
                        "invite": "administer"}),
    "thesaurus": ("make", {"edit": "write", "retire": "write", "restore": "write"}),
}  # fmt: skip
"""The forms of the pages: of what is new, and of what is there."""


def _forms() -> dict[str, Line]:
    lines: dict[str, Line] = {f"{method} /processes/new": On("make", "processes") for method in ("GET", "POST")}
    for form in FORMS:
        for method in ("GET", "POST"):
            lines[f"{method} /processes/{{id}}/{form.name}"] = On(form.step.action, "processes")
    for deed in (*EVIDENCE_DEEDS, *ADAPTATION_DEEDS):
        kind = "processes" if deed.cls is ForesightProcess else "adaptations"
        for method in ("GET", "POST"):
            lines[f"{method} /{kind}/{{id}}/{deed.name}"] = On(deed.action, kind)
    for kind, (new, deeds) in BY_DEED.items():
        for method in ("GET", "POST"):
            lines[f"{method} /{kind}/new"] = On(new, kind)
            lines |= {f"{method} /{kind}/{{id}}/{deed}": On(action, kind) for deed, action in deeds.items()}
    return lines


def _appointing(world: World) -> dict[str, Any]:
    return {"role": "auditor", "since": "2020"}


LINES: dict[str, Line] = {
    **dict.fromkeys(
        (
            *("GET /openapi.json", "GET /health/live", "GET /health/ready", "GET /", "GET /suggest", "GET /about"),
            *("GET /api/v1/search", "GET /api/v1/suggest", "GET /language", "GET /colours", "GET /review"),
            *("GET /thesaurus", "GET /thesaurus.ttl", "GET /api/v1/thesaurus"),
            *("GET /search.atom", "GET /search.json", "GET /suggest.json", "GET /opensearch.xml"),
            *("GET /sign-in", "GET /sign-in/sso", "GET /sign-in/sso/back", "GET /invitation", "POST /sign-in"),
            *("POST /sign-in/demo", "POST /invitation", "POST /sign-out", "GET /assets/{address:path}"),
            *(f"GET {face}/{kind}" for face in FACES for kind in (*KINDS, "adaptations")),
        ),
        Everybody(),
    ),
    **dict.fromkeys(
        (
            *("GET /me", "GET /me/data.json", "POST /me/erasure", "POST /me/password", "POST /me/second-factor"),
            *("POST /me/second-factor/confirm", "POST /me/second-factor/remove", "POST /me/sessions/all"),
            *(
                "POST /me/sessions/others",
                "POST /me/sessions/{id}/end",
                "POST /me/tokens",
                "POST /me/tokens/{id}/revoke",
            ),
            *("GET /api/v1/me", "GET /api/v1/me/data", "POST /api/v1/me/erasure", "GET /api/v1/me/tokens"),
            *("DELETE /api/v1/me/sessions", "DELETE /api/v1/me/tokens/{id}"),
            *("GET /me/searches", "POST /me/searches", "POST /me/searches/{id}/rename"),
            *("POST /me/searches/{id}/remove", "GET /api/v1/me/searches", "DELETE /api/v1/me/searches/{id}"),
        ),
        Own(),
    ),
    "POST /api/v1/me/tokens": Own(_fixed(name="x", scope="read", days=1)),
    "POST /api/v1/me/searches": Own(_fixed(name="x", asked="q=x")),
    "PATCH /api/v1/me/searches/{id}": Own(_fixed(name="x")),
    **_forms(),
    "POST /api/v1/lessons": On("make", "lessons", _lesson),
    "POST /api/v1/cases": On("make", "cases", _fixed(title={"en": "x"})),
    **{
        f"GET {path}": On("read", "processes")
        for path in (
            *(f"/processes/{{id}}/{part}" for part in ("people", "gatherings", "forces")),
            "/api/v1/processes/{id}/lessons",
        )
    },
    **{
        f"GET {face}/adaptations/{{id}}{tail}": On("read", "adaptations") for face in FACES for tail in ("", "/history")
    },
    "POST /api/v1/adaptations": On("make", "adaptations", _adaptation),
    "PATCH /api/v1/adaptations/{id}": On("write", "adaptations", WHY),
    "POST /api/v1/adaptations/{id}/rate": On("write", "adaptations", _fixed(outcome="worked", by="cluster")),
    "POST /api/v1/adaptations/{id}/withdraw": On("withdraw", "adaptations", WHY),
    **dict.fromkeys(
        ("GET /lessons/{id}/adapt", "POST /lessons/{id}/adapt"), On("read", "lessons", makes="adaptations")
    ),
    **{
        f"GET {path}": On("read", "lessons")
        for path in ("/api/v1/lessons/{id}/adaptations", "/api/v1/lessons/{id}/provenance", "/lessons/{id}/provenance")
    },
    "POST /api/v1/processes": On(
        "make", "processes", lambda world: {"title": {"en": "x"}, "cluster": str(world.id("ours"))}
    ),
    **{f"POST /api/v1/processes/{{id}}/{step.name}": _step(step) for step in STEPS},
    "POST /api/v1/processes/{id}/draft-lesson": On("write", "processes"),
    "POST /api/v1/processes/{id}/draft-case": On("draft-case", "processes"),
    "GET /api/v1/processes/{id}/export": On("read", "processes"),
    "GET /processes/{id}/print": On("read", "processes"),
    **{f"{method} /processes/{{id}}/draft-lesson": On("write", "processes") for method in ("GET", "POST")},
    **{f"{method} /processes/{{id}}/draft-case": On("draft-case", "processes") for method in ("GET", "POST")},
    **{f"{method} /processes/{{id}}/consent": On("consent", "processes") for method in ("GET", "POST")},
    "POST /api/v1/clusters": On("make", "clusters", _fixed(name="Cluster ours")),
    "POST /api/v1/programmes": On("make", "programmes", _fixed(code="NCE", name={"en": "x"}, owner="x")),
    "POST /api/v1/people": On("make", "people", _fixed(name="x")),
    **{
        f"GET {face}/{kind}/{{id}}{tail}": On("read", kind)
        for face in FACES
        for kind in KINDS
        for tail in ("", "/history")
    },
    **{f"GET {face}/thesaurus/{{id}}{tail}": On("read", "thesaurus") for face in FACES for tail in ("", "/history")},
    "POST /api/v1/thesaurus": On("make", "thesaurus", _fixed(id="another", preferred={"en": "x", "nb": "x"})),
    "PATCH /api/v1/thesaurus/{id}": On("write", "thesaurus", WHY),
    "POST /api/v1/thesaurus/{id}/retire": On("write", "thesaurus", WHY),
    "POST /api/v1/thesaurus/{id}/restore": On("write", "thesaurus", WHY),
    "PATCH /api/v1/lessons/{id}": On("write", "lessons", WHY),
    "PATCH /api/v1/cases/{id}": On("write", "cases", WHY),
    "PATCH /api/v1/clusters/{id}": On("describe", "clusters", WHY),
    "PATCH /api/v1/programmes/{id}": On("register", "programmes", WHY),
    "POST /api/v1/lessons/{id}/submit": On("submit", "lessons", WHY),
    "POST /api/v1/lessons/{id}/return": On("review", "lessons", WHY),
    "POST /api/v1/lessons/{id}/publish": On("review", "lessons", WHY),
    "POST /api/v1/lessons/{id}/withdraw": On("withdraw", "lessons", WHY),
    "POST /api/v1/lessons/{id}/supersede": On(
        "withdraw", "lessons", lambda world: {"by": str(world.id("lesson public"))}
    ),
    "POST /api/v1/cases/{id}/publish": On("review", "cases", WHY),
    "POST /api/v1/cases/{id}/withdraw": On("withdraw", "cases", WHY),
    "POST /api/v1/clusters/{id}/rename": On("register", "clusters", _fixed(name="x", on="2020")),
    "POST /api/v1/clusters/{id}/admit": On("register", "clusters", _membership),
    "POST /api/v1/clusters/{id}/graduate": On("register", "clusters", _programme),
    "POST /api/v1/clusters/{id}/end": On("register", "clusters", _membership),
    "POST /api/v1/clusters/{id}/appoint": On("appoint-manager", "clusters", _managing),
    "POST /api/v1/clusters/{id}/stand-down": On("appoint-manager", "clusters", _managing),
    "POST /api/v1/clusters/{id}/join": On("describe", "clusters", _fixed(name="x", kind="company")),
    "POST /api/v1/clusters/{id}/leave": On("describe", "clusters", _fixed(name="x")),
    "POST /api/v1/programmes/{id}/set-thresholds": On("register", "programmes", _fixed(committed=5)),
    "POST /api/v1/programmes/{id}/close": On("register", "programmes", _fixed(on="2030")),
    "GET /api/v1/people/{id}": On("read", "people"),
    "GET /people/{id}": On("read", "people"),
    "GET /people": On("read", "people"),
    "GET /api/v1/people": On("read", "people"),
    "POST /api/v1/people/{id}/appoint": On("appoint", "people", _appointing),
    "POST /api/v1/people/{id}/stand-down": On("appoint", "people", _fixed(role="auditor", until="2021")),
    "POST /api/v1/people/{id}/invite": On("administer", "people"),
    "POST /api/v1/people/{id}/suspend": On("administer", "people", WHY),
    "POST /api/v1/people/{id}/restore": On("administer", "people", WHY),
    "POST /api/v1/people/{id}/forget": On("administer", "people", _naming),
    **{
        f"{route}/{kind}/{{id}}/redact": On("redact", kind, _fixed(words="Kari Nordmann", reason="x"))
        for kind in (*KINDS, "adaptations")
        for route in ("GET ", "POST ", "POST /api/v1")
    },
    **dict.fromkeys(("GET /missing", "GET /api/v1/missing"), On("see-missing", "clusters", hidden=True)),
    **dict.fromkeys(("GET /missing/invite", "POST /missing/invite"), On("invite", "clusters", hidden=True)),
    "GET /api/v1/lessons/{id}/similar": On("read", "lessons"),
    "GET /api/v1/cases/{id}/similar": On("read", "cases"),
    "GET /api/v1/clusters/{id}/invitations": On("see-invitations", "clusters"),
    "POST /api/v1/clusters/{id}/invitations": On("invite", "clusters", _fixed(about="busy people")),
    "POST /api/v1/clusters/{id}/invitations/close": On("answer", "clusters", _fixed(about="nothing of the kind")),
    "POST /clusters/{id}/invitations/close": On("answer", "clusters", _fixed(about="nothing of the kind")),
    **{
        f"GET {path}": On("read", "access")
        for path in (
            *("/events", "/events/newer", "/events/print", "/api/v1/events", "/api/v1/events/counts"),
            *("/api/v1/events.csv", "/api/v1/events.jsonl"),
            *("/api/v1/audit/state", "/api/v1/audit/checkpoint", "/api/v1/audit/consistency"),
        )
    },
    "GET /api/v1/audit/proof/{event}": Everybody(),
    "POST /api/v1/audit/cosignatures": On("read", "access", _fixed(key="witness", line="\u2014 witness x")),
    "POST /api/v1/clusters/{id}/hand-over": On(
        "appoint-manager", "clusters", lambda world: {"to": world.viewers["nobody"].person, "on": "2020"}
    ),
    "POST /api/v1/lessons/{id}/consent": On(
        "consent", "lessons", lambda world: {"case": str(world.id("case public")), "fields": ["title"]}
    ),
    **{
        f"{method} {face}/{kind}/{{id}}/{tail}": On("break-glass", kind, WHY, hidden=True)
        for kind in ("lessons", "cases", "processes", "adaptations")
        for method, face, tail in (("POST", "/api/v1", "break-glass"), ("GET", "", "open"), ("POST", "", "open"))
    },
}
