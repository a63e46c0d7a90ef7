package result

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestDataSync(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := OS{}.OpenAppend(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var pe *fs.PathError
	if err := f.Sync(); !errors.As(err, &pe) || pe.Path != name {
		t.Errorf("Sync of a closed file: %v, want an error that names it", err)
	}
}

// The error of fdatasync(2) comes back, with the name of the file.
func TestDataSyncError(t *testing.T) {
	f, err := OS{}.OpenAppend("/dev/full")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var pe *fs.PathError
	if err := f.Sync(); !errors.Is(err, syscall.EINVAL) || !errors.As(err, &pe) || pe.Path != "/dev/full" {
		t.Errorf("Sync: %v, want %v of /dev/full", err, syscall.EINVAL)
	}
}
