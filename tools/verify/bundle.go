package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
)

type older struct {
	name       string
	checkpoint *log.Checkpoint
}

// bundle is what is known of one while its events are read.
type bundle struct {
	out       io.Writer
	newest    *log.Checkpoint
	tree      *compact.Range
	roots     map[uint64][]byte
	events    int
	unproved  int
	findings  int
	replaced  []event           // without their state: they are few
	redaction map[string][]byte // by what they are of
	digests   [][]byte          // of the states of those replaced
}

func checkBundle(folder string, given, elsewhere []string, out io.Writer) (int, error) {
	if len(given) == 0 {
		given = []string{filepath.Join(folder, "keys")}
		fmt.Fprintln(out, "The keys are the bundle's own: compare them with those that you were given.")
	}
	known, err := readKeys(given)
	if err != nil {
		return 0, err
	}
	file, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return 0, fmt.Errorf("%w: %v", errUse, err)
	}
	b := &bundle{out: out, roots: map[uint64][]byte{}, redaction: map[string][]byte{}}
	b.tree = (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	if b.newest, err = openCheckpoint(file, known); err != nil {
		b.find("checkpoint", err)
		return b.findings, nil
	}
	own, _ := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	before, err := b.readOlder(append(own, elsewhere...), known)
	if err != nil {
		return 0, err
	}
	events, err := os.Open(filepath.Join(folder, "events.jsonl"))
	if err != nil {
		return 0, fmt.Errorf("%w: %v", errUse, err)
	}
	defer events.Close()
	if err := b.read(events, before); err != nil {
		return 0, err
	}
	if b.tree.End() < b.newest.Size && b.unproved == 0 && len(elsewhere) > 0 {
		return 0, fmt.Errorf("%w: an older checkpoint wants a bundle of all events", errUse)
	}
	b.conclude(before, len(elsewhere))
	return b.findings, nil
}

func (b *bundle) find(what string, why any) {
	b.findings++
	fmt.Fprintf(b.out, "%s: %v\n", what, why)
}

func (b *bundle) readOlder(names []string, known keys) ([]older, error) {
	var found []older
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%w: %v", errUse, err)
		}
		checkpoint, err := openCheckpoint(file, known)
		if err != nil {
			b.find(name, err)
			continue
		}
		found = append(found, older{name, checkpoint})
	}
	return found, nil
}

func (b *bundle) read(events io.Reader, before []older) error {
	wanted := map[uint64]bool{b.newest.Size: true}
	for _, one := range before {
		wanted[one.checkpoint.Size] = true
	}
	lines := bufio.NewReaderSize(events, 1<<20)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("%w: %v", errUse, err)
		}
		var one event
		if err := json.Unmarshal(line, &one); err != nil {
			b.find(fmt.Sprintf("line %d of events.jsonl", number), err)
			continue
		}
		b.events++
		b.take(&one)
		if wanted[b.tree.End()] {
			b.roots[b.tree.End()], _ = b.tree.GetRootHash(nil)
		}
	}
}

func (b *bundle) take(e *event) {
	where := fmt.Sprintf("event %d, leaf %d", e.Position, e.Leaf)
	made := e.made()
	fits := bytes.Equal(made, e.Hash)
	if !fits {
		b.find(where, "the event is not the one that was entered")
	}
	if digest := e.stateDigest(); !bytes.Equal(digest, e.Digest) {
		b.replaced = append(b.replaced, event{Leaf: e.Leaf, Position: e.Position, Aggregate: e.Aggregate, Version: e.Version})
		b.digests = append(b.digests, digest)
		fits = false
	}
	if of, digest, ok := e.redaction(); ok && fits {
		b.redaction[of] = digest
	}
	if e.Proof != nil {
		if err := checkIncluded(b.newest, e.Leaf, made, e.Proof); err != nil {
			b.find(where, err)
		}
	} else {
		b.unproved++
	}
	if e.Leaf == b.tree.End() {
		_ = b.tree.Append(e.Hash, nil)
	}
}

func (b *bundle) conclude(before []older, elsewhere int) {
	for n, one := range b.replaced {
		if digest, ok := b.redaction[one.key()]; !ok || !bytes.Equal(digest, b.digests[n]) {
			b.find(fmt.Sprintf("event %d, leaf %d", one.Position, one.Leaf), "the event is not the one that was entered")
		}
	}
	whole := b.tree.End() >= b.newest.Size
	switch {
	case whole && (uint64(b.events) != b.newest.Size || !bytes.Equal(b.root(b.newest.Size), b.newest.Hash)):
		b.find("checkpoint", "the events are not those that it was signed for")
	case !whole && b.unproved > 0:
		b.find(fmt.Sprintf("leaf %d", b.tree.End()), "the event is missing, and others have no proof of their own")
	}
	for _, one := range before {
		switch size := one.checkpoint.Size; {
		case size > b.newest.Size:
			b.find(one.name, "it is of more leaves than the newest checkpoint: events were left out")
		case size == b.newest.Size && !bytes.Equal(one.checkpoint.Hash, b.newest.Hash):
			b.find(one.name, "it has as many leaves as the newest checkpoint and another root")
		case whole && !bytes.Equal(b.root(size), one.checkpoint.Hash):
			b.find(one.name, "the events do not begin with those that it was signed for")
		}
	}
	fmt.Fprintf(b.out, "%d events; the checkpoint of %s says %d leaves", b.events, b.newest.Origin, b.newest.Size)
	if whole {
		fmt.Fprintf(b.out, ", and all of them were counted; %d older checkpoints, %d of them from elsewhere.\n", len(before), elsewhere)
	} else {
		fmt.Fprintln(b.out, ", and each event was looked for by its proof. Older checkpoints want a bundle of all events.")
	}
}

func (b *bundle) root(size uint64) []byte {
	if size == 0 {
		return rfc6962.DefaultHasher.EmptyRoot()
	}
	return b.roots[size]
}
