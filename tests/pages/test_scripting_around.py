"""No word of the thesaurus, kept search, invitation or reason runs as a script: every payload, in a real browser."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser
from pydantic import ValidationError

from api.usecases.clusters import NewCluster, register_cluster
from api.usecases.concepts import NewConcept, make_concept, retire_concept
from api.usecases.finding import SearchParams
from api.usecases.inviting import NewInvitation, invite_to_share
from api.usecases.kept import keep_search
from api.wiring import System
from domain.acting import acting
from domain.errors import Refused
from domain.invitations import MOST as OPEN
from store.kept_searches import MOST
from tests.pages.conftest import serving
from tests.pages.test_scripting import LOOK_BESIDE_PICTURES, OPERATOR, PAYLOADS, line, watched, what_runs


def a_concept(system: System, n: int, payload: str) -> str | None:
    """Called what the payload says where that is a label, and defined by it; its id, None where
    neither takes it."""
    slug, label = f"attack-{n}", line(payload, 90)
    for called in (f"{label} {n}", f"{label[:20]}{n}", f"attack {n}"):
        try:
            new = NewConcept.model_validate({
                "id": slug, "preferred": {"en": called, "nb": called}, "definition": {"en": line(payload, 500)},
            })  # fmt: skip
            make_concept(system, OPERATOR, new)
        except (ValidationError, Refused):
            continue
        if n % 5 == 0:
            retire_concept(system, OPERATOR, slug, 1, payload)
        return slug
    return None


def an_invitation(system: System, n: int, payload: str, cluster: UUID) -> None:
    invite_to_share(system, OPERATOR, cluster, NewInvitation(about=f"{n} {line(payload, 150)}", note=payload))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """A site, and the addresses of its pages on which payloads stand."""
    with serving(tmp_path_factory.mktemp("attacked") / "data", lambda _: OPERATOR) as (system, site):
        with acting(OPERATOR.person, reason=PAYLOADS[0]):
            clusters = [
                register_cluster(system, OPERATOR, NewCluster(name=f"Arena Eyde {n}")).id
                for n in range(len(PAYLOADS) // OPEN + 1)
            ]
            tried = [a_concept(system, n, payload) for n, payload in enumerate(PAYLOADS)]
            concepts = [slug for slug in tried if slug]
            assert len(concepts) > 100
            for n, payload in enumerate(PAYLOADS):
                an_invitation(system, n, payload, clusters[n // OPEN])
        for n, payload in enumerate(PAYLOADS[:MOST]):
            with acting(OPERATOR.person):
                keep_search(system, OPERATOR, f"{n} {line(payload, 60)}", SearchParams(q=f"{n} {payload}"))
        paths = ["/", "/me/searches", "/missing", "/events", "/events/print", "/thesaurus"]
        paths += [f"/clusters/{cluster}" for cluster in clusters]
        paths += [f"/thesaurus/{slug}" for slug in concepts]
        paths += [f"/thesaurus/{slug}/history" for slug in concepts[::10]]
        yield site, paths


@pytest.mark.timeout(600)
def test_nothing_that_was_written_around_things_runs(browser: Browser, attacked: tuple[str, list[str]]) -> None:
    with watched(browser) as page:
        assert what_runs(page, *attacked, LOOK_BESIDE_PICTURES) == []
