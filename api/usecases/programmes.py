"""Establishing and changing programmes."""

from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict

from api.usecases.changing import change, merged, partial
from api.wiring import System
from domain.foresight.checks import Thresholds
from domain.names import NameClaim, claim_id
from domain.policy import allow
from domain.programme import Code, Programme, ProgrammeRecord
from domain.text import Note
from domain.viewer import Viewer


class NewProgramme(ProgrammeRecord):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "NCE",
                    "name": {"en": "Norwegian Centres of Expertise"},
                    "owner": "Innovation Norway",
                    "kind": "brand",
                    "period": {"start": "2006"},
                }
            ]
        }
    )

    code: Code


if TYPE_CHECKING:
    ProgrammeChanges: TypeAlias = BaseModel
else:
    ProgrammeChanges = partial(ProgrammeRecord, "ProgrammeChanges", reason=(Note | None, None))


def establish_programme(system: System, viewer: Viewer, new: NewProgramme, *, id: UUID | None = None) -> Programme:
    """Raises `NameTaken` when another programme has the code."""
    allow(viewer, "make", Programme)
    record = ProgrammeRecord.model_validate(new.model_dump(exclude={"code"}))
    programme = Programme.establish(id or uuid4(), new.code, record)
    named = claim_id("programme", new.code)
    claim = system.store.find(NameClaim, named) or NameClaim(named)
    claim.claim(programme.id)
    system.save(programme, claim)
    return programme


def change_programme(system: System, viewer: Viewer, id: UUID, version: int, changes: dict[str, Any]) -> Programme:
    reason = changes.pop("reason", None)
    return change(
        system,
        viewer,
        Programme,
        id,
        version,
        "register",
        lambda programme: programme.change(merged(programme.current, changes)),
        reason=reason,
    )


def close_programme(
    system: System, viewer: Viewer, id: UUID, version: int, on: str, reason: str | None = None
) -> Programme:
    return change(
        system, viewer, Programme, id, version, "register", lambda programme: programme.close(on), reason=reason
    )


def set_thresholds(
    system: System, viewer: Viewer, id: UUID, version: int, thresholds: Thresholds, reason: str | None = None
) -> Programme:
    """What is enough for the foresight processes of its clusters, from now on."""
    return change(
        system, viewer, Programme, id, version, "register", lambda p: p.set_thresholds(thresholds), reason=reason
    )
