"""The topics of lessons that the checks of a foresight process come from."""

from collections.abc import Mapping

from domain.foresight.checks import Check

BEHIND: Mapping[Check, tuple[str, ...]] = {
    Check.PLANNING_TIME: ("planning", "time"),
    Check.NEUTRAL_FACILITATOR: ("neutrality", "facilitation"),
    Check.BOTH_LEADERS: ("roles", "leadership"),
    Check.COMMITTED_FIRST: ("commitment", "recruitment"),
    Check.MANY_PERSPECTIVES: ("diversity", "participation"),
    Check.EVALUATION_AGREED: ("evaluation",),
    Check.GATHERINGS_IN_A_YEAR: ("cadence",),
    Check.PURPOSE_AND_PRODUCT: ("agenda",),
    Check.CATCH_UP: ("late-joiners",),
    Check.NOT_COPIED: ("adaptation", "transfer"),
    Check.FOLLOW_UP: ("follow-up",),
}
"""The topics of lessons that a check comes from, the nearest first: whoever shares one under such a topic adds to what
the check stands on."""
