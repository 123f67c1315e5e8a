"""What a foresight process leaves behind: drafts made of it, and the whole of it to take along."""

from datetime import date
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field

from api.access.given import TheSystem, TheViewer
from api.json.process_shapes import LessonLink, ProcessShape, process_shape
from api.json.route import Id, answered, router
from api.json.routing import HistoryEntry, body
from api.json.shapes import CaseShape, LessonShape
from api.usecases.leaving_evidence import draft_case_from, draft_lesson_from
from api.usecases.process_export import Adapted, WholeProcess, export_process
from domain.adaptation import AdaptationRecord, Outcome, Rater
from domain.foresight.checks import Check
from domain.lesson_record import Phase

routes = router("processes")


class About(BaseModel):
    """One check, one phase, or neither: the process as a whole. Of both, the check counts."""

    model_config = body({"check": "catch-up"}, {"phase": "recruitment"}, {})

    check: Check | None = None
    phase: Phase | None = None


class OutcomeShape(BaseModel):
    by: Rater
    outcome: Outcome
    on: str = Field(description="A day.")
    note: str | None


class AdaptedShape(AdaptationRecord):
    """A lesson that was adapted in the process, as far as the viewer may read it."""

    id: UUID
    lesson: UUID
    link: LessonLink
    revision: int
    made_on: date
    outcomes: list[OutcomeShape] = Field(description="Earliest first.")

    @classmethod
    def of(cls, one: Adapted) -> "AdaptedShape":
        adaptation = one.adaptation
        return cls(
            **vars(adaptation.current),
            id=adaptation.id,
            lesson=one.lesson.id,
            link=LessonLink(
                id=one.lesson.id, url=f"/lessons/{one.lesson.id}", title=one.lesson.current.title.languages
            ),
            revision=adaptation.revision,
            made_on=adaptation.made_on,
            outcomes=[OutcomeShape(by=r.by, outcome=r.outcome, on=r.on, note=r.note) for r in adaptation.ratings],
        )


class ProcessExport(BaseModel):
    """Everything there is of the process, as far as the one who exports it may know. The history is oldest first."""

    process: ProcessShape
    adaptations: list[AdaptedShape]
    history: list[HistoryEntry]

    @classmethod
    def of(cls, whole: WholeProcess) -> "ProcessExport":
        return cls(
            process=process_shape(whole.process, whole.checks, whole.behind),
            adaptations=[AdaptedShape.of(one) for one in whole.adapted],
            history=[HistoryEntry.model_validate(entry) for entry in whole.history],
        )


@routes.post("/{id}/draft-case", status_code=201, response_model=CaseShape)
def draft_case(system: TheSystem, viewer: TheViewer, id: Id) -> Response:
    """A draft case of the whole process with its figures, for programme staff to edit."""
    return answered(system, viewer, draft_case_from(system, viewer, id), 201)


@routes.post("/{id}/draft-lesson", status_code=201, response_model=LessonShape)
def draft_lesson(system: TheSystem, viewer: TheViewer, id: Id, about: About) -> Response:
    """A draft lesson with the figures of a check, a phase or the whole process, for its people to edit."""
    return answered(system, viewer, draft_lesson_from(system, viewer, id, about.check or about.phase), 201)


@routes.get("/{id}/export", response_model=ProcessExport)
def export(system: TheSystem, viewer: TheViewer, id: Id) -> Response:
    """The whole process as a file. Of those who are signed in it is recorded that they took it."""
    told = ProcessExport.of(export_process(system, viewer, id)).model_dump_json(indent=2)
    named = {"Content-Disposition": f'attachment; filename="laerdom-process-{id}.json"'}
    return Response(told, media_type="application/json", headers=named)
