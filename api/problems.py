"""Every error as a problem (RFC 9457): what went wrong and what to do. What was sent is never echoed back."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from domain.errors import NotReady, Refused, TooManyAttempts
from search.index import SearchUnavailable
from store.unavailable import StoreFull, StoreUnavailable

log = structlog.get_logger()

STATUS = {
    "invalid": 422,
    "not-ready": 422,
    "key-reused": 422,
    "not-found": 404,
    "not-allowed": 403,
    "sign-in": 401,
    "forged": 403,
    "wrong-credentials": 401,
    "too-many-attempts": 429,
    "provider-failed": 502,
    "wrong-state": 409,
    "name-taken": 409,
    "conflict": 409,
    "stale": 412,
    "version-wanted": 428,
}
NOT_FOUND = "There is nothing here."
FOR_PROGRAMS = ("/api/", "/health/", "/openapi", "/search.", "/suggest.json", "/opensearch.xml", "/thesaurus.ttl")
"""How paths begin that programs ask for; at others a person reads the answer."""
PLAIN = {
    "extra_forbidden": "There is no such field; leave it out.",
    "missing": "This is required.",
    "json_invalid": "The body is not valid JSON, or has a field twice.",
    "uuid_parsing": "Give an id: a UUID.",
    "uuid_type": "Give an id: a UUID.",
    "model_attributes_type": "Send a JSON object.",
    "string_unicode": "Send text as valid Unicode.",
}


class FieldProblem(BaseModel):
    """A field at fault, nested ones with dots, and what to do about it."""

    field: str
    problem: str


EXAMPLE: JsonValue = {
    "type": "urn:laerdom:problem:invalid",
    "title": "invalid",
    "status": 422,
    "detail": "Correct the fields named below.",
    "errors": [{"field": "title", "problem": "This is required."}],
}


class Problem(BaseModel):
    """RFC 9457. `errors` names each field at fault."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


class ErrorPage(Protocol):
    """How a refusal is shown to a reader of pages; `template` is an English sentence, filled with `values`."""

    def __call__(
        self, request: Request, status: int, template: str, values: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Response: ...


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Refused; nothing has changed.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
    "5XX": {
        "description": "Cannot be answered now; nothing is lost.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
}


def answer(
    request: Request,
    status: int,
    code: str,
    template: str,
    *,
    values: Mapping[str, object] | None = None,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document for programs, a page for readers."""
    values = values or {}
    if not request.url.path.startswith(FOR_PROGRAMS):
        page: ErrorPage = request.app.state.error_page
        return page(request, status, template, dict(values), dict(headers or {}))
    detail = template.format(**values)
    problem = Problem(
        type=f"urn:laerdom:problem:{code}",
        title=code.replace("-", " "),
        status=status,
        detail=detail,
        errors=list(errors),
    )
    return JSONResponse(
        problem.model_dump(), status, headers=dict(headers or {}), media_type="application/problem+json"
    )


def field_problems(error: RequestValidationError | ValidationError) -> list[FieldProblem]:
    """One for each field, without what was sent."""
    found: list[FieldProblem] = []
    for e in error.errors():
        location = [str(part) for part in e["loc"]]
        if location[:1] in (["body"], ["query"], ["header"]) and isinstance(error, RequestValidationError):
            location = location[1:]
        if e["type"] == "json_invalid":  # its location is a position in the body
            location = []
        name = ".".join(location).encode("utf-8", "replace").decode()[:100]
        message = PLAIN.get(e["type"]) or str(e["msg"]).removeprefix("Value error, ").split(" at line ")[0]
        found.append(FieldProblem(field=name or "body", problem=message))
    return found


def install(app: FastAPI, *, page: ErrorPage) -> None:
    """Handlers for everything that can be raised on the way to an answer; `page` shows it outside the API."""
    app.state.error_page = page

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:  # pyright: ignore[reportUnusedFunction]
        fields = error.missing if isinstance(error, NotReady) else [error.field] if error.field else []
        problem = "This is required before it is published." if isinstance(error, NotReady) else str(error)
        errors = [FieldProblem(field=f, problem=problem) for f in fields]
        wait = {"Retry-After": str(error.wait_s)} if isinstance(error, TooManyAttempts) else None
        status = STATUS[error.code]
        return answer(request, status, error.code, error.template, values=error.values, errors=errors, headers=wait)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError | ValidationError)
        if any(e["loc"][:1] == ("path",) for e in error.errors()):
            return answer(request, 404, "not-found", NOT_FOUND)
        broken = any(e["type"] == "json_invalid" for e in error.errors())
        code, template = (
            ("not-json", PLAIN["json_invalid"]) if broken else ("invalid", "Correct the fields named below.")
        )
        return answer(request, 400 if broken else 422, code, template, errors=field_problems(error))

    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ValidationError, invalid)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:  # pyright: ignore[reportUnusedFunction]
        template = {
            400: "The request cannot be read. Send valid JSON as UTF-8.",
            404: NOT_FOUND,
            405: "This cannot be done here. The description of the API says what can.",
            413: "The request is too large. Send less at a time.",
        }.get(error.status_code, "The request was refused.")
        return answer(request, error.status_code, f"http-{error.status_code}", template, headers=error.headers)

    @app.exception_handler(StoreUnavailable)
    async def away(request: Request, error: StoreUnavailable) -> Response:  # pyright: ignore[reportUnusedFunction]
        if isinstance(error, StoreFull):
            return answer(request, 507, "disk-full", str(error), headers={"Retry-After": "60"})
        return answer(request, 503, "store-away", str(error), headers={"Retry-After": "5"})

    @app.exception_handler(SearchUnavailable)
    async def silent(request: Request, error: SearchUnavailable) -> Response:  # pyright: ignore[reportUnusedFunction]
        log.warning("search is unavailable", why=str(error))
        template = "Search does not answer now. What is written is safe and will be found again in a moment."
        return answer(request, 503, "search-away", template, headers={"Retry-After": str(error.retry_after_s)})

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        log.error("unforeseen", exc_info=error, path=request.url.path)
        return answer(
            request, 500, "unforeseen", "Something went wrong here. Nothing you sent was half kept; try again."
        )
