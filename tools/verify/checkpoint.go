package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/transparency-dev/formats/log"
	cosignature "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// keys are those of logs, one of which has to have signed, and those of witnesses.
type keys struct {
	logs      map[string]bool
	verifiers []note.Verifier
}

// readKeys takes keys, and files with one a line.
func readKeys(given []string) (keys, error) {
	known := keys{logs: map[string]bool{}}
	for _, one := range given {
		lines := []string{one}
		if file, err := os.ReadFile(one); err == nil {
			lines = strings.Fields(string(file))
		}
		for _, line := range lines {
			if err := known.add(line); err != nil {
				return known, fmt.Errorf("%w: %q is not a verification key: %v", errUse, line, err)
			}
		}
	}
	if len(known.logs) == 0 {
		return known, fmt.Errorf("%w: there is no key of a log", errUse)
	}
	return known, nil
}

func (k *keys) add(vkey string) error {
	if verifier, err := note.NewVerifier(vkey); err == nil {
		k.logs[name(verifier.Name(), verifier.KeyHash())] = true
		k.verifiers = append(k.verifiers, verifier)
		return nil
	}
	verifier, err := cosignature.NewVerifierForCosignatureV1(vkey)
	if err == nil {
		k.verifiers = append(k.verifiers, verifier)
	}
	return err
}

func name(name string, hash uint32) string { return fmt.Sprintf("%s+%08x", name, hash) }

// openCheckpoint returns what one of the keys of a log has signed, in the one way to write it.
func openCheckpoint(file []byte, known keys) (*log.Checkpoint, error) {
	opened, err := note.Open(file, note.VerifierList(known.verifiers...))
	if err != nil {
		return nil, err
	}
	signed := false
	for _, one := range opened.Sigs {
		signed = signed || known.logs[name(one.Name, one.Hash)]
		if _, err := base64.StdEncoding.Strict().DecodeString(one.Base64); err != nil {
			return nil, err
		}
	}
	if !signed {
		return nil, errors.New("a witness has signed it, and the log has not")
	}
	var checkpoint log.Checkpoint
	if _, err := checkpoint.Unmarshal([]byte(opened.Text)); err != nil {
		return nil, err
	}
	if !bytes.Equal(checkpoint.Marshal(), []byte(opened.Text)) || len(checkpoint.Hash) != 32 {
		return nil, errors.New("it is not written as a checkpoint is")
	}
	return &checkpoint, nil
}
