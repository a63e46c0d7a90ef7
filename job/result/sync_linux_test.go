package result

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestQuietSync(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := OS{}.OpenAppend(name)
	if err != nil {
		t.Fatal(err)
	}
	for range threadSyncs + 3 {
		if _, err := f.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if f.(*quietFile).queue == nil {
		t.Log("the kernel has no queue to give; the syncs were made by a thread")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var pe *fs.PathError
	if err := f.Sync(); !errors.As(err, &pe) || pe.Path != name {
		t.Errorf("Sync of a closed file: %v, want an error that names it", err)
	}
}

// What has no sync gives the same error by either way.
func TestQuietSyncError(t *testing.T) {
	f, err := OS{}.OpenAppend("/dev/full")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Sync(); !errors.Is(err, syscall.EINVAL) {
		t.Errorf("Sync: %v, want %v", err, syscall.EINVAL)
	}
}
