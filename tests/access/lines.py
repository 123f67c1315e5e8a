"""What each route is: an action on something, one's own, or open to everybody. And a body that is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

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
    """An action on a thing of a kind. `hidden`: whoever may not is told that there is nothing."""

    action: Action
    kind: str
    body: Body = nothing
    hidden: bool = False


Line: TypeAlias = Everybody | Own | On


def _fixed(**body: Any) -> Body:
    return lambda world: body


def _lesson(world: World) -> dict[str, Any]:
    return {"title": {"en": "x"}, "lesson": {"en": "y"}, "source": {"url": "https://example.org"}}


WHY = _fixed(reason="x")


def _programme(world: World) -> dict[str, Any]:
    return {"programme": str(world.id("NCE")), "to": str(world.id("GCE")), "on": "2020"}


def _membership(world: World) -> dict[str, Any]:
    return {"programme": str(world.id("NCE")), "on": "2020"}


def _managing(world: World) -> dict[str, Any]:
    return {"person": world.viewers["nobody"].person, "on": "2020"}


FACES = ("", "/api/v1")
KINDS = ("lessons", "cases", "clusters", "programmes")
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
    "programmes": ("make", {"edit": "register", "close": "register"}),
    "people": ("make", {"appoint": "make", "stand-down": "make", "suspend": "administer", "restore": "administer",
                        "invite": "administer"}),
    "thesaurus": ("make", {"edit": "write", "retire": "write", "restore": "write"}),
}  # fmt: skip
"""The forms of the pages: of what is new, and of what is there."""


def _forms() -> dict[str, Line]:
    lines: dict[str, Line] = {}
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
            *(f"GET {face}/{kind}" for face in FACES for kind in KINDS),
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
    **dict.fromkeys(("GET /missing", "GET /api/v1/missing"), On("see-missing", "clusters", hidden=True)),
    **dict.fromkeys(("GET /missing/invite", "POST /missing/invite"), On("invite", "clusters", hidden=True)),
    "GET /api/v1/lessons/{id}/similar": On("read", "lessons"),
    "GET /api/v1/cases/{id}/similar": On("read", "cases"),
    "GET /api/v1/clusters/{id}/invitations": On("see-invitations", "clusters"),
    "POST /api/v1/clusters/{id}/invitations": On("invite", "clusters", _fixed(about="busy people")),
    "POST /api/v1/clusters/{id}/invitations/close": On("answer", "clusters", _fixed(about="nothing of the kind")),
    "POST /clusters/{id}/invitations/close": On("answer", "clusters", _fixed(about="nothing of the kind")),
    "GET /access": On("read", "access"),
    "GET /api/v1/access": On("read", "access"),
    "POST /api/v1/clusters/{id}/hand-over": On(
        "appoint-manager", "clusters", lambda world: {"to": world.viewers["nobody"].person, "on": "2020"}
    ),
    "POST /api/v1/lessons/{id}/consent": On(
        "consent", "lessons", lambda world: {"case": str(world.id("case public")), "fields": ["title"]}
    ),
    **{
        f"{method} {face}/{kind}/{{id}}/{tail}": On("break-glass", kind, WHY, hidden=True)
        for kind in ("lessons", "cases")
        for method, face, tail in (("POST", "/api/v1", "break-glass"), ("GET", "", "open"), ("POST", "", "open"))
    },
}
