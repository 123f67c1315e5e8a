"""What the stages found on a collection, as figures and as Markdown."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from bench.judged import Collection, Question
from bench.measures import Gain, Judged, interval, mean, ndcg, recall
from bench.report import number, table
from bench.stages import ENGINES, PLAIN, WORDS, Stage

GROUPS: Mapping[str, Callable[[Question], bool]] = {
    "own language": lambda question: not question.cross,
    "other language": lambda question: question.cross,
    "typos, own": lambda question: question.typo and not question.cross,
    "typos, other": lambda question: question.typo and question.cross,
    "all": lambda question: True,
}
"""Those typed with a mistake are among those of their language. Those with a made one are in none."""


class Time(NamedTuple):
    """Seconds of a search, and those of them in which the model was waited for."""

    whole_s: float
    model_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """By stage: what was found for each question of the collection, in its order; and the times of those timed."""

    collection: Collection
    found: Mapping[Stage, Sequence[Sequence[str]]]
    times: Mapping[Stage, Sequence[Time]]

    def ndcgs(self, stage: Stage, gain: Gain = "exponential") -> dict[Question, float]:
        return {question: ndcg(found, judged, gain) for question, found, judged in self._answers(stage)}

    def recalls(self, stage: Stage) -> dict[Question, float]:
        return {question: recall(found, judged) for question, found, judged in self._answers(stage)}

    def stage(self, name: str, engine: str = "Elasticsearch") -> Stage | None:
        return next((stage for stage in self.found if (stage.name, stage.engine) == (name, engine)), None)

    @property
    def groups(self) -> Mapping[str, Sequence[Question]]:
        """None that is empty; where all is in one language there is but `all`."""
        questions = [question for question in self.collection.questions if not question.made]
        named = {name: [each for each in questions if belongs(each)] for name, belongs in GROUPS.items()}
        bilingual = self.collection.two_languages
        return {name: some for name, some in named.items() if some and (bilingual or name == "all")}

    def _answers(self, stage: Stage) -> Iterator[tuple[Question, Sequence[str], Judged]]:
        for question, found in zip(self.collection.questions, self.found[stage], strict=True):
            yield question, found, self.collection.judged[question.id]


def typos_to_clean(figures: Mapping[Question, float], *, made: bool) -> float | None:
    """nDCG of those typed with a mistake ÷ that of the others, where both have the answer in as many cases in the other
    language. None where either is missing. The made ones are the others again, so they tell the mistake alone."""
    typos = [question for question in figures if question.typo and question.made == made]
    clean = {
        cross: [figure for question, figure in figures.items() if not question.typo and question.cross == cross]
        for cross in (True, False)
    }
    if not typos or any(not clean[question.cross] for question in typos):
        return None
    expected = mean(mean(clean[question.cross]) for question in typos)
    return mean(figures[question] for question in typos) / expected if expected else None


def quality(measured: Measured) -> str:
    """nDCG@10 of each group with its interval; of all, recall@100 and the paired difference to plain Elasticsearch."""
    groups, bilingual, plain = measured.groups, measured.collection.two_languages, measured.stage(PLAIN)

    def cells(stage: Stage) -> Iterator[str]:
        figures, every = measured.ndcgs(stage), groups["all"]
        yield stage.title
        for questions in groups.values():
            yield _with_interval([figures[question] for question in questions])
        if bilingual:
            for made in (False, True):
                ratio = typos_to_clean(figures, made=made)
                yield "–" if ratio is None else f"{ratio:.2f}"
            linear = measured.ndcgs(stage, "linear")
            yield f"{mean(linear[question] for question in every):.3f}"
        recalls = measured.recalls(stage)
        yield f"{mean(recalls[question] for question in every):.3f}"
        yield "–" if plain in (None, stage) else _difference(figures, measured.ndcgs(plain), every)

    named = (f"{name} ({len(questions)})" for name, questions in groups.items())
    extra = ("typos ÷ clean", "made typos ÷ clean", "all, linear gain") if bilingual else ()
    head = ("nDCG@10", *named, *extra, "recall@100", f"− {PLAIN}")
    return table(head, (list(cells(stage)) for stage in measured.found))


def apart(every: Iterable[Measured]) -> str:
    """tantivy − Elasticsearch in nDCG@10, for each stage that both have: of all, and where it is most."""
    rows: list[Sequence[str]] = []
    for measured in every:
        for ours in measured.found:
            other = measured.stage(ours.name)
            if ours.engine == ENGINES[0] and other is not None:
                figures, others = measured.ndcgs(ours), measured.ndcgs(other)
                of_groups = {
                    name: mean(figures[question] - others[question] for question in questions)
                    for name, questions in measured.groups.items()
                }
                most = max(of_groups, key=lambda name: abs(of_groups[name]))
                questions = measured.groups["all"]
                differing = sum(figures[question] != others[question] for question in questions)
                told = _difference(figures, others, questions), f"{of_groups[most]:+.3f} ({most})", str(differing)
                rows.append((measured.collection.name, ours.name, *told))
    return table(("set", "stage", "all", "most in a group", "queries that differ"), rows)


def speed(every: Iterable[Measured]) -> str:
    """Of a page of ten with counts and marks, beside words alone on the same engine."""
    rows: list[Sequence[str]] = []
    for measured in every:
        for stage, times in measured.times.items():
            whole = [1_000 * time.whole_s for time in times]
            model = [1_000 * time.model_s for time in times]
            ours = median(all_of_it - own for all_of_it, own in zip(whole, model, strict=True))
            words = measured.stage(WORDS, stage.engine)
            beside = (
                "–" if words is None else f"{ours / (1_000 * median(t.whole_s for t in measured.times[words])):.2f}"
            )
            figures = (median(whole), quantiles(whole, n=20)[18], median(model), ours)
            rows.append((measured.collection.name, stage.title, *map(number, figures), beside))
    head = ("p50 ms", "p95 ms", "of that the model, p50", "without it, p50", "without it ÷ words")
    return table(("set", "stage", *head), rows)


def tables(every: Sequence[Measured]) -> str:
    """All of it, a heading each."""
    parts: list[str] = []
    for measured in every:
        documents, questions = len(measured.collection.documents), len(measured.groups["all"])
        parts += [f"### {measured.collection.name}: {documents:,} documents, {questions:,} queries", quality(measured)]
    return "\n\n".join([*parts, "### tantivy − Elasticsearch, nDCG@10", apart(every), "### Time", speed(every)])


def _with_interval(figures: Sequence[float]) -> str:
    low, high = interval(figures)
    return f"**{mean(figures):.3f}** ({low:.3f}–{high:.3f})"


def _difference(ours: Mapping[Question, float], others: Mapping[Question, float], questions: Iterable[Question]) -> str:
    by_question = [ours[question] - others[question] for question in questions]
    low, high = interval(by_question)
    return f"{mean(by_question):+.3f} ({low:+.3f} to {high:+.3f})"
