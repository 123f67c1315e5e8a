"""Audiences: what viewers are part of, and whom things are open to."""

from uuid import UUID

import pytest

from domain.audiences import ALWAYS, audiences, drafted_to, readers, released_to, staff_of
from domain.release import Visibility
from domain.viewer import ANYBODY, Viewer
from tests.domain.test_policy import FORESIGHT, GCE, LESSON, NCE, OURS, a_case, a_cluster, a_lesson

CLUSTER, STAFF_NCE, PROGRAMME_NCE = f"cluster:{OURS}", f"staff:{NCE}", f"programme:{NCE}"


@pytest.mark.parametrize(
    ("visibility", "admitted"),
    [
        (Visibility.OWN_CLUSTER, {CLUSTER, STAFF_NCE}),
        (Visibility.PROGRAMME, {CLUSTER, STAFF_NCE, PROGRAMME_NCE}),
        (Visibility.MANAGERS, {CLUSTER, STAFF_NCE, PROGRAMME_NCE, "managers", "staff"}),
        (Visibility.PUBLIC, {CLUSTER, STAFF_NCE, PROGRAMME_NCE, "managers", "staff", "public"}),
    ],
)
def test_each_visibility_admits_those_of_the_narrower_ones(visibility: Visibility, admitted: set[str]) -> None:
    assert released_to(a_lesson(visibility)) == ALWAYS | admitted
    if visibility is not Visibility.OWN_CLUSTER:
        assert released_to(a_case(visibility)) == (ALWAYS | admitted) - {CLUSTER}


def test_a_draft_is_open_to_those_who_write_it_and_when_submitted_to_those_who_review_it() -> None:
    writers = {f"by:kari@{place}" for place in (OURS, FORESIGHT, NCE)}
    writers |= {f"manager:{OURS}", f"process:{FORESIGHT}", f"opened:{LESSON}"}
    assert drafted_to(a_lesson(Visibility.PUBLIC, "draft")) == ALWAYS | writers
    assert drafted_to(a_lesson(Visibility.PUBLIC, "submitted")) == ALWAYS | writers | {STAFF_NCE}
    assert readers(a_lesson(Visibility.PUBLIC, "draft")) == ALWAYS | writers
    assert "public" in readers(a_lesson(Visibility.PUBLIC))


def test_clusters_and_programmes_are_public() -> None:
    assert readers(a_cluster()) == ALWAYS | {"public"}


def test_what_is_of_no_programme_is_looked_after_by_all_staff() -> None:
    assert staff_of([]) == {"staff"}
    assert staff_of([NCE, GCE]) == {f"staff:{NCE}", f"staff:{GCE}"}


@pytest.mark.parametrize(
    ("viewer", "parts"),
    [
        (Viewer(ANYBODY), set[str]()),
        (Viewer("sven"), {"by:sven@nowhere"}),
        (
            Viewer("mona", manages=frozenset({OURS}), programmes=frozenset({NCE})),
            {"by:mona@nowhere", f"by:mona@{OURS}", CLUSTER, f"manager:{OURS}", PROGRAMME_NCE, "managers"},
        ),
        (Viewer("ola", contributes=frozenset({OURS})), {"by:ola@nowhere", f"by:ola@{OURS}", CLUSTER}),
        (Viewer("leo", leads=frozenset({FORESIGHT})),
         {"by:leo@nowhere", f"by:leo@{FORESIGHT}", f"process:{FORESIGHT}"}),
        (Viewer("siv", staffs=frozenset({NCE})), {"by:siv@nowhere", f"by:siv@{NCE}", STAFF_NCE, "staff"}),
        (Viewer("aud", auditor=True), {"by:aud@nowhere", "auditors"}),
        (Viewer("adam", administrator=True, opened=frozenset({UUID(int=9)})),
         {"by:adam@nowhere", f"opened:{UUID(int=9)}"}),
        (Viewer("root", operator=True), {"by:root@nowhere", "operator"}),
    ],
)  # fmt: skip
def test_what_a_viewer_is_part_of(viewer: Viewer, parts: set[str]) -> None:
    assert audiences(viewer) == parts | {"public"}
