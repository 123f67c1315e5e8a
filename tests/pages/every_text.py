"""A request for every operation that takes a text, in an order in which each is taken.

Which texts there are is read from the description of the API, so that one that is added is attacked from then on."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, cast

Schema: TypeAlias = Mapping[str, Any]
Body: TypeAlias = dict[str, Any]
SCRIPTS = ("<script>x(1)</script>", "<script>x(1)</script>@example.org")
REMOVED = "Plumbum"
"""Words that everything has and that are taken out again: what is removed has to be there, and is not kept."""
CORNER = [{"axis": f"${axis}", "end": "high"} for axis in ("axis", "axis-2")]
FORCE = {"steep": "economic", "standing": "critical"}
WHOLE = {"phase": "recruitment", "polarity": "keep", "cluster": "$ours", "visibility": "public"}

REQUESTS: tuple[tuple[str, Body, str], ...] = (
    # The operation, whose `{…}` and `$…` are names of what was made before; what is sent beside the payloads; and what
    # the thing that it makes is called here.
    ("POST people", {}, "ola"),
    ("POST people", {}, "per"),
    ("POST people/{ola}/appoint", {"role": "auditor", "since": "2020"}, ""),
    ("POST people/{ola}/stand-down", {"role": "auditor", "until": "2021"}, ""),
    ("POST people/{per}/suspend", {}, ""),
    ("POST people/{per}/restore", {}, ""),
    ("POST programmes", {"code": "$code"}, "nce"),
    ("POST programmes", {"code": "$code-2"}, "arena"),
    ("PATCH programmes/{nce}", {}, ""),
    ("POST programmes/{nce}/set-thresholds", {"committed": 5}, ""),
    ("POST clusters", {}, "ours"),
    ("POST clusters", {}, "theirs"),
    ("PATCH clusters/{ours}", {}, ""),
    ("POST clusters/{ours}/rename", {"on": "2015"}, ""),
    ("POST clusters/{ours}/admit", {"programme": "$arena", "on": "2007"}, ""),
    ("POST clusters/{ours}/graduate", {"programme": "$arena", "to": "$nce", "on": "2015"}, ""),
    ("POST clusters/{theirs}/admit", {"programme": "$nce", "on": "2007"}, ""),
    ("POST clusters/{theirs}/end", {"programme": "$nce", "on": "2025"}, ""),
    ("POST clusters/{ours}/appoint", {"person": "$ola", "on": "2015"}, ""),
    ("POST clusters/{ours}/hand-over", {"to": "$per", "on": "2018", "leaving": ["$ola"]}, ""),
    ("POST clusters/{ours}/stand-down", {"person": "$per", "on": "2020"}, ""),
    ("POST clusters/{ours}/join", {"kind": "company"}, ""),
    ("POST clusters/{ours}/join", {"name": "Elkem", "kind": "company"}, ""),
    ("POST clusters/{ours}/leave", {"name": "Elkem"}, ""),
    ("POST clusters/{ours}/invitations", {}, ""),
    ("POST clusters/{theirs}/invitations", {"about": "trust"}, ""),
    ("POST clusters/{theirs}/invitations/close", {"about": "trust"}, ""),
    ("POST thesaurus", {"id": "$slug", "broader": [], "related": []}, ""),
    ("PATCH thesaurus/{slug}", {"broader": [], "related": []}, ""),
    ("POST thesaurus/{slug}/retire", {}, ""),
    ("POST thesaurus/{slug}/restore", {}, ""),
    ("POST lessons", WHOLE | {"owner": "$ola"}, "lesson"),
    ("PATCH lessons/{lesson}", {"owner": "$ola"}, ""),
    ("POST lessons/{lesson}/submit", {}, ""),
    ("POST lessons/{lesson}/return", {}, ""),
    ("POST lessons/{lesson}/submit", {}, ""),
    ("POST lessons/{lesson}/publish", {}, ""),
    ("POST cases", {"contact": "$ola", "lessons": ["$lesson"], "clusters": ["$ours"], "visibility": "public"}, "case"),
    ("PATCH cases/{case}", {"contact": "$ola"}, ""),
    ("POST lessons/{lesson}/consent", {"case": "$case", "fields": ["title"]}, ""),
    ("POST cases/{case}/publish", {}, ""),
    ("POST lessons", WHOLE | {"owner": "$ola"}, "newer"),
    ("POST lessons/{newer}/submit", {}, ""),
    ("POST lessons/{newer}/publish", {}, ""),
    ("POST processes", {"cluster": "$ours", "visibility": "own-cluster"}, "process"),
    ("POST processes/{process}/describe", {"cluster": "$ours"}, ""),
    ("POST processes/{process}/share", {"visibility": "managers"}, ""),
    ("POST processes/{process}/enter-phase", {"phase": "scoping"}, ""),
    ("POST processes/{process}/name-process-leader", {"person": "$ola", "external": True, "neutral": True}, ""),
    ("POST processes/{process}/name-project-leader", {"person": "$ola"}, ""),
    ("POST processes/{process}/waive-check", {"check": "catch-up"}, ""),
    ("POST processes/{process}/end-waiver", {"check": "catch-up"}, ""),
    ("POST processes/{process}/waive-check", {"check": "catch-up"}, ""),
    ("POST processes/{process}/invite",
     {"participant": "$one", "organisation_kind": "company", "person": "$ola"}, ""),
    ("POST processes/{process}/describe-participant",
     {"participant": "$one", "organisation_kind": "company", "person": "$ola"}, ""),
    ("POST processes/{process}/answer-invitation", {"participant": "$one", "commitment": "committed"}, ""),
    ("POST processes/{process}/plan-gathering",
     {"gathering": "$gathering", "starts": "2026-03-10", "ends": "2026-03-11"}, ""),
    ("POST processes/{process}/replan-gathering",
     {"gathering": "$gathering", "starts": "2026-03-11", "ends": "2026-03-12"}, ""),
    ("POST processes/{process}/hold-gathering", {"gathering": "$gathering", "attended": ["$one"]}, ""),
    ("POST processes/{process}/plan-gathering",
     {"gathering": "$gathering-2", "starts": "2026-05-10", "ends": "2026-05-11"}, ""),
    ("POST processes/{process}/cancel-gathering", {"gathering": "$gathering-2"}, ""),
    *(("POST processes/{process}/name-force", FORCE | {"force": f"$force{n}"}, "") for n in ("", "-2", "-3")),
    ("POST processes/{process}/change-force", FORCE | {"force": "$force"}, ""),
    ("POST processes/{process}/drop-force", {"force": "$force-3"}, ""),
    ("POST processes/{process}/assess",
     {"participant": "$one", "scores": [{"force": f, "impact": 5, "uncertainty": 4} for f in ("$force", "$force-2")]},
     ""),
    ("POST processes/{process}/clear-scores", {"participant": "$one", "forces": ["$force-2"]}, ""),
    *(("POST processes/{process}/draw-axis", {"axis": f"$axis{n}", "force": f"$force{f}"}, "")
      for n, f in (("", ""), ("-2", "-2"), ("-3", ""))),
    ("POST processes/{process}/remove-axis", {"axis": "$axis-3"}, ""),
    ("POST processes/{process}/write-scenario", {"scenario": "$scenario", "place": CORNER}, ""),
    ("POST processes/{process}/write-scenario", {"scenario": "$scenario-2"}, ""),
    ("POST processes/{process}/drop-scenario", {"scenario": "$scenario-2"}, ""),
    *(("POST processes/{process}/propose-option", {"option": f"$option{n}"}, "") for n in ("", "-2")),
    ("POST processes/{process}/drop-option", {"option": "$option-2"}, ""),
    ("POST processes/{process}/rate-option", {"option": "$option", "scenario": "$scenario", "rating": 3}, ""),
    ("POST processes/{process}/clear-rating", {"option": "$option", "scenario": "$scenario"}, ""),
    ("POST processes/{process}/rate-option", {"option": "$option", "scenario": "$scenario", "rating": 4}, ""),
    *(("POST processes/{process}/set-signpost", {"signpost": f"$signpost{n}", "scenario": "$scenario"}, "")
      for n in ("", "-2")),
    ("POST processes/{process}/read-signpost", {"signpost": "$signpost", "on": "2026-12-31", "reached": True}, ""),
    ("POST processes/{process}/remove-signpost", {"signpost": "$signpost-2"}, ""),
    ("POST processes/{process}/agree-action", {"action": "$action", "due": "2027-03-01", "option": "$option"}, ""),
    ("POST processes/{process}/move-action", {"action": "$action", "state": "under-way"}, ""),
    ("POST processes/{process}/plan-follow-up", {"on": "2027-01-15", "budget": 0}, ""),
    ("POST processes/{process}/agree-evaluation", {"questions": [{"id": "$question", "area": "joint-goals"}]}, ""),
    ("POST processes/{process}/answer-evaluation",
     {"participant": "$one", "answers": [{"question": "$question", "rating": 4}]}, ""),
    ("POST processes/{process}/clear-answers", {"participant": "$one", "questions": ["$question"]}, ""),
    ("POST processes/{process}/draft-case", {}, "of-process"),
    ("POST processes/{process}/consent", {"case": "$of-process", "visibility": "public"}, ""),
    ("POST adaptations", {"lesson": "$lesson", "cluster": "$theirs", "process": None}, "adaptation"),
    ("PATCH adaptations/{adaptation}", {}, ""),
    ("POST adaptations/{adaptation}/rate", {"by": "cluster", "outcome": "worked", "on": "2026-11-01"}, ""),
    ("POST lessons", WHOLE | {"owner": "$ola", "visibility": "own-cluster"}, "draft"),
    ("POST cases", {"contact": "$ola"}, "case-draft"),
    ("POST lessons/{draft}/break-glass", {}, ""),
    ("POST cases/{case-draft}/break-glass", {}, ""),
    ("POST processes/{process}/break-glass", {}, ""),
    ("POST adaptations/{adaptation}/break-glass", {}, ""),
    ("POST me/tokens", {"scope": "read", "days": 30}, ""),
    ("POST me/searches", {"asked": "q=trust"}, "search"),
    ("PATCH me/searches/{search}", {}, ""),
    *((f"POST {kind}/{{{name}}}/redact", {"words": REMOVED}, "") for kind, name in (
        ("lessons", "lesson"), ("cases", "case"), ("processes", "process"), ("adaptations", "adaptation"),
        ("clusters", "ours"), ("programmes", "nce"))),
    ("POST lessons/{lesson}/supersede", {"by": "$newer"}, ""),
    ("POST lessons/{newer}/withdraw", {}, ""),
    ("POST cases/{case}/withdraw", {}, ""),
    ("POST adaptations/{adaptation}/withdraw", {}, ""),
    ("POST processes/{process}/withdraw", {}, ""),
    ("POST programmes/{arena}/close", {"on": "2026"}, ""),
    ("POST people/{per}/forget", {}, ""),
)  # fmt: skip
NOT_TEXTS = {"POST audit/cosignatures": "a line that is refused unless it is a signature of a witness"}
GIVEN = {
    # What is no text of one's own in a request, and why.
    **dict.fromkeys(("owner", "contact", "person", "to", "leaving[]"), "refused unless it is the id of a person"),
    "asked": "the address of a search, whose words are attacked where they are asked for",
    "words": "what is removed has to be there, and is not kept",
}
AS_BEFORE = {("POST clusters/{id}/leave", "name"), ("POST clusters/{id}/invitations/close", "about")}
"""Names that an earlier request brought in, which takes payloads there."""


def operation(request: str) -> str:
    """As the API is described: `POST lessons/{id}/submit`."""
    return re.sub(r"\{[^}]*\}", "{id}", request)


def resolved(schema: Schema, document: Schema) -> Schema:
    """Without references, and of what may be null, what it is otherwise."""
    while "$ref" in schema or "anyOf" in schema or "allOf" in schema:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        else:
            [schema, *_] = [s for s in schema.get("anyOf", schema.get("allOf")) if s.get("type") != "null"]
    return schema


def is_text(schema: Schema) -> bool:
    """Whether a script could stand in it."""
    if schema.get("type") != "string" or "enum" in schema or "const" in schema:
        return False
    if schema.get("format") in ("uuid", "date", "date-time"):
        return False
    return not (pattern := schema.get("pattern")) or any(re.search(pattern, script) for script in SCRIPTS)


def texts(schema: Schema, document: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """All texts of a body by their path: `source.note`, `topics[]`."""
    schema = resolved(schema, document)
    if is_text(schema):
        yield path, schema
    elif schema.get("type") == "array":
        yield from texts(schema["items"], document, f"{path}[]")
    for name, of in schema.get("properties", {}).items():
        yield from texts(of, document, f"{path}.{name}" if path else name)


def operations(document: Schema) -> dict[str, Schema]:
    """What takes a text, with the schema of its body."""
    found: dict[str, Schema] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            content = described.get("requestBody", {}).get("content", {}).values()
            for one in content:
                if any(texts(one["schema"], document)):
                    found[f"{method.upper()} {path.removeprefix('/api/v1/')}"] = one["schema"]
    return found


def filled(schema: Schema, document: Schema, given: Body, write: Callable[[str, Schema], str]) -> Body:
    """What is given, and a text that `write` makes of the name of each field that takes one, however deep it is."""
    schema = resolved(schema, document)
    body: Body = {}
    for name, of in schema["properties"].items():
        of = resolved(of, document)
        if name in given and not (of.get("type") == "array" and "properties" in resolved(of["items"], document)):
            body[name] = given[name]
        elif any(texts(of, document)):
            body[name] = _one(of, document, given.get(name), name, write)
        elif name in schema.get("required", ()) and "enum" in of:
            body[name] = of["enum"][0]
    return given | body


def _one(of: Schema, document: Schema, given: Any, name: str, write: Callable[[str, Schema], str]) -> Any:
    if of["type"] == "array":
        item = resolved(of["items"], document)
        return [_one(item, document, each, name, write) for each in given or [None]]
    return write(name, of) if is_text(of) else filled(of, document, given or {}, write)


def written(body: Any, path: str = "") -> Iterator[str]:
    """The paths of all texts in it."""
    if isinstance(body, str):
        yield path
    elif isinstance(body, list):
        for each in cast(list[Any], body):
            yield from written(each, f"{path}[]")
    elif isinstance(body, dict):
        for name, each in cast(Body, body).items():
            yield from written(each, f"{path}.{name}" if path else name)
