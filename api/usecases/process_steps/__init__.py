"""The steps of a foresight process: what each asks for, and what it decides. Pages, JSON and the command line take the
same ones, by their names. A module for each part of the process, as in `domain.foresight`."""

from typing import Any

from api.usecases.process_steps import (
    actions,
    evaluation,
    forces,
    gatherings,
    options,
    participation,
    scenarios,
    whole,
)
from api.usecases.process_steps.step import Step

STEPS: tuple[Step[Any], ...] = (
    *(*whole.STEPS, *participation.STEPS, *gatherings.STEPS, *forces.STEPS),
    *(*scenarios.STEPS, *options.STEPS, *actions.STEPS, *evaluation.STEPS),
)

__all__ = ["STEPS", "Step"]
