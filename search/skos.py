"""Concepts in SKOS, the W3C's vocabulary for thesauri, written as Turtle: read, and written for people to read."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from search.concepts import ID, Concept, Labels, check
from search.index import LANGS, Lang

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

BASE = "https://laerdom.example/thesaurus/"
"""Where the identifiers begin in a file that does not say. Only what follows it is kept."""
SHIPPED = Path(__file__).with_name("thesaurus.ttl")
READ = SHIPPED.with_suffix(".json")
"""What is in it, a concept a line: to read Turtle takes longer than all else that a program does as it starts."""
LINE = 100
_HEAD = f"""\
@base <{BASE}> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<> a skos:ConceptScheme ;
    dct:title "Words of cluster work and foresight"@en , "Ord for klyngearbeid og framsyn"@nb ;
    dct:license <https://creativecommons.org/publicdomain/zero/1.0/> .
"""


@cache
def shipped() -> tuple[Concept, ...]:
    """The concepts that come with the product, by id. Read once."""
    return tuple(Concept(**json.loads(line)) for line in READ.read_text("utf-8").splitlines())


def renew() -> None:
    """After a change to the file that is shipped: brings it into the form that is written, and what was read with it.
    Raises `ValueError` as `read_turtle` does."""
    concepts = read_turtle(SHIPPED.read_text("utf-8"))
    SHIPPED.write_text(write_turtle(concepts), "utf-8")
    READ.write_text("".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in concepts), "utf-8")


def read_turtle(text: str) -> tuple[Concept, ...]:
    """The concepts of a SKOS file, by id. What SKOS allows and a `Concept` does not say is passed over.

    Raises `ValueError` with a sentence that names the line where the text is no Turtle, or the concept that is not
    sound: see `check`.
    """
    # Here, since it takes a fifth of a second that nobody shall wait for who does not need a thesaurus.
    from rdflib import Graph
    from rdflib.namespace import RDF, SKOS
    from rdflib.plugins.parsers.notation3 import BadSyntax

    graph = Graph()
    try:
        graph.parse(data=text, format="turtle", publicID=BASE)
    except BadSyntax as error:
        raise ValueError(f"Line {error.lines + 1} cannot be read as Turtle; look there and just above.") from error
    except Exception as error:  # Its parser fails in many ways on what is far from Turtle: IndexError, RecursionError …
        raise ValueError("This cannot be read as Turtle at all; give a file of SKOS concepts in Turtle.") from error
    subjects = {each: _id(each) for each in graph.subjects(RDF.type, SKOS.Concept, unique=True)}
    for each in graph.subjects(SKOS.prefLabel):
        if each not in subjects:
            raise ValueError(f"{_id(each)}: it has a preferred label; say that it is a skos:Concept.")
    found = tuple(_concept(graph, each) for each in sorted(subjects, key=lambda each: (subjects[each], str(each))))
    check(found)
    return found


def _id(node: "Node") -> str:
    from rdflib import URIRef

    name = re.split(r"[/#:]", str(node))[-1]
    if not (isinstance(node, URIRef) and ID.fullmatch(name)):
        raise ValueError("The last part of the IRI of a concept is of small letters a to z, digits and hyphens.")
    return name


def _concept(graph: "Graph", subject: "Node") -> Concept:
    from rdflib.namespace import SKOS

    name = _id(subject)
    if next(graph.objects(subject, SKOS.narrower), None) is not None:
        raise ValueError(f"{name}: write skos:broader at the narrower concept; skos:narrower follows from it.")
    return Concept(
        id=name,
        preferred=_single(graph, subject, "prefLabel"),
        alternative=_texts(graph, subject, "altLabel"),
        hidden=_texts(graph, subject, "hiddenLabel"),
        definition=_single(graph, subject, "definition"),
        broader=tuple(_id(each) for each in graph.objects(subject, SKOS.broader)),
        related=tuple(_id(each) for each in graph.objects(subject, SKOS.related)),
    )


def _texts(graph: "Graph", subject: "Node", kind: str) -> Labels:
    from rdflib.namespace import SKOS

    given = [(getattr(each, "language", None), str(each)) for each in graph.objects(subject, SKOS[kind])]
    found: dict[Lang, tuple[str, ...]] = {lang: tuple(x for tag, x in given if tag == lang) for lang in LANGS}
    if sum(map(len, found.values())) < len(given):
        raise ValueError(f"{_id(subject)}: each {kind} is a text in en or in nb, and says which.")
    return found


def _single(graph: "Graph", subject: "Node", kind: str) -> Mapping[Lang, str]:
    texts = _texts(graph, subject, kind)
    for lang, found in texts.items():
        if len(found) > 1:
            raise ValueError(f"{_id(subject)}: it has more than one {kind} in {lang}; keep one.")
    return {lang: found[0] for lang, found in texts.items() if found}


def write_turtle(concepts: Iterable[Concept]) -> str:
    """The concepts as a SKOS file, sorted: the same text for the same concepts, and `read_turtle` has them again."""
    return "\n".join((_HEAD, *(_written(concept) for concept in sorted(concepts, key=lambda each: each.id))))


def _written(concept: Concept) -> str:
    texts: tuple[tuple[str, Labels], ...] = (
        ("prefLabel", {lang: (text,) for lang, text in concept.preferred.items()}),
        ("altLabel", concept.alternative),
        ("hiddenLabel", concept.hidden),
        ("definition", {lang: (text,) for lang, text in concept.definition.items()}),
    )
    said = ["skos:inScheme <>"]
    for kind, of in texts:
        # What JSON escapes, Turtle escapes in the same way.
        said += _listed(
            kind, [[f"{json.dumps(x, ensure_ascii=False)}@{lang}" for x in of.get(lang, ())] for lang in LANGS]
        )
    for kind, ids in (("broader", concept.broader), ("related", concept.related)):
        said += _listed(kind, [[f"<{each}>" for each in ids]])
    return f"<{concept.id}> a skos:Concept ;\n    " + " ;\n    ".join(said) + " .\n"


def _listed(kind: str, groups: Iterable[list[str]]) -> list[str]:
    """A predicate and its objects on as many lines as they fill, each group on lines of its own; none for none."""
    lines: list[str] = []
    for group in groups:
        for place, each in enumerate(group):
            if place and len(lines[-1]) + len(each) + len(" , ") <= LINE:
                lines[-1] += f" , {each}"
            else:
                lines.append(each)
    return [f"skos:{kind} " + " ,\n        ".join(lines)] if lines else []
