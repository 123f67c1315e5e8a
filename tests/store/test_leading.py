"""One leads; when it is gone, another does."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import monotonic

import psycopg
import pytest

from store.connections import Postgres
from store.leading import Leadership
from store.unavailable import StoreUnavailable
from tests.store.proxy import Proxy

LEAD = """
import sys, time
from store.connections import Postgres
from store.leading import Leadership
leadership = Leadership(Postgres(sys.argv[1]), "projector")
print(leadership.try_lead(), flush=True)
time.sleep(60)
"""

END_ITS_HOLDER = """
SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
"""

Standing = Callable[..., Leadership]


@pytest.fixture
def standing(database: str) -> Iterator[Standing]:
    """Each call gives one more that would lead."""
    with ExitStack() as stack:

        def one(address: str = database, name: str = "projector", silent_s: float | None = None) -> Leadership:
            postgres = Postgres(address)
            stack.callback(postgres.close)
            leadership = Leadership(postgres, name, silent_s=silent_s)
            stack.callback(leadership.release)
            return leadership

        yield one


def test_one_leads_until_it_lets_go(standing: Standing) -> None:
    first, second = standing(), standing()
    assert (first.leads(), first.try_lead(), second.try_lead(), first.try_lead()) == (False, True, False, True)
    assert (first.leads(), second.leads()) == (True, False)
    first.release()
    assert (first.leads(), second.try_lead(), first.try_lead(), second.leads()) == (False, True, False, True)


def test_one_that_falls_silent_leads_no_more(standing: Standing) -> None:
    """As a process does that is frozen and not dead: its connection lives on."""
    silent, other = standing(silent_s=0.5), standing()
    assert silent.try_lead()
    begun = monotonic()
    while not other.try_lead():
        assert monotonic() - begun < 30
    assert (silent.leads(), other.leads()) == (False, True)


def test_one_that_may_be_silent_leads_on(standing: Standing) -> None:
    first, other = standing(), standing(silent_s=0.1)
    assert first.try_lead()
    until = monotonic() + 1
    while monotonic() < until:
        assert not other.try_lead(), "it leads" if first.leads() else "its connection was lost"
    assert first.leads()


def test_another_name_is_another_matter(standing: Standing) -> None:
    assert (standing().try_lead(), standing(name="other").try_lead()) == (True, True)


def test_it_passes_on_when_the_holder_is_killed(database: str, standing: Standing) -> None:
    with subprocess.Popen([sys.executable, "-c", LEAD, database], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        other = standing()
        assert other.try_lead() is False
        os.kill(holder.pid, signal.SIGKILL)
        killed = monotonic()
        while not other.try_lead():
            assert monotonic() - killed < 9
    assert other.leads()


def test_the_holder_notices_that_its_connection_was_ended(database: str, standing: Standing) -> None:
    first, second = standing(), standing()
    assert first.try_lead()
    with psycopg.connect(database) as db:
        db.execute(END_ITS_HOLDER)
    assert (first.leads(), second.try_lead(), first.try_lead()) == (False, True, False)


def test_a_holder_that_is_not_answered_leads_no_more(standing: Standing, proxy: Proxy) -> None:
    first = standing(proxy.address)
    assert first.try_lead()
    proxy.hang()
    began = monotonic()
    assert first.leads() is False
    with pytest.raises(StoreUnavailable):
        first.try_lead()
    assert monotonic() - began < 9
