"""Steps of driving forces and their assessment."""

from typing import Any
from uuid import UUID

from pydantic import Field

from api.usecases.process_steps.step import AN_ID, ANOTHER_ID, Asked, NewId, Step, example, part_of
from domain.foresight.forces import MOST_FORCES, ForceRecord, Score


class NameForce(ForceRecord, Asked):
    """A driving force."""

    model_config = example(title={"en": "Electricity is free at noon"}, steep="economic")

    force: NewId


class ChangeForce(ForceRecord, Asked):
    """A driving force as a whole; `standing` says whether it is certain or critical."""

    model_config = example(
        force=AN_ID, title={"en": "Electricity is free at noon"}, steep="economic", standing="critical"
    )

    force: UUID


class DropForce(Asked):
    """A driving force is taken out; no axis is drawn of it."""

    model_config = example(force=AN_ID, reason="Twice.")

    force: UUID


class Assess(Asked):
    """What a participant thinks of some driving forces; what they thought of these before is replaced."""

    model_config = example(participant=AN_ID, scores=[{"force": ANOTHER_ID, "impact": 5, "uncertainty": 4}])

    participant: UUID
    scores: list[Score] = Field(min_length=1, max_length=MOST_FORCES)


class ClearScores(Asked):
    """That a participant has no view on some driving forces after all."""

    model_config = example(participant=AN_ID, forces=[ANOTHER_ID], reason="Typed into the wrong line.")

    participant: UUID
    forces: list[UUID] = Field(min_length=1, max_length=MOST_FORCES, description="Ids of driving forces.")


STEPS: tuple[Step[Any], ...] = (
    Step("name-force", NameForce, lambda p, a: p.name_force(a.force, part_of(ForceRecord, a)), together=True),
    Step("change-force", ChangeForce, lambda p, a: p.change_force(a.force, part_of(ForceRecord, a))),
    Step("drop-force", DropForce, lambda p, a: p.drop_force(a.force)),
    Step("assess", Assess, lambda p, a: p.assess(a.participant, a.scores), together=True),
    Step("clear-scores", ClearScores, lambda p, a: p.clear_scores(a.participant, a.forces), together=True),
)
