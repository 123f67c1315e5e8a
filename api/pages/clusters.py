"""Clusters: the list, and one cluster with its names, memberships, managers, members and what it shared."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.choices import MOST
from api.pages.cluster_deeds import CLUSTER_DEEDS
from api.pages.deeds import open_deeds
from api.pages.form_route import FormRoute
from api.pages.forms import add_deeds
from api.pages.rendering import page
from api.pages.seen import linked_to, named, people, readable
from api.pages.translation import language
from api.usecases.changing import load
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.policy import may

routes = APIRouter(prefix="/clusters", include_in_schema=False, route_class=FormRoute)


@routes.get("")
def list_clusters(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    """All of them, by name: they are few enough for one page."""
    lang = language(request)
    clusters = readable(system, viewer, system.catalogue.listing("cluster", limit=MOST), lang)
    programmes = {p.id: p.code for p in system.catalogue.listing("programme", limit=MOST)}
    return page(
        request,
        "clusters.html",
        clusters=sorted(clusters, key=lambda c: c.title.casefold()),
        programmes=programmes,
        may_register=may(viewer, "register", Cluster),
    )


add_deeds(routes, CLUSTER_DEEDS)


@routes.get("/{id}")
def show_cluster(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
    cluster = load(system, viewer, Cluster, id)
    lang = language(request)
    programmes = named(
        system, viewer, [p for m in cluster.memberships for p in (m.programme, m.graduated_to) if p], lang
    )
    return page(
        request,
        "cluster.html",
        cluster=cluster,
        programmes={UUID(p.id): p for p in programmes},
        lessons=linked_to(system, viewer, id, "lesson", lang),
        cases=linked_to(system, viewer, id, "case", lang),
        names=people(system, *(m.value for m in cluster.managers)),
        deeds=open_deeds(CLUSTER_DEEDS, viewer, cluster),
        may_share=may(viewer, "write", Lesson),
    )
