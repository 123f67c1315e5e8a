"""The thesaurus: its file, what is refused of one, and what a phrase leads to."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TypedDict, Unpack

import pytest

from domain.concept_record import ConceptRecord
from search.analysis import terms
from search.concepts import Labels
from search.index import LANGS, Lang
from search.planner import Phrase, words
from search.skos import BASE, SHIPPED
from search.thesaurus import Alternative, Concept, Thesaurus, check, read_turtle, shipped, write_turtle

HEAD = f"@base <{BASE}> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
TRUST = Concept("trust", {"en": "trust", "nb": "tillit"})
OWNER = Concept(
    "owner",
    {"en": "owner", "nb": "eier"},
    alternative={"en": ("owner-manager",), "nb": ("aksjonær",)},
    hidden={"nb": ("eieren", "eierne", "eigar")},
    broader=("role",),
)
ROLE = Concept("role", {"en": "role", "nb": "rolle"}, related=("trust",))


class Said(TypedDict, total=False):
    alternative: Labels
    hidden: Labels
    definition: Mapping[Lang, str]
    broader: tuple[str, ...]
    related: tuple[str, ...]


def named(name: str, en: str, nb: str, **said: Unpack[Said]) -> Concept:
    return Concept(name, {"en": en, "nb": nb}, **said)


def phrases(thesaurus: Thesaurus, typed: str) -> list[str]:
    return [" ".join(each.phrase) for each in thesaurus.alternatives(words(typed))]


@pytest.fixture(scope="module")
def field() -> Thesaurus:
    """The one that comes with the product."""
    return Thesaurus(shipped())


class TestReading:
    def test_a_file(self) -> None:
        text = """
            <owner> a skos:Concept ; skos:prefLabel "owner"@en , "eier"@nb ; skos:altLabel "aksjonær"@nb ;
                skos:hiddenLabel "eierne"@nb , "eieren"@nb ; skos:definition "To whom it belongs."@en ;
                skos:broader <role> ; skos:related <trust> ; skos:note "Not for us."@en .
            <role> a skos:Concept ; skos:prefLabel "role"@en , "rolle"@nb .
            <https://elsewhere.example/words#trust> a skos:Concept ; skos:prefLabel "trust"@en , "tillit"@nb .
        """
        owner = Concept(
            "owner",
            {"en": "owner", "nb": "eier"},
            {"en": (), "nb": ("aksjonær",)},
            {"en": (), "nb": ("eieren", "eierne")},
            {"en": "To whom it belongs."},
            ("role",),
            ("trust",),
        )
        assert read_turtle(HEAD + text) == (owner, Concept("role", {"en": "role", "nb": "rolle"}), TRUST)

    def test_an_empty_one(self) -> None:
        assert read_turtle("") == ()

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("<trust a b", "Line 2 cannot be read as Turtle; look there and just above."),
            ("(" * 5_000, "This cannot be read as Turtle at all; give a file of SKOS concepts in Turtle."),
            (
                "<Trust> a skos:Concept .",
                "The last part of the IRI of a concept is of small letters a to z, digits and hyphens.",
            ),
            (
                '[] a skos:Concept ; skos:prefLabel "trust"@en , "tillit"@nb .',
                "The last part of the IRI of a concept is of small letters a to z, digits and hyphens.",
            ),
            ('<a> skos:prefLabel "a"@en .', "a: it has a preferred label; say that it is a skos:Concept."),
            (
                '<a> a skos:Concept ; skos:prefLabel "a"@en , "b"@en , "c"@nb .',
                "a: it has more than one prefLabel in en; keep one.",
            ),
            (
                '<a> a skos:Concept ; skos:altLabel "a"@de .',
                "a: each altLabel is a text in en or in nb, and says which.",
            ),
            ('<a> a skos:Concept ; skos:altLabel "a" .', "a: each altLabel is a text in en or in nb, and says which."),
            (
                "<a> a skos:Concept ; skos:narrower <b> .",
                "a: write skos:broader at the narrower concept; skos:narrower follows from it.",
            ),
            ("<a> a skos:Concept .", "a: say what it is called, a preferred label, in en and nb too."),
        ],
    )
    def test_what_is_refused(self, text: str, why: str) -> None:
        with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole sentence is compared
            read_turtle(HEAD + text)
        assert str(refused.value) == why

    def test_what_was_written_is_read_again(self) -> None:
        concepts = (
            named("a", 'say "a" \\ æ', "å", alternative={"en": tuple(f"label {n}" for n in range(30))}, related=("b",)),
            named("b", "b", "b", hidden={"nb": ("bb", "bbb")}, definition={"nb": "Det som er «b»."}, broader=("c",)),
            named("c", "c", "c"),
        )
        assert read_turtle(write_turtle(reversed(concepts))) == concepts


@pytest.mark.parametrize(
    ("concepts", "why"),
    [
        ([named("A", "a", "a")], "The id of a concept is of small letters a to z, digits and hyphens, at most 64."),
        ([named("a-", "a", "a")], "The id of a concept is of small letters a to z, digits and hyphens, at most 64."),
        ([TRUST, TRUST], "trust: there are two concepts with this id."),
        ([Concept("a", {"en": "a"})], "a: say what it is called, a preferred label, in nb too."),
        (
            [named("a", "a", "b", hidden={"nb": ("b",)})],
            "a: one label is given twice; leave it where it weighs most.",
        ),
        (
            [TRUST, named("a", "Trust", "a")],
            "a: trust has the same preferred label in en; call one otherwise.",
        ),
        ([named("a", " a", "a")], "a: a label in en is not one line of at most 100 characters."),
        ([named("a", "a", "a\nb")], "a: a label in nb is not one line of at most 100 characters."),
        ([named("a", "a" * 101, "a")], "a: a label in en is not one line of at most 100 characters."),
        ([named("a", "…", "a")], "a: a label in en is not of one to 6 words."),
        ([named("a", "a b c d e f g", "a")], "a: a label in en is not of one to 6 words."),
        (
            [named("a", "a", "a", definition={"en": "a" * 501})],
            "a: the definition in en is not one line of at most 500 characters.",
        ),
        ([named("a", "a", "a", broader=("b",))], "a: broader leads to a concept that there is not."),
        ([named("a", "a", "a", related=("a",))], "a: related leads to the concept itself."),
        (
            [TRUST, named("a", "a", "a", broader=("trust",), related=("trust",))],
            "a: a concept is both broader and related; keep one of the two.",
        ),
        (
            [named("a", "a", "a", broader=("b",)), named("b", "b", "b", broader=("a",)), TRUST],
            "a: broader leads in a circle, here or above; end it somewhere.",
        ),
    ],
)
def test_what_is_no_sound_thesaurus(concepts: list[Concept], why: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole sentence is compared
        check(concepts)
    assert str(refused.value) == why


class TestShipped:
    def test_the_file_is_in_the_form_that_is_written(self) -> None:
        assert write_turtle(shipped()) == SHIPPED.read_text("utf-8")

    def test_is_read_once_and_sound(self) -> None:
        assert shipped() is shipped()
        assert shipped() == read_turtle(SHIPPED.read_text("utf-8"))
        check(shipped())

    def test_is_a_few_hundred_concepts(self) -> None:
        assert 300 <= len(shipped()) <= 1_000

    def test_staff_could_keep_each_as_it_is(self) -> None:
        """The form they edit it in has limits of its own."""
        for concept in shipped():
            record = ConceptRecord.model_validate(
                {
                    "preferred": concept.preferred,
                    "alternative": concept.alternative,
                    "hidden": concept.hidden,
                    "definition": concept.definition or None,
                    "broader": concept.broader,
                    "related": concept.related,
                }
            )
            assert (record.alternative.nb, record.hidden.en) == (concept.alternative["nb"], concept.hidden["en"])

    def test_a_definition_is_in_both_languages(self) -> None:
        assert [c.id for c in shipped() if len(c.definition) == 1] == []

    def test_no_label_leads_to_more_than_one_concept(self) -> None:
        leading = defaultdict[Phrase, set[str]](set)
        for concept in shipped():
            for _, label in concept.labels():
                leading[words(label)].add(concept.id)
        assert {label: found for label, found in leading.items() if len(found) > 1} == {}

    def test_every_concept_is_found_in_the_other_language(self, field: Thesaurus) -> None:
        for concept in shipped():
            for typed, sought in zip(LANGS, reversed(LANGS), strict=True):
                there = field.alternatives(words(concept.preferred[typed]))
                same = [each for each in there if each.label == concept.preferred]
                # What is written alike in both is found as it was typed, and so no alternative.
                as_typed = terms(words(concept.preferred[typed]), sought)
                alike = any(terms(words(x), sought) == as_typed for lang, x in concept.labels() if lang == sought)
                assert alike or sought in {each.lang for each in same}, (concept.id, typed)

    @pytest.mark.parametrize("typed", ["få med", "keep people coming back", "klynger", "no-show", "NCE", "ledere"])
    def test_alternatives_are_few_and_each_once(self, field: Thesaurus, typed: str) -> None:
        found = phrases(field, typed)
        assert 0 < len(found) <= 24
        assert len(set(found)) == len(found)
        assert typed.casefold() not in found

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("få med", "recruit"),
            ("travle folk", "busy managers"),
            ("frafall", "dropout"),
            ("oppslutning", "turnout"),
            ("eierskap", "ownership"),
            ("forankring", "top management support"),
            ("hemmelighold", "confidentiality"),
            ("møteplass", "meeting arena"),
            ("kveldsmøte", "evening meeting"),
            ("prosessleder", "facilitator"),
            ("vindtunneltest", "stress test"),
            ("turnout", "oppmøte"),
            ("rivals", "konkurrenter"),
            ("fish farming", "havbruk"),
            ("sykehus", "hospital"),
            ("leder", "lederne"),
            ("manager", "lederne"),
        ],
    )
    def test_leads_to(self, field: Thesaurus, typed: str, found: str) -> None:
        assert found in phrases(field, typed)

    @pytest.mark.parametrize(
        ("typed", "label"),
        [
            ("bedriftseiere", "business owner"),
            ("bedriftseierne", "business owner"),
            ("participants", "participant"),
            ("klyngelederens", "cluster manager"),
            ("samlingene", "gathering"),
            ("drivkreftene", "driving force"),
            ("scenarioene", "scenario"),
            ("konkurrentane", "competitors"),
            ("leiarane", "leader"),
            ("universities", "university"),
            ("Small Companies", "small and medium-sized enterprises"),
            ("foresightprosessene", "foresight process"),
        ],
    )
    def test_is_looked_up_in_by_inflected_words(self, field: Thesaurus, typed: str, label: str) -> None:
        assert field.alternatives(words(typed))[0].typed_label["en"] == label

    @pytest.mark.parametrize(
        "typed", ["led", "red", "male", "modes", "listen", "boring", "skip", "it", "the", "og", "mine", "få", ""]
    )
    def test_words_with_another_meaning_lead_nowhere(self, field: Thesaurus, typed: str) -> None:
        assert phrases(field, typed) == []


class TestAlternatives:
    def test_say_what_was_typed_and_where_they_come_from(self) -> None:
        role = ROLE.preferred
        assert Thesaurus([TRUST, OWNER, ROLE]).alternatives(("rolle",)) == (
            Alternative(("role",), "same", role, role, "en"),
            Alternative(("owner",), "narrower", role, OWNER.preferred, "en"),
            Alternative(("eier",), "narrower", role, OWNER.preferred, "nb"),
            Alternative(("aksjonær",), "narrower", role, OWNER.preferred, "nb"),
            Alternative(("trust",), "related", role, TRUST.preferred, "en"),
            Alternative(("tillit",), "related", role, TRUST.preferred, "nb"),
        )

    def test_are_words_then_inflected_ones_then_phrases_then_other_forms(self) -> None:
        owner = named(
            "owner",
            "owner",
            "eier",
            alternative={"en": ("family business", "shareholder"), "nb": ("aksjonær",)},
            hidden={"nb": ("eierne", "eigar", "eiere i familie")},
        )
        assert phrases(Thesaurus([owner]), "owner") == [
            *("eier", "aksjonær", "shareholder", "eierne", "family business", "eigar"),
        ]

    def test_related_holds_both_ways(self) -> None:
        assert phrases(Thesaurus([TRUST, ROLE]), "trust") == ["tillit", "role", "rolle"]

    def test_are_none_of_a_phrase_that_is_no_label(self) -> None:
        thesaurus = Thesaurus([TRUST, OWNER, ROLE])
        assert [thesaurus.alternatives(words(typed)) for typed in ("owners trust", "", "nobody", "trust " * 40)] == [
            ()
        ] * 4

    def test_of_all_concepts_with_the_label_come_by_turns(self) -> None:
        bank = named("bank", "bank", "bank", alternative={"nb": ("finansinstitusjon",)})
        shore = named("shore", "shore", "bredd", alternative={"en": ("bank",)})
        assert phrases(Thesaurus([shore, bank]), "bank") == ["finansinstitusjon", "shore", "bredd"]

    def test_stop_at_24(self) -> None:
        many = named("many", "many", "mange", alternative={"en": tuple(f"label{n:02}" for n in range(30))})
        assert phrases(Thesaurus([many]), "mange") == ["many", *(f"label{n:02}" for n in range(23))]

    def test_leave_out_what_is_found_with_another(self) -> None:
        owner = named(
            "owner",
            "owner",
            "eier",
            alternative={"en": ("owners", "owner of a company", "family firm", "small family firms")},
        )
        assert phrases(Thesaurus([owner]), "eiere") == ["owner", "family firm"]

    def test_leave_out_a_phrase_of_stop_words_and_one_other(self) -> None:
        recruit = named("recruit", "recruit", "rekruttere", alternative={"nb": ("få med", "få med på laget")})
        assert phrases(Thesaurus([recruit]), "recruit") == ["rekruttere", "få med på laget"]
        assert phrases(Thesaurus([recruit]), "få med") == ["recruit", "rekruttere"]

    def test_leave_out_a_hidden_word_that_others_are_called_by(self) -> None:
        busy = named("busy", "lack of time", "travel", hidden={"en": ("busy",)})
        company = named("company", "company", "bedrift", alternative={"en": ("business",)})
        thesaurus = Thesaurus([busy, company])
        assert phrases(thesaurus, "busy") == ["travel", "lack of time"]
        assert phrases(thesaurus, "travel") == ["lack of time"]
        assert phrases(thesaurus, "businesses") == ["company", "bedrift"]


class TestConcepts:
    def test_that_are_not_sound_are_passed_over_where_they_lead_nowhere(self) -> None:
        lost = named("lost", "lost", "tapt", broader=("gone",), related=("gone", "trust"))
        thesaurus = Thesaurus([lost, TRUST])
        assert phrases(thesaurus, "lost") == ["tapt", "trust", "tillit"]

    def test_the_longest_label_counts(self) -> None:
        assert Thesaurus([]).longest == 1
        assert Thesaurus([TRUST, named("a", "a b c", "a", hidden={"nb": ("a b c d",)})]).longest == 4

    def test_labels_of_both_languages_come_preferred_first(self) -> None:
        assert OWNER.labels() == (
            ("en", "owner"),
            ("nb", "eier"),
            ("en", "owner-manager"),
            ("nb", "aksjonær"),
            ("nb", "eieren"),
            ("nb", "eierne"),
            ("nb", "eigar"),
        )
        assert {lang for lang, _ in OWNER.labels()} == set(LANGS)
