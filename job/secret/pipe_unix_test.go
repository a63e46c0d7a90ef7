//go:build unix

package secret

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestReadPipe: a secret may come out of a pipe, and nobody has to wait for one that does not.
func TestReadPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	if got, err := (Source{File: pipe}).Read(ctx, Env{}); !errors.Is(err, stopped) {
		t.Errorf("Read of a pipe that nobody writes into = %q, %v; want %v", got, err, stopped)
	}

	written := make(chan error, 1)
	other := filepath.Join(t.TempDir(), "other")
	if err := syscall.Mkfifo(other, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() { written <- os.WriteFile(other, []byte("s3cret\n"), 0) }()
	got, err := (Source{File: other}).Read(t.Context(), Env{})
	if err = errors.Join(err, <-written); got != "s3cret" || err != nil {
		t.Errorf("Read = %q, %v; want what was written into the pipe", got, err)
	}
}
