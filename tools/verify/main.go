// Verify checks a bundle that `laerdom audit bundle` has written, or single proofs, with none of Lærdom's own code.
//
//	verify [-key VKEY]... [-older FILE]... BUNDLE
//	verify -key VKEY... PROOF.tlog-proof...
//
// It ends with 0 when all fits, 1 when something does not, and 2 when it could not be checked.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// Many values of one flag.
type many []string

func (m *many) String() string     { return fmt.Sprint(*m) }
func (m *many) Set(s string) error { *m = append(*m, s); return nil }

// errUse says that nothing could be checked: a file or a key is missing, or is none.
var errUse = errors.New("cannot be checked")

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	var keys, older many
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Var(&keys, "key", "a verification key of the log, or a file of them; else those of the bundle")
	flags.Var(&older, "older", "a checkpoint that was kept elsewhere; the events have to begin with it")
	if flags.Parse(args) != nil || flags.NArg() == 0 {
		fmt.Fprintln(errs, "verify [-key VKEY]... [-older FILE]... BUNDLE, or -key VKEY... PROOF.tlog-proof...")
		return 2
	}
	findings, err := check(keys, older, flags.Args(), out)
	switch {
	case err != nil:
		fmt.Fprintln(errs, err)
		return 2
	case findings > 0:
		fmt.Fprintf(out, "%d findings.\n", findings)
		return 1
	}
	fmt.Fprintln(out, "All fits.")
	return 0
}

func check(keys, older, names []string, out io.Writer) (int, error) {
	if folder, err := os.Stat(names[0]); err == nil && folder.IsDir() {
		if len(names) > 1 {
			return 0, fmt.Errorf("%w: give one bundle", errUse)
		}
		return checkBundle(names[0], keys, older, out)
	}
	if len(keys) == 0 {
		return 0, fmt.Errorf("%w: give the key of the log with -key", errUse)
	}
	known, err := readKeys(keys)
	if err != nil {
		return 0, err
	}
	findings := 0
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			return 0, fmt.Errorf("%w: %v", errUse, err)
		}
		if err := checkProof(file, known); err != nil {
			fmt.Fprintf(out, "%s: %v\n", name, err)
			findings++
		}
	}
	fmt.Fprintf(out, "%d proofs, %d fit.\n", len(names), len(names)-findings)
	return findings, nil
}
