package main

import (
	"bytes"
	"os"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"
)

// received is the script command that shows a message as the server has it.
func received(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: received ADDRESS FILE")
	}
	s := fixtureOf(ts).server
	s.Wait()
	for _, m := range slices.Backward(s.Messages()) {
		if slices.Contains(m.To, args[0]) {
			text := bytes.ReplaceAll(m.Data, []byte("\r\n"), []byte("\n"))
			ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
			return
		}
	}
	ts.Fatalf("%s got no message", args[0])
}
