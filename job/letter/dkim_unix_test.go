//go:build unix

package letter

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mailshot/job/jobfile"
	"mailshot/job/secret"
)

// A key in a pipe is not waited for before it is needed, and then it is read once,
// to where the letters look for it.
func TestKeyInPipe(t *testing.T) {
	dir := t.TempDir()
	path, pipe := filepath.Join(dir, "job.yaml"), filepath.Join(dir, "key.pipe")
	text := `version: 1
recipients: people.csv
message: {from: office@club.example, subject: x, text: {inline: x}, dkim: {selector: s1, key: {file: key.pipe}}}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := jobfile.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := PrepareDKIM(t.Context(), j, secret.Env{}, false, func(text string) { t.Errorf("warning: %s", text) }, func(text string) { t.Errorf("note: %s", text) })
	if err != nil {
		t.Fatal(err)
	}
	if got := SignedBy(d); !strings.HasPrefix(got, "club.example, selector s1: a key from a program") {
		t.Errorf("SignedBy before the key is read: %q", got)
	}
	l, err := lettersOf(j, []string{"email"}, d)
	if err != nil {
		t.Fatal(err)
	}
	_, pem := edKey(1)
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, []byte(pem), 0o600) }()
	for range 2 {
		if err := ReadWaitingKey(t.Context(), j, secret.Env{}, d); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if got, want := SignedBy(d), "club.example, selector s1: Ed25519"; got != want {
		t.Errorf("SignedBy: %q, want %q", got, want)
	}
	octets, _, err := composed(l.Composer(false), rowOf("", "ann@club.example"))
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(t, octets, d); err != nil {
		t.Error(err)
	}
}
