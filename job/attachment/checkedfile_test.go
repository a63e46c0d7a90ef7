package attachment

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWatchedFile: a file that changes while it is read ends with an error,
// however it is read, and is not opened once more.
func TestWatchedFile(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(path string) error
		bad    bool
	}{
		{"as it was", func(string) error { return nil }, false},
		{"written over", func(p string) error {
			return errors.Join(os.WriteFile(p, []byte("OCTETS"), 0o600), os.Chtimes(p, time.Time{}, time.Unix(2, 0)))
		}, true},
		{"longer", func(p string) error { return os.WriteFile(p, []byte("octets and more"), 0o600) }, true},
		{"shorter", func(p string) error { return os.Truncate(p, 3) }, true},
		{"touched", func(p string) error { return os.Chtimes(p, time.Time{}, time.Unix(2, 0)) }, true},
	} {
		for name, read := range map[string]func(r io.Reader) error{
			"read":  func(r io.Reader) error { _, err := io.ReadAll(r); return err },
			"write": func(r io.Reader) error { _, err := io.Copy(io.Discard, r); return err },
		} {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "file")
				if err := errors.Join(os.WriteFile(path, []byte("octets"), 0o600), os.Chtimes(path, time.Time{}, time.Unix(1, 0))); err != nil {
					t.Fatal(err)
				}
				o, err := openRegular(path, os.Stat, os.OpenFile)
				if err != nil {
					t.Fatal(err)
				}
				r, err := o.Open()
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close()
				if _, err := io.ReadFull(r, make([]byte, 2)); err != nil {
					t.Fatal(err)
				}
				if err := tt.change(path); err != nil {
					t.Fatal(err)
				}
				if err := read(r); errors.Is(err, ErrChanged) != tt.bad || !tt.bad && err != nil {
					t.Errorf("reading on: %v; want an error %t", err, tt.bad)
				}
				again, err := o.Open()
				if errors.Is(err, ErrChanged) != tt.bad || !tt.bad && err != nil {
					t.Errorf("opening again: %v; want an error %t", err, tt.bad)
				}
				if err == nil {
					again.Close()
				}
			})
		}
	}
}
