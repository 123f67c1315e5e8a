"""The search documents of each kind of thing: one for every released revision, with the interval it was released in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import starmap
from typing import Protocol
from uuid import UUID

from domain.aggregate import A, Event
from domain.audiences import ALWAYS, PUBLIC, released_to
from domain.case import Case
from domain.cluster import Cluster
from domain.dates import Span, first_day
from domain.foresight.process import Edition, ForesightProcess
from domain.lesson import Lesson
from domain.programme import Programme
from domain.seen import nameless_releases
from projections.plain_words import by_language, in_both, joined, plain_words
from search.index import Document

TELLING_KINDS = frozenset({"cluster", "programme", "redaction"})
"""Kinds of which any event may change documents: their own, or of what names them or lost words."""
TELLING = frozenset({"lesson.published", "lesson.shared", "lesson.superseded", "lesson.withdrawn"}) | {
    *("case.published", "case.shared", "case.withdrawn"),
    *("process.opened", "process.described", "process.shared", "process.withdrawn"),
    *("process.phase-entered", "process.scenario-written", "process.scenario-dropped"),
}
"""Topics of the other events after which a document says something else, or there is another one."""


class Surroundings(Protocol):
    """What a document tells of the things around it."""

    def cluster(self, id: UUID) -> Cluster | None: ...

    def programme_code(self, id: UUID) -> str | None: ...


def tells(event: Event) -> bool:
    """Whether documents may differ after it."""
    return event.topic in TELLING or event.topic.partition(".")[0] in TELLING_KINDS


def lesson_documents(lesson: Lesson, around: Surroundings, version: int) -> list[Document]:
    """All revisions, oldest first. Who may read is the same for all of them, as `domain.policy.may` says of the lesson:
    it takes effect at once and backwards.

    An anonymous lesson is indexed without what narrows it to its origin, for its own cluster as for others.
    """
    documents: list[Document] = []
    for release in nameless_releases(lesson) if lesson.anonymous else lesson.releases:
        record = release.record
        cluster = around.cluster(record.cluster) if record.cluster else None
        day = _day(record.happened, release.released_at)
        codes = _codes(record.programmes or (cluster.programmes_on(day) if cluster else ()), around)
        documents.append(
            Document(
                id=f"lesson:{lesson.id}:{release.revision}",
                thing=str(lesson.id),
                kind="lesson",
                revision=release.revision,
                version=version,
                audience=released_to(lesson),
                released_at=release.released_at,
                until=release.until,
                title=by_language(record.title),
                body=joined(record.lesson, record.recommendation, record.what_happened),
                facets=_facets(
                    kind="lesson",
                    programme=codes,
                    cluster=(str(cluster.id),) if cluster else (),
                    sector=record.sector or (cluster.current.sector if cluster else None),
                    county=cluster.current.county if cluster else None,
                    phase=record.phase,
                    polarity=record.polarity,
                    topic=record.topics,
                    lang=record.title.languages,
                    year=_years(record.happened),
                ),
                also=" ".join([*record.topics, *([cluster.name] if cluster else []), *codes]),
                happened=str(record.happened or ""),
                happened_from=record.happened.years[0] if record.happened else None,
                happened_to=record.happened.years[1] if record.happened else None,
            )
        )
    return documents


def case_documents(case: Case, around: Surroundings, version: int) -> list[Document]:
    documents: list[Document] = []
    for release in case.releases:
        record = release.record
        day = _day(record.happened, release.released_at)
        clusters = [c for id in record.clusters if (c := around.cluster(id))]
        ids = dict.fromkeys([*record.programmes, *(p for c in clusters for p in c.programmes_on(day))])
        codes = _codes(ids, around)
        documents.append(
            Document(
                id=f"case:{case.id}:{release.revision}",
                thing=str(case.id),
                kind="case",
                revision=release.revision,
                version=version,
                audience=released_to(case),
                released_at=release.released_at,
                until=release.until,
                title=by_language(record.title),
                body=joined(record.summary, record.body),
                facets=_facets(
                    kind="case",
                    programme=codes,
                    cluster=[str(c.id) for c in clusters],
                    sector=[c.current.sector for c in clusters],
                    county=[c.current.county for c in clusters],
                    lang=record.title.languages,
                    year=_years(record.happened),
                ),
                also=" ".join([*(c.name for c in clusters), *codes, record.geographical_focus or ""]),
                happened=str(record.happened or ""),
                happened_from=record.happened.years[0] if record.happened else None,
                happened_to=record.happened.years[1] if record.happened else None,
            )
        )
    return documents


def cluster_documents(events: Sequence[Event], around: Surroundings, version: int) -> list[Document]:
    def render(cluster: Cluster, at: datetime) -> Document:
        record = cluster.current
        codes = _codes([m.programme for m in cluster.open_memberships()], around)
        place = ", ".join(p for p in (record.municipality, record.county) if p)
        plain = " · ".join(p for p in (record.sector, place) if p)
        body = joined(record.description) if record.description else in_both(plain)
        return Document(
            id=f"cluster:{cluster.id}",
            thing=str(cluster.id),
            kind="cluster",
            revision=0,
            version=version,
            audience=ALWAYS | {PUBLIC},
            released_at=at,
            until=None,
            title=in_both(cluster.name),
            body=body,
            facets=_facets(
                kind="cluster",
                programme=codes,
                cluster=str(cluster.id),
                sector=record.sector,
                county=record.county,
                lang=("en", "nb"),
            ),
            also=" ".join(
                [
                    *(n.value for n in cluster.names),
                    *record.former_names,
                    *(m.name for m in cluster.members),
                    *codes,
                    plain,
                ]
            ),
        )

    return _intervals(starmap(render, _lived(Cluster(events[0].originator_id), events)))


def process_documents(process: ForesightProcess, around: Surroundings, version: int) -> list[Document]:
    """A document for each state. Who may read is the same for all of them: it takes effect at once and backwards."""
    audience = released_to(process)
    plain = cache(plain_words)  # most of what it says is in many states

    def render(told: Edition) -> Document:
        record = told.record
        cluster = around.cluster(record.cluster) if record.cluster else None
        codes = _codes(record.programmes, around)
        begun = [record.begins] if record.begins else []
        years = sorted({int(day[:4]) for day in (*begun, *(on for on, _ in told.phases))})
        scenarios = (scenario.record for scenario in told.scenarios.values())
        return Document(
            id=f"process:{process.id}",
            thing=str(process.id),
            kind="process",
            revision=0,
            version=version,
            audience=audience,
            released_at=told.since,
            until=None,
            title=by_language(record.title),
            body=joined(
                record.focal_question,
                record.description,
                *(text for scenario in scenarios for text in (scenario.title, scenario.story)),
                plain=plain,
            ),
            facets=_facets(
                kind="process",
                programme=codes,
                cluster=str(record.cluster) if record.cluster else None,
                sector=cluster.current.sector if cluster else None,
                county=cluster.current.county if cluster else None,
                phase=told.phases[-1][1] if told.phases else None,
                lang=record.title.languages,
                year=[str(year) for year in years],
            ),
            also=" ".join([*([cluster.name] if cluster else []), *codes]),
            happened=record.begins or "",
            happened_from=years[0] if years else None,
            happened_to=years[-1] if years else None,
        )

    documents = _intervals(render(edition) for edition in process.editions)
    if process.withdrawn:
        documents[-1] = replace(documents[-1], until=process.modified_at)
    return documents


def programme_documents(events: Sequence[Event], version: int) -> list[Document]:
    def render(programme: Programme, at: datetime) -> Document:
        return Document(
            id=f"programme:{programme.id}",
            thing=str(programme.id),
            kind="programme",
            revision=0,
            version=version,
            audience=ALWAYS | {PUBLIC},
            released_at=at,
            until=None,
            title=by_language(programme.current.name),
            body=in_both(programme.current.owner),
            facets=_facets(kind="programme", programme=programme.code, lang=programme.current.name.languages),
            also=programme.code,
        )

    return _intervals(starmap(render, _lived(Programme(events[0].originator_id), events)))


def _lived(aggregate: A, events: Iterable[Event]) -> Iterator[tuple[A, datetime]]:
    """The aggregate after each of its events, and when that was."""
    for event in events:
        aggregate.take(event)
        yield aggregate, event.recorded_at


def _intervals(states: Iterable[Document]) -> list[Document]:
    """A document for each state that differs from the one before it, ended where the next begins."""
    documents: list[Document] = []
    for document in states:
        if documents:
            last = documents[-1]
            if replace(document, id=last.id, revision=last.revision, released_at=last.released_at) == last:
                continue
            documents[-1] = replace(last, until=document.released_at)
        revision = len(documents) + 1
        documents.append(replace(document, id=f"{document.id}:{revision}", revision=revision))
    return documents


def _facets(**values: str | Iterable[str | None] | None) -> dict[str, tuple[str, ...]]:
    """Facets with at least one value, each value once."""
    lists = {name: [v] if isinstance(v, str) or v is None else v for name, v in values.items()}
    tidy = {name: tuple(dict.fromkeys(str(v) for v in vs if v)) for name, vs in lists.items()}
    return {name: vs for name, vs in tidy.items() if vs}


def _codes(ids: Iterable[UUID], around: Surroundings) -> tuple[str, ...]:
    return tuple(code for id in ids if (code := around.programme_code(id)))


def _day(happened: Span | None, released_at: datetime) -> date:
    return first_day(happened.start) if happened else released_at.date()


def _years(happened: Span | None) -> tuple[str, ...]:
    """Every year of the span, at most thirty."""
    if happened is None:
        return ()
    first, last = happened.years
    return tuple(str(year) for year in range(first, min(last, first + 29) + 1))
