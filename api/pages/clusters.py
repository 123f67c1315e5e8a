"""Clusters: the list, and one cluster with its names, memberships, managers, members and what it shared."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.choices import MOST
from api.pages.cluster_deeds import CLUSTER_DEEDS
from api.pages.deeds import open_deeds
from api.pages.form_route import FormRoute
from api.pages.forms import add_deeds
from api.pages.past import AsOfThen, look, shown_past
from api.pages.rendering import page
from api.pages.seen import linked_to, named, people
from api.pages.translation import language
from api.usecases import persons
from api.usecases.inviting import open_invitations
from api.usecases.people import contributors, id_of
from api.wiring import System
from domain.audiences import audiences
from domain.cluster import Cluster
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import may
from domain.viewer import Viewer
from store.people import Person as Known

routes = APIRouter(prefix="/clusters", include_in_schema=False, route_class=FormRoute)


@routes.get("")
def list_clusters(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    """All of them, by name: they are few enough for one page."""
    lang = language(request)
    scope = audiences(viewer)
    clusters = named(system, viewer, (e.id for e in system.catalogue.listing("cluster", scope=scope, limit=MOST)), lang)
    programmes = {p.id: p.code for p in system.catalogue.listing("programme", scope=scope, limit=MOST)}
    return page(
        request,
        "clusters.html",
        clusters=sorted(clusters, key=lambda c: c.title.casefold()),
        programmes=programmes,
        may_register=may(viewer, "make", Cluster),
    )


add_deeds(routes, CLUSTER_DEEDS)


@routes.get("/{id}")
def show_cluster(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, as_of: AsOfThen = None) -> Response:
    """Now, with what it shared and whoever works there today; or by itself, as it was."""
    cluster, past = look(system, viewer, Cluster, id, as_of)
    lang = language(request)
    programmes = named(
        system, viewer, [p for m in cluster.memberships for p in (m.programme, m.graduated_to) if p], lang
    )
    itself: dict[str, Any] = {
        "cluster": cluster,
        "programmes": {UUID(p.id): p for p in programmes},
        "names": people(system, *(m.value for m in cluster.managers)),
    }
    if past:
        return page(request, "cluster.html", **itself, invitable=(), past=shown_past(request, system, viewer, past))
    return page(
        request,
        "cluster.html",
        **itself,
        lessons=linked_to(system, viewer, id, "lesson", lang),
        cases=linked_to(system, viewer, id, "case", lang),
        processes=linked_to(system, viewer, id, "process", lang),
        may_open=viewer.operator or (may(viewer, "make", ForesightProcess) and id in viewer.clusters),
        deeds=open_deeds(CLUSTER_DEEDS, viewer, cluster),
        contributors=(known := _contributors(system, viewer, cluster)),
        invitable=_invitable(system, viewer, cluster, known),
        may_share=may(viewer, "make", Lesson),
        may_invite=may(viewer, "invite", cluster),
        may_answer=may(viewer, "answer", cluster),
        invitations=open_invitations(system, viewer, id) if may(viewer, "see-invitations", cluster) else (),
    )


def _contributors(system: System, viewer: Viewer, cluster: Cluster) -> list[Known]:
    """By name, for those who appoint them; whoever was forgotten is left out."""
    if not may(viewer, "appoint-contributor", cluster):
        return []
    found = (system.people.get(str(person.id)) for person in contributors(system, cluster.id))
    return sorted((known for known in found if known), key=lambda known: known.name.casefold())


def _invitable(system: System, viewer: Viewer, cluster: Cluster, contributors: list[Known]) -> set[str]:
    """Ids of those with a part in the cluster whom the viewer may send an invitation."""
    if not may(viewer, "appoint-contributor", cluster):
        return set()
    ids = [*(known.id for known in contributors), *(m.value for m in cluster.managers if m.until is None)]
    return {id for id in ids if (uuid := id_of(id)) and persons.may_invite(system, viewer, uuid)}
