"""Why a lesson fits, in words: English and bokmål, half a sentence each."""

from collections.abc import Mapping

from api.usecases.evidence_words import CHECKS, PHASES, Both
from api.usecases.lesson_ranking import Figure, Reason
from domain.foresight.checks import Check
from domain.lesson_record import Phase


def in_words(reason: Reason) -> Both:
    """By language."""
    figures = reason.figures
    match reason.kind:
        case "phase":
            en, nb = _phase(figures)
            return {"en": f"fits {en}, your current phase", "nb": f"passer til {nb}, fasen dere er i"}
        case "phase-to-come":
            en, nb = _phase(figures)
            return {"en": f"fits {en}, the phase to come", "nb": f"passer til {nb}, fasen som kommer"}
        case "check":
            name = CHECKS[Check(str(figures["check"]))][1]
            return {
                "en": f"bears on a check that is not met: {_lower(name['en'])}",
                "nb": f"gjelder noe som ikke er på plass: {_lower(name['nb'])}",
            }
        case "own":
            return {"en": "from your own cluster", "nb": "fra deres egen klynge"}
        case "programme":
            codes = figures["programmes"]
            told = ", ".join(codes) if isinstance(codes, list) else str(codes)
            return {"en": f"from a cluster of {told}, as yours is", "nb": f"fra en klynge i {told}, som deres"}
        case "sector":
            return {"en": f"from the same sector: {figures['sector']}", "nb": f"fra samme bransje: {figures['sector']}"}
        case "county":
            return {"en": f"from the same county: {figures['county']}", "nb": f"fra samme fylke: {figures['county']}"}
        case "size":
            members = figures["members"]
            return {
                "en": f"from a cluster about as large as yours, {members} members",
                "nb": f"fra en klynge omtrent så stor som deres, {members} medlemmer",
            }
        case "evidence":
            pieces = figures["pieces"]
            en = "with one piece of evidence" if pieces == 1 else f"with {pieces} pieces of evidence"
            return {"en": en, "nb": "med ett belegg" if pieces == 1 else f"med {pieces} belegg"}
        case "adapted":
            return _adapted(figures)
        case _:
            return _rated(reason.kind.removeprefix("rated-by-"), figures)


def _phase(figures: Mapping[str, Figure]) -> tuple[str, str]:
    name = PHASES[Phase(str(figures["phase"]))]
    return _lower(name["en"]), _lower(name["nb"])


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _adapted(figures: Mapping[str, Figure]) -> Both:
    clusters, near = figures["clusters"], figures["of_your_programmes"]
    en = "one cluster" if clusters == 1 else f"{clusters} clusters"
    nb = "én klynge" if clusters == 1 else f"{clusters} klynger"
    if near == clusters:
        return {"en": f"{en} of your programme adapted it", "nb": f"{nb} i programmet deres tilpasset den"}
    if near:
        return {
            "en": f"{en} adapted it, {near} of your programme",
            "nb": f"{nb} tilpasset den, {near} av dem i programmet deres",
        }
    return {"en": f"{en} adapted it", "nb": f"{nb} tilpasset den"}


def _rated(by: str, figures: Mapping[str, Figure]) -> Both:
    told = {
        "worked": ("it worked {n}", "den virket {n}"),
        "partly": ("partly {n}", "delvis {n}"),
        "did_not": ("it did not work {n}", "den virket ikke {n}"),
    }
    there = [(en, nb, figures[name]) for name, (en, nb) in told.items() if figures.get(name)]
    who_en, who_nb = ("say the clusters", "sier klyngene") if by == "cluster" else ("say programmes", "sier programmer")
    en = ", ".join(template.format(n=_times_en(n)) for template, _, n in there)
    nb = ", ".join(template.format(n=_times_nb(n)) for _, template, n in there)
    return {"en": f"{en}, {who_en}", "nb": f"{nb}, {who_nb}"}


def _times_en(n: Figure) -> str:
    return "once" if n == 1 else f"{n} times"


def _times_nb(n: Figure) -> str:
    return "én gang" if n == 1 else f"{n} ganger"
