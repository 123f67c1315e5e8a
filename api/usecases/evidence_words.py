"""The words in which a process is told, in English and bokmål: what is stored is text, in both languages at once."""

from collections.abc import Mapping
from typing import TypeAlias

from domain.adaptation import Outcome
from domain.foresight.checks import Check
from domain.lesson_record import Phase

Both: TypeAlias = Mapping[str, str]


def _both(en: str, nb: str) -> Both:
    return {"en": en, "nb": nb}


PHASES: Mapping[Phase, Both] = {
    Phase.SCOPING: _both("Scoping", "Avgrensning"),
    Phase.PLANNING: _both("Planning", "Planlegging"),
    Phase.RECRUITMENT: _both("Recruitment", "Rekruttering"),
    Phase.SCANNING: _both("Scanning", "Skanning"),
    Phase.DRIVING_FORCES: _both("Driving forces", "Drivkrefter"),
    Phase.SCENARIOS: _both("Scenarios", "Scenarioer"),
    Phase.STRATEGY: _both("Strategy", "Strategi"),
    Phase.ACTION: _both("Action", "Handling"),
    Phase.EVALUATION: _both("Evaluation", "Evaluering"),
    Phase.FOLLOW_UP: _both("Follow-up", "Oppfølging"),
}
CHECKS: Mapping[Check, tuple[Phase, Both, Both]] = {
    Check.PLANNING_TIME: (
        Phase.PLANNING,
        _both("Time set aside for planning", "Tid satt av til planlegging"),
        _both(
            "Weeks from the beginning of planning to the first gathering: {weeks}; wanted: {wanted}.",
            "Uker fra planleggingen begynte til første samling: {weeks}; ønsket: {wanted}.",
        ),
    ),
    Check.NEUTRAL_FACILITATOR: (
        Phase.PLANNING,
        _both("A facilitator who is external and neutral", "En ekstern og nøytral prosessleder"),
        _both(
            "The process leader was external: {external}; neutral: {neutral}; it was found out how: {checked}.",
            "Prosesslederen var ekstern: {external}; nøytral: {neutral}; det ble undersøkt: {checked}.",
        ),
    ),
    Check.BOTH_LEADERS: (
        Phase.PLANNING,
        _both("A process leader and a project leader", "En prosessleder og en prosjektleder"),
        _both(
            "Process leader named: {process_leader}; project leader named: {project_leader}.",
            "Prosessleder oppnevnt: {process_leader}; prosjektleder oppnevnt: {project_leader}.",
        ),
    ),
    Check.COMMITTED_FIRST: (
        Phase.RECRUITMENT,
        _both("Participants committed before the first gathering", "Deltakere forpliktet før første samling"),
        _both(
            "Committed before the first gathering: {committed} of {invited} invited; wanted: {wanted}.",
            "Forpliktet før første samling: {committed} av {invited} inviterte; ønsket: {wanted}.",
        ),
    ),
    Check.MANY_PERSPECTIVES: (
        Phase.RECRUITMENT,
        _both("Many kinds of actors and perspectives", "Mange slags aktører og perspektiver"),
        _both(
            "Kinds of organisations: {kinds}; perspectives: {perspectives}.",
            "Slags organisasjoner: {kinds}; perspektiver: {perspectives}.",
        ),
    ),
    Check.EVALUATION_AGREED: (
        Phase.EVALUATION,
        _both("Evaluation agreed before the first gathering", "Evaluering avtalt før første samling"),
        _both(
            "Questions agreed on: {questions}; on the day: {agreed}.",
            "Avtalte spørsmål: {questions}; på dagen: {agreed}.",
        ),
    ),
    Check.GATHERINGS_IN_A_YEAR: (
        Phase.PLANNING,
        _both("Gatherings often enough within a year", "Samlinger ofte nok i løpet av et år"),
        _both(
            "Gatherings of at least {days} days within a year: {most_in_a_year}; wanted: {wanted}.",
            "Samlinger på minst {days} dager i løpet av et år: {most_in_a_year}; ønsket: {wanted}.",
        ),
    ),
    Check.PURPOSE_AND_PRODUCT: (
        Phase.SCENARIOS,
        _both("One purpose and one product for each gathering", "Ett formål og ett produkt for hver samling"),
        _both(
            "Gatherings with both a purpose and a product: {complete} of {gatherings}.",
            "Samlinger med både formål og produkt: {complete} av {gatherings}.",
        ),
    ),
    Check.CATCH_UP: (
        Phase.RECRUITMENT,
        _both("A catch-up gathering for those who join late", "En oppsamling for dem som kommer til sent"),
        _both(
            "Joined late: {joined_late}; gatherings to catch up: {catch_up_gatherings}.",
            "Kom til sent: {joined_late}; oppsamlinger: {catch_up_gatherings}.",
        ),
    ),
    Check.NOT_COPIED: (
        Phase.SCOPING,
        _both("What was borrowed was made one’s own", "Det som ble lånt, ble gjort til ens eget"),
        _both(
            "Lessons borrowed: {borrowed}; made one’s own: {made_its_own}.",
            "Lånte erfaringer: {borrowed}; gjort til egne: {made_its_own}.",
        ),
    ),
    Check.FOLLOW_UP: (
        Phase.FOLLOW_UP,
        _both("Follow-up with owner, date and budget", "Oppfølging med ansvarlig, dato og budsjett"),
        _both(
            "Follow-up has an owner: {owner}; a date: {date}; a budget: {budget}.",
            "Oppfølgingen har ansvarlig: {owner}; dato: {date}; budsjett: {budget}.",
        ),
    ),
}
"""Of each check: the phase that it belongs to, what it is called, and its figures in a sentence."""
OUTCOMES: Mapping[Outcome, Both] = {
    Outcome.WORKED: _both("it worked", "det virket"),
    Outcome.PARTLY: _both("it worked in part", "det virket delvis"),
    Outcome.DID_NOT: _both("it did not work", "det virket ikke"),
}
SAID: Mapping[str, Both] = {
    "yes": _both("yes", "ja"),
    "no": _both("no", "nei"),
    "unknown": _both("not known", "ikke kjent"),
    "summary": _both(
        "{came} participants committed, {held} gatherings were held, and {scenarios} scenarios were written.",
        "{came} deltakere forpliktet seg, {held} samlinger ble holdt, og {scenarios} scenarioer ble skrevet.",
    ),
    "entered": _both("Entered on {days}.", "Gått inn i {days}."),
    "question": _both("Focal question: {question}", "Hovedspørsmål: {question}"),
    "horizon": _both("Horizon: {year}.", "Horisont: {year}."),
    "process leader": _both("Process leader: {organisation}.", "Prosessleder: {organisation}."),
    "project leader": _both("Project leader: {organisation}.", "Prosjektleder: {organisation}."),
    "participants": _both(
        "Invited: {invited}; committed now: {committed}; declined: {declined}; withdrew: {withdrew}.",
        "Invitert: {invited}; forpliktet nå: {committed}; takket nei: {declined}; trakk seg: {withdrew}.",
    ),
    "forces": _both(
        "Driving forces: {forces}, of them {certain} certain and {critical} critical; assessed by {assessors}.",
        "Drivkrefter: {forces}, av dem {certain} sikre og {critical} kritiske; vurdert av {assessors}.",
    ),
    "axis": _both("Axis: {title}, from “{low}” to “{high}”.", "Akse: {title}, fra «{low}» til «{high}»."),
    "scenario": _both("Scenario: {title}.", "Scenario: {title}."),
    "option": _both("Option: {title}; rated {ratings}.", "Valg: {title}; vurdert {ratings}."),
    "signposts": _both(
        "Signposts: {signposts}, of which {reached} have been reached.",
        "Veivisere: {signposts}, hvorav {reached} er nådd.",
    ),
    "actions": _both(
        "Actions: {done} done, {under_way} under way, {open} open, {dropped} dropped.",
        "Tiltak: {done} gjennomført, {under_way} i gang, {open} åpne, {dropped} droppet.",
    ),
    "answers": _both("{text} Mean {mean} of 5, {count} answers.", "{text} Gjennomsnitt {mean} av 5, {count} svar."),
    "waived": _both("Put aside: {reason}", "Satt til side: {reason}"),
    "gatherings": _both("Gatherings", "Samlinger"),
    "columns": _both(
        "| When | Purpose | Product | Came | Came back | At all so far |",
        "| Når | Formål | Produkt | Kom | Kom igjen | På alle så langt |",
    ),
    "core": _both(
        "At every gathering: {core} of {first} who came to the first.",
        "På alle samlinger: {core} av {first} som kom på den første.",
    ),
    "gathering": _both("Gathering on {day}: {came} came.", "Samling {day}: {came} kom."),
    "returned": _both(
        "Gathering on {day}: {came} came; {back} of {before} came back ({rate} %).",
        "Samling {day}: {came} kom; {back} av {before} kom igjen ({rate} %).",
    ),
    "adapted": _both("What was borrowed from others", "Det som ble lånt av andre"),
    "lesson": _both("a lesson", "en erfaring"),
    "kept": _both("Kept: {text}", "Beholdt: {text}"),
    "changed": _both("Changed: {text}", "Endret: {text}"),
    "dropped": _both("Dropped: {text}", "Droppet: {text}"),
    "outcome": _both("Outcome: {outcome}.", "Resultat: {outcome}."),
}
