package main

import (
	"bytes"
	"os/exec"
	"testing"

	"mailshot/job/jobfile/keys"
)

// What the command prints is the schema, and nothing else. That loader and schema say the same of all
// examples and bad jobs is for the tests of job/jobfile.
func TestSchemaCommand(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(mailshotBinary(t), "schema").Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := keys.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(out), bytes.TrimSpace(want)) {
		t.Errorf("mailshot schema prints %d octets that are not the schema of the keys, of %d", len(out), len(want))
	}
}
