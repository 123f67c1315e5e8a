package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/transparency-dev/merkle/rfc6962"
)

// event is a line of events.jsonl.
type event struct {
	Leaf      uint64   `json:"leaf"`
	Position  int64    `json:"position"`
	Aggregate string   `json:"aggregate"`
	Version   int64    `json:"version"`
	Topic     string   `json:"topic"`
	State     []byte   `json:"state"`
	Digest    []byte   `json:"digest"`
	Salt      []byte   `json:"salt"`
	Hash      []byte   `json:"hash"`
	Proof     [][]byte `json:"proof"`
}

// made is the hash of the leaf that these bytes make.
func (e *event) made() []byte {
	var data bytes.Buffer
	for _, part := range [][]byte{
		[]byte("laerdom/1"),
		[]byte(strconv.FormatInt(e.Position, 10)),
		[]byte(e.Aggregate),
		[]byte(strconv.FormatInt(e.Version, 10)),
		[]byte(e.Topic),
		e.Digest,
		e.Salt,
	} {
		_ = binary.Write(&data, binary.BigEndian, uint32(len(part)))
		data.Write(part)
	}
	return rfc6962.DefaultHasher.HashLeaf(data.Bytes())
}

// state is what its digest is of, unless another took its place.
func (e *event) stateDigest() []byte {
	digest := sha256.Sum256(e.State)
	return digest[:]
}

// key says which event a redaction is of.
func (e *event) key() string { return e.Aggregate + "/" + strconv.FormatInt(e.Version, 10) }

// redaction returns what an event says that took the place of another's state; false where it says nothing of it.
func (e *event) redaction() (of string, digest []byte, ok bool) {
	var said struct {
		Of      string `json:"of"`
		Version int64  `json:"of_version"`
		Digest  string `json:"digest"`
	}
	if e.Topic != "redaction.made" || json.Unmarshal(e.State, &said) != nil {
		return "", nil, false
	}
	digest, err := hex.DecodeString(said.Digest)
	return strings.ReplaceAll(said.Of, "-", "") + "/" + strconv.FormatInt(said.Version, 10), digest, err == nil
}
