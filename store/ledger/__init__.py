"""The ledger: a Merkle log over the stored bytes of every event, written in the event's own transaction.

`tree` is the mathematics (RFC 6962), `leaf` what is hashed of an event, `rows` how leaves and nodes are kept, `keys`
and `note` how a state of the log is signed (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof), `sealer`
who signs and when, `recount` how everything is computed once more from the events and compared. For those who check:
`snapshot` reads one moment and changes nothing, `verifying` compares it with checkpoints, `bundling` writes it out for
programs of others, and `witnessing` signs along.
"""
