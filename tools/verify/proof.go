package main

import (
	"bytes"
	"errors"

	"github.com/transparency-dev/formats/log"
	tlogproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
)

// checkProof says whether the bytes in the proof's extra line are in the log of its checkpoint.
func checkProof(file []byte, known keys) error {
	var read tlogproof.TLogProof
	if err := read.Unmarshal(file); err != nil {
		return err
	}
	if !bytes.Equal(read.Marshal(), file) {
		return errors.New("it is not written as a proof is")
	}
	if read.ExtraData == nil {
		return errors.New("it does not say what was hashed: ask for the whole proof")
	}
	checkpoint, err := openCheckpoint(read.Checkpoint, known)
	if err != nil {
		return err
	}
	hashes := make([][]byte, 0, len(read.Hashes))
	for _, one := range read.Hashes {
		hashes = append(hashes, one[:])
	}
	return checkIncluded(checkpoint, read.Index, rfc6962.DefaultHasher.HashLeaf(read.ExtraData), hashes)
}

// checkIncluded asks two libraries, which know nothing of each other.
func checkIncluded(checkpoint *log.Checkpoint, index uint64, leaf []byte, hashes [][]byte) error {
	err := proof.VerifyInclusion(rfc6962.DefaultHasher, index, checkpoint.Size, leaf, hashes, checkpoint.Hash)
	if err != nil {
		return err
	}
	var path tlog.RecordProof
	for _, one := range hashes {
		path = append(path, hash(one))
	}
	return tlog.CheckRecord(path, int64(checkpoint.Size), hash(checkpoint.Hash), int64(index), hash(leaf))
}

func hash(raw []byte) (made tlog.Hash) {
	copy(made[:], raw)
	return made
}
