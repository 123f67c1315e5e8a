"""Every answer that the API describes is shown with an example, which is one that the description allows."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from starlette.testclient import TestClient


def answers(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The operation, the media type, and what is said of it, of each answer that is no refusal."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                for media, content in answer.get("content", {}).items() if status.startswith("2") else ():
                    yield f"{method.upper()} {path}", media, content


def shown(document: dict[str, Any], content: dict[str, Any]) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"].get(name, {}).get("examples", [])


def test_every_answer_has_an_example_that_is_one(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    every = list(answers(document))
    assert len(every) > 140
    problem = document["components"]["schemas"]["Problem"]["examples"]
    assert [one["type"] for one in problem] == ["urn:laerdom:problem:invalid"]
    lacking = [(operation, media) for operation, media, content in every if not shown(document, content)]
    assert lacking == []
    wrong: list[tuple[str, str]] = []
    for operation, _, content in every:
        schema = {**content.get("schema", {}), "components": document["components"]}
        validator: Any = Draft202012Validator(schema, format_checker=FormatChecker())
        wrong += [(operation, e.message[:200]) for one in shown(document, content) for e in validator.iter_errors(one)]
    assert wrong == []


def test_what_is_not_as_described_would_be_seen(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schema = {"$ref": "#/components/schemas/LessonShape", "components": document["components"]}
    validator: Any = Draft202012Validator(schema, format_checker=FormatChecker())
    [lesson] = document["components"]["schemas"]["LessonShape"]["examples"]
    assert not list(validator.iter_errors(lesson))
    for other in ({**lesson, "version": "x"}, {**lesson, "id": "x"}, {n: v for n, v in lesson.items() if n != "title"}):
        assert list(validator.iter_errors(other))


def test_no_example_opens_a_door(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["MadeToken"]["examples"][0]["secret"] == "…"
    [invitation] = [s["examples"][0] for n, s in schemas.items() if n.endswith("people__InvitationShape")]
    assert (invitation["token"], invitation["link"]) == ("…", "…")
