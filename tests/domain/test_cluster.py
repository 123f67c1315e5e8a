"""A cluster's dated names, memberships, managers and members: what is recorded, refused and true on a day."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.acting import acting
from domain.aggregate import Aggregate
from domain.cluster import Cluster, Dated, MemberOrganisation, Membership
from domain.cluster_record import ClusterRecord, MemberKind
from domain.errors import Invalid, NotFound, Refused, WrongState

Decided = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]
Decision = Callable[[Cluster], object]

CLUSTER, ARENA, NCE, GCE = (UUID(int=n) for n in range(1, 5))
RECORD = ClusterRecord(county="Østfold", sector="smart energy")


def a_cluster(*decisions: Decision) -> Cluster:
    cluster = Cluster.register(CLUSTER, "Halden Energy", RECORD, named_since="2006-05")
    for decide in decisions:
        decide(cluster)
    cluster.collect_events()
    return cluster


def admitted(cluster: Cluster) -> None:
    cluster.admit(ARENA, "2006-05")


def graduated(cluster: Cluster) -> None:
    cluster.graduate(ARENA, NCE, "2009-10-01")


def ended(cluster: Cluster) -> None:
    cluster.end_membership(NCE, "2019")


def managed(cluster: Cluster) -> None:
    cluster.appoint_manager("ola", "2009")


def with_a_member(cluster: Cluster) -> None:
    cluster.add_member("eSmart Systems", MemberKind.COMPANY)


def renamed(cluster: Cluster) -> None:
    cluster.rename("NCE Smart", "2009")


DESCRIBED = RECORD.model_copy(update={"sector": "energy"})


def test_what_is_recorded(decided: Decided) -> None:
    cluster = Cluster.register(CLUSTER, " Halden Energy ", RECORD, named_since="2006-05")
    cluster.describe(DESCRIBED)
    for decide in (renamed, admitted, graduated, ended, managed):
        decide(cluster)
    cluster.manager_left("ola", "2011-03")
    with_a_member(cluster)
    cluster.remove_member("eSmart Systems")
    assert decided(cluster) == [
        ("cluster.registered", {"name": "Halden Energy", "named_since": "2006-05", "record": RECORD}),
        ("cluster.described", {"record": DESCRIBED}),
        ("cluster.renamed", {"name": "NCE Smart", "on": "2009"}),
        ("cluster.admitted", {"programme": ARENA, "on": "2006-05"}),
        ("cluster.graduated", {"programme": ARENA, "to": NCE, "on": "2009-10-01"}),
        ("cluster.membership-ended", {"programme": NCE, "on": "2019"}),
        ("cluster.manager-appointed", {"person": "ola", "on": "2009"}),
        ("cluster.manager-left", {"person": "ola", "on": "2011-03"}),
        ("cluster.member-joined", {"name": "eSmart Systems", "member_kind": MemberKind.COMPANY}),
        ("cluster.member-left", {"name": "eSmart Systems"}),
    ]
    assert cluster.names == (Dated("Halden Energy", "2006-05", "2009"), Dated("NCE Smart", "2009"))
    assert cluster.memberships == (
        Membership(ARENA, "2006-05", "2009-10-01", NCE),
        Membership(NCE, "2009-10-01", "2019"),
    )
    assert cluster.managers == (Dated("ola", "2009", "2011-03"),)
    assert (cluster.members, cluster.current) == ((), DESCRIBED)


def test_what_changes_nothing_records_nothing() -> None:
    cluster = a_cluster()
    cluster.describe(RECORD)
    cluster.rename("Halden Energy", "2009")
    assert cluster.pending == ()


ORDER = "The date comes before the one it follows."
IN_IT = "The cluster is in this programme already."
NOT_IN_IT = "The cluster is not in this programme now."


REFUSALS: list[tuple[tuple[Decision, ...], Decision, type[Refused], str, str]] = [
    ((), lambda c: c.describe(ClusterRecord(country="SE")), Invalid,
     "A cluster does not change country: register a new one.", "country"),
    ((), lambda c: c.rename("NCE Smart", "2006-04"), Invalid, ORDER, "on"),
    ((), lambda c: c.rename("NCE Smart", "2005"), Invalid, ORDER, "on"),
    ((admitted,), admitted, WrongState, IN_IT, "programme"),
    ((), graduated, NotFound, NOT_IN_IT, "programme"),
    ((admitted, graduated), graduated, NotFound, NOT_IN_IT, "programme"),
    ((admitted,), lambda c: c.graduate(ARENA, ARENA, None), Invalid,
     "Graduating leads to another programme.", "to"),
    ((admitted, lambda c: c.admit(NCE, None)), graduated, WrongState, IN_IT, "to"),
    ((admitted,), lambda c: c.graduate(ARENA, NCE, "2006-04"), Invalid, ORDER, "on"),
    ((), ended, NotFound, NOT_IN_IT, "programme"),
    ((admitted, graduated, ended), ended, NotFound, NOT_IN_IT, "programme"),
    ((admitted, graduated), lambda c: c.end_membership(NCE, "2009-09"), Invalid, ORDER, "on"),
    ((managed,), managed, WrongState, "This person manages the cluster already.", "person"),
    ((), lambda c: c.manager_left("ola", "2010"), NotFound, "This person does not manage the cluster.", "person"),
    ((managed, lambda c: c.manager_left("ola", "2010")), lambda c: c.manager_left("ola", "2011"), NotFound,
     "This person does not manage the cluster.", "person"),
    ((managed,), lambda c: c.manager_left("ola", "2008"), Invalid, ORDER, "on"),
    ((with_a_member,), with_a_member, WrongState, "This organisation is a member already.", "name"),
    ((), lambda c: c.remove_member("eSmart Systems"), NotFound, "No member organisation has this name.", "name"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "decide", "error", "message", "at_fault"), REFUSALS)
def test_refusals(
    given: tuple[Decision, ...], decide: Decision, error: type[Refused], message: str, at_fault: str
) -> None:
    cluster = a_cluster(*given)
    with pytest.raises(Refused) as refused:
        decide(cluster)
    assert (type(refused.value), str(refused.value), refused.value.field) == (error, message, at_fault)
    assert cluster.pending == ()


@pytest.mark.parametrize(
    ("day", "programmes"),
    [
        (date(2006, 4, 30), ()),
        (date(2006, 5, 1), (ARENA,)),
        (date(2009, 9, 30), (ARENA,)),
        (date(2009, 10, 1), (NCE,)),
        (date(2018, 12, 31), (NCE,)),
        (date(2019, 1, 1), ()),
    ],
)
def test_the_programmes_of_a_day(day: date, programmes: tuple[UUID, ...]) -> None:
    assert a_cluster(admitted, graduated, ended).programmes_on(day) == programmes


def test_a_cluster_may_be_in_two_programmes_and_come_back_to_one() -> None:
    cluster = a_cluster(admitted, lambda c: c.admit(GCE, "2007"), graduated, ended, lambda c: c.admit(NCE, "2021"))
    assert [m.programme for m in cluster.open_memberships()] == [GCE, NCE]
    assert cluster.programmes_on(date(2022, 1, 1)) == (GCE, NCE)
    assert cluster.programmes_on(date(2020, 1, 1)) == (GCE,)


def test_a_membership_since_nobody_knows_when_was_always_there() -> None:
    assert a_cluster(lambda c: c.admit(ARENA, None)).programmes_on(date(1990, 1, 1)) == (ARENA,)


def test_a_manager_may_leave_and_return() -> None:
    cluster = a_cluster(managed, lambda c: c.manager_left("ola", "2010"), lambda c: c.appoint_manager("ola", "2012"))
    assert cluster.managers == (Dated("ola", "2009", "2010"), Dated("ola", "2012"))


def test_members_by_kind_are_in_the_order_of_the_kinds_and_then_of_the_alphabet() -> None:
    cluster = a_cluster(
        lambda c: c.add_member("IFE", MemberKind.RESEARCH),
        with_a_member,
        lambda c: c.add_member("ABB", MemberKind.COMPANY),
    )
    assert list(cluster.members_by_kind()) == [
        (MemberKind.COMPANY, ["ABB", "eSmart Systems"]),
        (MemberKind.RESEARCH, ["IFE"]),
    ]
    assert cluster.members[0] == MemberOrganisation("IFE", MemberKind.RESEARCH)


def renaming(name: str, on: str | None) -> Decision:
    return lambda cluster: cluster.rename(name, on)


def admitting(programme: UUID, on: str | None) -> Decision:
    return lambda cluster: cluster.admit(programme, on)


def graduating(programme: UUID, to: UUID, on: str | None) -> Decision:
    return lambda cluster: cluster.graduate(programme, to, on)


def ending(programme: UUID, on: str) -> Decision:
    return lambda cluster: cluster.end_membership(programme, on)


def appointing(on: str) -> Decision:
    return lambda cluster: cluster.appoint_manager("ola", on)


def leaving(on: str) -> Decision:
    return lambda cluster: cluster.manager_left("ola", on)


def describing(cluster: Cluster) -> None:
    cluster.describe(DESCRIBED)


def without_a_member(cluster: Cluster) -> None:
    cluster.remove_member("eSmart Systems")


DAYS = st.sampled_from(["2006", "2006-05", "2009-10-01", "2019"])
DATES = st.none() | DAYS
PROGRAMMES = st.sampled_from([ARENA, NCE, GCE])
STEPS = st.one_of(
    st.builds(renaming, st.sampled_from(["A", "B"]), DATES),
    st.builds(admitting, PROGRAMMES, DATES),
    st.builds(graduating, PROGRAMMES, PROGRAMMES, DATES),
    st.builds(ending, PROGRAMMES, DAYS),
    st.builds(appointing, DAYS),
    st.builds(leaving, DAYS),
    st.sampled_from([with_a_member, without_a_member, describing]),
)


@given(steps=st.lists(STEPS, max_size=25))
def test_any_life_is_told_again_by_its_events(steps: list[Decision]) -> None:
    """Never twice in one programme at once; and what was refused has changed nothing."""
    with acting("kari"):
        cluster = Cluster.register(CLUSTER, "Halden Energy", RECORD)
        for decide in steps:
            before = dict(vars(cluster), _pending=cluster.pending)
            try:
                decide(cluster)
            except Refused:
                assert dict(vars(cluster), _pending=cluster.pending) == before
    now = [m.programme for m in cluster.open_memberships()]
    assert len(now) == len(set(now))
    events = cluster.collect_events()
    assert vars(Cluster.replay(CLUSTER, events)) == vars(cluster)
