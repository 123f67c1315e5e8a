"""What is written and signed by others while the ledger is read makes no alarm."""

from store.ledger.reading import Ledger
from store.ledger.rows import check_key
from store.ledger.sealer import Sealer
from tests.store.ledger.held import LEDGER_KEY, Held
from tests.store.overtaken import Overtaking


def overtaken(held: Held) -> Ledger:
    """Another sealer signs something new before each look."""

    def other() -> None:
        held.write(1)
        held.seal()

    return Ledger(Overtaking(held.ledger.database, other), held.ledger.events)


def test_the_key_is_known_again_while_others_write(held: Held) -> None:
    with Overtaking(held.ledger.database, lambda: held.write(1)).reading() as db:
        check_key(db, LEDGER_KEY)


def test_two_sealers_sign_side_by_side(held: Held) -> None:
    held.write(1)
    signed = Sealer(overtaken(held), LEDGER_KEY, held.keys.signers(make=True), held.checkpoints).seal()
    assert signed is not None
    assert held.verify(*held.kept()).found == 0
    assert held.ledger.state().refused is None


def test_never_more_is_sealed_than_there_is(held: Held) -> None:
    state = overtaken(held).state()
    assert state.sealed <= state.size
