"""What the values and fields of adaptations are called, and what is said of what was done with one."""

from collections.abc import Mapping

from api.pages.translation import N_

LABELS: Mapping[str, Mapping[str, str]] = {
    "outcome": {"worked": N_("It worked"), "partly": N_("It worked partly"), "did-not": N_("It did not work")},
    "rater": {"cluster": N_("The cluster"), "programme": N_("The programme")},
}

FIELDS: Mapping[str, str] = {
    "kept": N_("What we keep"),
    "changed": N_("What we change"),
    "dropped": N_("What we drop"),
    "why": N_("Why"),
    "outcome": N_("What came of it"),
    "outcomes": N_("What came of it"),
    "by": N_("Who says so"),
}

HAPPENED: Mapping[str, str] = {
    "adaptation.made": N_("adapted the lesson"),
    "adaptation.changed": N_("changed what is told of the adaptation"),
    "adaptation.outcome-rated": N_("said what came of it"),
    "adaptation.withdrawn": N_("withdrew the adaptation"),
}

DONE: Mapping[str, str] = {
    "adaptation.adapt": N_("The adaptation is kept. In half a year you are asked what came of it."),
    "adaptation.edit": N_("Your changes are saved."),
    "adaptation.rate": N_("It is kept what came of it."),
    "adaptation.rate-for-programme": N_("It is kept what came of it."),
    "adaptation.withdraw": N_("The adaptation is withdrawn."),
}
"""By what was done, as the address after a form says."""
