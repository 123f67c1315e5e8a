"""The list of what was erased, carried out on a record that may be older than the list: one that was restored."""

from api.usecases.forgetting import erase, forgotten
from api.usecases.wiping import wipe, wiping_alone
from api.wiring import System
from domain.acting import acting
from domain.person import Person
from domain.redaction import Redaction, redaction_of
from store.erasures import Forgotten, Removed, Searches
from store.ledger.leaf import digest_of
from store.redacting import with_state

BY = "erasures"
"""Who does it again."""


def reapply(system: System) -> int:
    """How much was there again of what had been erased; 0 for a record that is as new as the list. What was interrupted
    on the way is brought to its end. Doing it twice does nothing twice.

    Raises `WrongState` where a server has the folder, `StoreUnavailable`."""
    lines = system.erasures.all()
    with acting(BY):
        done = sum(_again(system, line) for line in lines if isinstance(line, Forgotten | Removed))
        if done:
            system.kept_searches.drop([id for line in lines if isinstance(line, Searches) for id in line.ids])
            system.missed.clear()  # nobody knows any more which of them had the words
        if done or system.erasures.unfinished():
            with wiping_alone(system):
                wipe(system, texts=True)
    return done


def _again(system: System, line: Forgotten | Removed) -> bool:
    return _forget(system, line) if isinstance(line, Forgotten) else _remove(system, line)


def _forget(system: System, line: Forgotten) -> bool:
    person = system.store.find(Person, line.person)
    known = system.people.get(str(line.person))
    left = known is not None or system.sign_ins.accounts.of(str(line.person)) is not None
    if not left and (person is None or person.forgotten):
        return False
    if person is None or not person.forgotten:
        system.save(*forgotten(system, line.person, line.reason))
    erase(system, line.person, known.name if known else "")
    return True


def _remove(system: System, line: Removed) -> bool:
    stored = system.store.stored(line.of, line.of_version)
    if stored is None or digest_of(stored.state).hex() not in line.was:
        return False
    instead = with_state(stored, line.state.encode())
    redaction = system.store.find(Redaction, redaction_of(line.of)) or Redaction.of(line.of)
    redaction.make(line.of, line.of_version, line.fields, digest_of(instead.state).hex(), line.reason)
    system.store.redact(redaction, [instead])
    return True
