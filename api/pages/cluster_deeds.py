"""What can be done with a cluster, and the forms for it."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from api.pages.deeds import AnyDeed, Ask, Deed
from api.pages.fields import Field, both
from api.pages.labels import FIELDS, LABELS
from api.pages.lesson_deeds import WHY_NOT_REQUIRED
from api.pages.translation import N_
from api.usecases import clusters
from api.usecases.clusters import ClusterChanges, NewCluster
from api.usecases.handing_over import hand_over_cluster
from api.usecases.people import add_once
from domain.acting import current_act
from domain.cluster import Cluster
from domain.cluster_record import MemberKind
from domain.dates import PartialDate
from domain.errors import Invalid
from domain.person_record import PersonRecord
from domain.text import PROSE_MAX, TITLE_MAX

WHEN = Field("on", N_("When"), "date", N_("2009, 2009-05 or 2009-05-13."), required=True)
WHEN_IF_KNOWN = Field("on", N_("When"), "date", N_("2009, 2009-05 or 2009-05-13. Leave it empty if it is not known."))
NAMED = Field("name", FIELDS["name"], required=True, longest=TITLE_MAX)
NAMED_SINCE = Field("named_since", N_("Had this name since"), "date", N_("2009, 2009-05 or 2009-05-13."))
PROGRAMME = Field("programme", FIELDS["programme"], "choice", choices="programmes", required=True)
JOINED = Field("programme", FIELDS["programme"], "choice", choices="joined", required=True)
SOMEBODY_NEW = (
    Field("new.name", N_("Or somebody new: name"), longest=TITLE_MAX),
    Field("new.email", N_("E-mail"), "email", longest=254),
)
DESCRIPTION = (
    Field("sector", FIELDS["sector"], longest=TITLE_MAX),
    Field("municipality", FIELDS["municipality"], longest=TITLE_MAX),
    Field("county", FIELDS["county"], longest=TITLE_MAX),
    *both("description", FIELDS["description"], longest=PROSE_MAX),
    Field("website", FIELDS["website"], help=N_("Begins with https://."), longest=500),
    Field("members_reported", FIELDS["members_reported"], "number", N_("A figure that a source gives."), more=True),
    Field("members_year", FIELDS["members_year"], "number", more=True),
    Field("former_names", FIELDS["former_names"], "lines", N_("One on each line."), more=True),
    Field("notes", FIELDS["notes"], "text", more=True, longest=2_000),
)  # fmt: skip


def _record(cluster: Cluster | None) -> dict[str, Any]:
    return cluster.current.model_dump(mode="json") if cluster else {}


def _register(ask: Ask) -> Cluster:
    values = {name: value for name, value in ask.values.items() if value is not None}
    return clusters.register_cluster(ask.system, ask.viewer, NewCluster.model_validate(values), id=ask.id)


def _describe(ask: Ask) -> Cluster:
    changes = ClusterChanges.model_validate(ask.values).model_dump(exclude_unset=True)
    return clusters.describe_cluster(ask.system, ask.viewer, ask.id, ask.version, changes)


def _rename(ask: Ask) -> Cluster:
    v = ask.values
    return clusters.rename_cluster(ask.system, ask.viewer, ask.id, ask.version, v["name"], v["on"], ask.reason)


def _admit(ask: Ask) -> Cluster:
    programme = _id(ask, "programme")
    return clusters.admit_cluster(ask.system, ask.viewer, ask.id, ask.version, programme, ask.values["on"], ask.reason)


def _graduate(ask: Ask) -> Cluster:
    start, to, on = _id(ask, "programme"), _id(ask, "to"), ask.values["on"]
    return clusters.graduate_cluster(ask.system, ask.viewer, ask.id, ask.version, start, to, on, ask.reason)


def _end(ask: Ask) -> Cluster:
    programme = _id(ask, "programme")
    return clusters.end_membership(ask.system, ask.viewer, ask.id, ask.version, programme, ask.values["on"], ask.reason)


class _NewManager(BaseModel):
    new: PersonRecord | None


class _When(BaseModel):
    on: PartialDate


def _person(ask: Ask, field: str) -> str:
    """Who was chosen, or somebody new: added only when the rest of the form can be taken."""
    new = _NewManager.model_validate({"new": ask.values["new"]}).new
    if new is None and not ask.values[field]:
        raise Invalid(N_("Choose somebody, or write the name of somebody new."), field=field)
    _on(ask)
    if new is None:
        return ask.values[field]
    return add_once(ask.system, ask.viewer, new, ask.key)


def _on(ask: Ask) -> str:
    return _When.model_validate({"on": ask.values["on"]}).on


def _appoint(ask: Ask) -> Cluster:
    person = _person(ask, "person")
    return clusters.appoint_manager(ask.system, ask.viewer, ask.id, ask.version, person, _on(ask), ask.reason)


def _stand_down(ask: Ask) -> Cluster:
    person = ask.values["person"]
    return clusters.manager_left(ask.system, ask.viewer, ask.id, ask.version, person, _on(ask), ask.reason)


def _contribute(ask: Ask) -> Cluster:
    person = _person(ask, "person")
    return clusters.appoint_contributor(ask.system, ask.viewer, ask.id, ask.version, person, _on(ask), ask.reason)


def _contribute_no_more(ask: Ask) -> Cluster:
    person = ask.values["person"]
    return clusters.contributor_left(ask.system, ask.viewer, ask.id, ask.version, person, _on(ask), ask.reason)


def _hand_over(ask: Ask) -> Cluster:
    to, leaving = _person(ask, "to"), ask.values["leaving"]
    return hand_over_cluster(ask.system, ask.viewer, ask.id, ask.version, to, _on(ask), ask.reason, leaving=leaving)


def _leavers(cluster: Cluster) -> dict[str, Any]:
    return {"leaving": [m.value for m in cluster.managers if m.until is None], "on": current_act().clock().date()}


def _from_today(_: Cluster) -> dict[str, Any]:
    return {"on": current_act().clock().date()}


def _join(ask: Ask) -> Cluster:
    try:
        kind = MemberKind(ask.values["kind"])
    except ValueError:
        raise Invalid(N_("Choose one from the list."), field="kind") from None
    return clusters.add_member(ask.system, ask.viewer, ask.id, ask.version, ask.values["name"], kind, ask.reason)


def _leave(ask: Ask) -> Cluster:
    return clusters.remove_member(ask.system, ask.viewer, ask.id, ask.version, ask.values["name"], ask.reason)


def _id(ask: Ask, field: str) -> UUID:
    try:
        return UUID(ask.values[field])
    except ValueError:
        raise Invalid(N_("Choose one from the list."), field=field) from None


def _in_a_programme(cluster: Cluster) -> bool:
    return bool(cluster.open_memberships())


def _managed(cluster: Cluster) -> bool:
    return any(m.until is None for m in cluster.managers)


CLUSTER_DEEDS: tuple[AnyDeed, ...] = (
    Deed(Cluster, "new", N_("Register a cluster"), N_("Register"), "make", _register,
         (NAMED, NAMED_SINCE, *DESCRIPTION), makes=True, tone="primary", lead=N_("A name is enough.")),
    Deed(Cluster, "edit", N_("Change the description"), N_("Change the description"), "describe", _describe,
         (*DESCRIPTION, WHY_NOT_REQUIRED), changes=True, initial=_record),
    Deed(Cluster, "rename", N_("Rename the cluster"), N_("Rename …"), "register", _rename,
         (NAMED, WHEN_IF_KNOWN, WHY_NOT_REQUIRED), lead=N_("The old name stays in the history.")),
    Deed(Cluster, "admit", N_("Admit the cluster to a programme"), N_("Admit to a programme …"), "register", _admit,
         (PROGRAMME, WHEN_IF_KNOWN, WHY_NOT_REQUIRED)),
    Deed(Cluster, "graduate", N_("Move on to another programme"), N_("Move on to another programme …"), "register",
         _graduate,
         (JOINED, Field("to", N_("The new programme"), "choice", choices="programmes", required=True), WHEN_IF_KNOWN,
          WHY_NOT_REQUIRED),
         possible=_in_a_programme, lead=N_("From Arena to NCE, say: one membership ends where the next begins.")),
    Deed(Cluster, "end", N_("End a membership of a programme"), N_("End a membership …"), "register", _end,
         (JOINED, WHEN, WHY_NOT_REQUIRED), possible=_in_a_programme),
    Deed(Cluster, "appoint", N_("Appoint a manager"), N_("Appoint a manager …"), "appoint-manager", _appoint,
         (Field("person", N_("Somebody known"), "choice", choices="around"), *SOMEBODY_NEW, WHEN, WHY_NOT_REQUIRED)),
    Deed(Cluster, "stand-down", N_("Record that a manager left"), N_("A manager left …"), "appoint-manager",
         _stand_down,
         (Field("person", N_("Who?"), "choice", choices="managing", required=True), WHEN, WHY_NOT_REQUIRED),
         possible=_managed),
    Deed(Cluster, "hand-over", N_("Hand the cluster over"), N_("Hand over …"), "appoint-manager", _hand_over,
         (Field("to", N_("Who manages it from then on?"), "choice", choices="around"), *SOMEBODY_NEW,
          Field("leaving", N_("Who leaves?"), "many", choices="managing"), WHEN, WHY_NOT_REQUIRED),
         initial=_leavers,
         lead=N_("In one step: those who leave stand down, the next manager is appointed, and what they own of the"
                 " lessons of the cluster is the next manager’s from now on.")),
    Deed(Cluster, "contributors", N_("Add a contributor"), N_("Add a contributor …"), "appoint-contributor",
         _contribute,
         (Field("person", N_("Somebody known"), "choice", choices="around"), *SOMEBODY_NEW, WHEN, WHY_NOT_REQUIRED),
         initial=_from_today,
         lead=N_("Contributors read what the cluster shares with itself, and write lessons for it.")),
    Deed(Cluster, "contributor-left", N_("Record that a contributor left"), N_("A contributor left …"),
         "appoint-contributor", _contribute_no_more,
         (Field("person", N_("Who?"), "choice", choices="contributing", required=True), WHEN, WHY_NOT_REQUIRED),
         initial=_from_today),
    Deed(Cluster, "join", N_("Add a member organisation"), N_("Add a member …"), "describe", _join,
         (NAMED, Field("kind", FIELDS["kind"], "choice", choices=tuple(LABELS["member"].items()), required=True),
          WHY_NOT_REQUIRED)),
    Deed(Cluster, "leave", N_("Remove a member organisation"), N_("Remove a member …"), "describe", _leave,
         (Field("name", N_("Which one?"), "choice", choices="members", required=True), WHY_NOT_REQUIRED),
         possible=lambda cluster: bool(cluster.members)),
)  # fmt: skip
