package completion

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// A clock goes on at each look.
type clock struct {
	at   time.Time
	step time.Duration
}

func (c *clock) now() time.Time {
	c.at = c.at.Add(c.step)
	return c.at
}

// Reading a long recipients file ends when enough is found, or the time is over.
func TestKeysAreBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var rows strings.Builder
	rows.WriteString("email\n")
	for i := range 5000 {
		fmt.Fprintf(&rows, "r%d@club.example\n", i)
	}
	path := filepath.Join(dir, "job.yaml")
	for name, text := range map[string]string{
		path:                             "version: 1\nrecipients: people.csv\nmessage:\n  from: o@club.example\n  subject: x\n  text: t\n",
		filepath.Join(dir, "people.csv"): rows.String(),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name  string
		typed string
		step  time.Duration // of the clock, at each look
		found int
	}{
		{"many", "", 0, most},
		{"a rare one", "r4999@", 0, 1},
		{"a rare one, too late", "r4999@", time.Millisecond, 0},
		{"an early one, with time", "r42@", time.Millisecond, 1},
		{"no time", "r42@", readTime, 0},
	} {
		c := &clock{step: tt.step}
		e := Env{Now: c.now}
		found, _ := list(e.keys)(&cobra.Command{}, []string{path}, tt.typed)
		if len(found) != tt.found {
			t.Errorf("%s: %d keys, want %d", tt.name, len(found), tt.found)
		}
	}
}

// A log is read until the time is over, and then it has no values.
func TestLogsAreBounded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	over := false
	fsys := timedFS{late: func() bool { return over }}
	f, err := fsys.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 2)
	if n, err := f.Read(b); n != 2 || err != nil {
		t.Errorf("in time, Read gives %d octets and %v", n, err)
	}
	if n, err := f.ReadAt(b, 2); n != 2 || err != nil {
		t.Errorf("in time, ReadAt gives %d octets and %v", n, err)
	}
	over = true
	if n, err := f.Read(b); n != 0 || err != errLate {
		t.Errorf("late, Read gives %d octets and %v", n, err)
	}
	if n, err := f.ReadAt(b, 0); n != 0 || err != errLate {
		t.Errorf("late, ReadAt gives %d octets and %v", n, err)
	}
	if f, err := fsys.Open(filepath.Dir(path)); err == nil {
		t.Error("a directory is opened", f.Close())
	}
}
