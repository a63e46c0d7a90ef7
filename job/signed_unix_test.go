//go:build unix

package job

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"mailshot/transport/smtptest"
)

// A key in a pipe is read once, before the first session; a check does not wait
// for it.
func TestSignedByPipe(t *testing.T) {
	w, d := signedWorld(t, 2, "", "{file: key.pipe}", smtptest.Handler{})
	pipe := filepath.Join(w.dir, "key.pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Check(t.Context(), w.options, w.env); err != nil {
		t.Fatal(err)
	}
	key := []byte(w.read("dkim.pem"))
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, key, 0o600) }()
	w.mustRun()
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	w.wantOnce(2)
	for _, m := range w.server.Messages() {
		if err := verify(t, m.Data, d); err != nil {
			t.Error(err)
		}
	}
}
