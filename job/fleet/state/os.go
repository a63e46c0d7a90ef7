package state

import (
	"fmt"
	"os"

	"mailshot/job/private"
)

// OS is the system's files.
type OS struct{}

// Read implements FS.
func (OS) Read(name string) ([]byte, error) {
	if _, err := os.Lstat(name); err != nil {
		return nil, err
	}
	f, err := private.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text := make([]byte, info.Size())
	n, err := f.ReadAt(text, 0)
	if n < len(text) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return text, nil
}

// Create implements FS.
func (OS) Create(name string) (File, error) {
	f, err := private.Open(name)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(0); err != nil {
		return nil, err
	}
	return f, nil
}

// Rename implements FS.
func (OS) Rename(old, new string) error { return os.Rename(old, new) }

// SyncDir implements FS.
func (OS) SyncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	defer d.Close() // only read
	return syncDir(d)
}

// System implements FS.
func (OS) System(dir string) string { return system(dir) }

// Place implements FS.
func (OS) Place(dir string) string { return place(dir) }
