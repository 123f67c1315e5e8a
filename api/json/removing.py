"""Words that have to go: `POST /api/v1/lessons/{id}/redact`, and the same of what else holds text."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access.given import TheSystem, TheViewer
from api.json.route import Id, KeyedRoute
from api.json.routing import body
from api.problems import PROBLEMS
from api.usecases.finding import PLURALS
from api.usecases.redacting import KINDS, Place, find_words, of_kind, redact, removed_before
from domain.aggregate import Aggregate
from domain.redaction import Redaction
from domain.text import TITLE_MAX


class Removing(BaseModel):
    """The exact words, and why they have to go; with `preview`, it is only told where they are."""

    model_config = body({"words": "Kari Nordmann", "reason": "She asked for it.", "preview": False})

    words: str = Field(max_length=TITLE_MAX)
    reason: str = Field(default="", max_length=2_000, description="Without the words; not needed for a preview.")
    preview: bool = False


class PlaceShape(BaseModel):
    """The texts of one version of the thing that have the words, by path."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    fields: tuple[str, ...]
    left: tuple[str, ...] = Field(description="Codes that have them as well, and stay.")


class Found(BaseModel):
    thing: UUID
    removed: bool
    places: list[PlaceShape] = Field(description="Oldest version first.")


class RemovingRoute(KeyedRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        assert isinstance(thing, Redaction)
        id, words = UUID(request.path_params["id"]), Removing.model_validate_json(request.state.body).words
        places = removed_before(request.app.state.system, thing, id, words)
        return JSONResponse(_found(id, places, removed=True).model_dump(mode="json"))


routes = APIRouter(prefix="/api/v1", tags=["access"], route_class=RemovingRoute, responses=PROBLEMS)


def _found(id: UUID, places: Sequence[Place], *, removed: bool) -> Found:
    return Found(thing=id, removed=removed, places=[PlaceShape.model_validate(place) for place in places])


def _add(kind: str) -> None:
    def remove(system: TheSystem, viewer: TheViewer, id: Id, asked: Removing) -> Found:
        """Take words out of every version and reason of it, for good; with `preview`, only tell where they are. It is
        recorded that it was done. Answered when nothing is left of them, which takes as long as `laerdom rebuild`."""
        of_kind(system, id, kind)
        places = find_words(system, viewer, id, asked.words)
        if not asked.preview:
            places = redact(system, viewer, id, asked.words, asked.reason)
        return _found(id, places, removed=not asked.preview)

    remove.__name__ = f"remove_from_{kind}"
    routes.add_api_route(f"/{PLURALS[kind]}/{{id}}/redact", remove, methods=["POST"])


for _kind in KINDS:
    _add(_kind)
