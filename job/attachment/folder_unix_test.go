//go:build unix

package attachment

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFolderPipe: a pipe in the place of a file holds nothing up.
func TestFolderPipe(t *testing.T) {
	f, dir := aFolder(t, "bills/{{.x}}", "")
	if err := syscall.Mkfifo(filepath.Join(dir, "bills/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.find("bills/pipe"); err == nil || !strings.Contains(err.Error(), "it is no regular file") {
		t.Errorf("a pipe: %v", err)
	}
	o, err := f.find("bills/in")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(filepath.Join(dir, "bills/in")), os.Rename(filepath.Join(dir, "bills/pipe"), filepath.Join(dir, "bills/in"))); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Open(); !errors.Is(err, ErrChanged) {
		t.Errorf("a pipe that came later: %v", err)
	}
}
