package result

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An intent that was taken back leaves its row as it was, and one of the same
// attempt that comes later counts, whichever of the two is taken back.
func TestDisarm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	h := NewHistory(OS{}, path, ReadOptions{}, nil)
	if err := h.Read(); err != nil {
		t.Fatal(err)
	}
	w, err := h.Begin(runOfTests)
	if err != nil {
		t.Fatal(err)
	}
	intend := func(key string) *Intent {
		i := w.Arm(&Record{Run: runOfTests, Row: 1, Line: 2, Key: key, Attempt: 1, Status: Unknown})
		if err := i.Begin(); err != nil {
			t.Fatal(err)
		}
		return i
	}
	intend("back").Disarm()
	intend("again").Disarm()
	intend("again")
	first := intend("twice")
	first.Disarm()
	intend("twice").Disarm()
	intend("open") // its group is written behind the lines that take back
	left := NewHistory(OS{}, path, ReadOptions{}, nil)
	if err := left.Read(); err != nil {
		t.Fatal(err)
	}
	if got, want := statesOf(t, left), "\"again\" unknown  1\n\"open\" unknown  1\n"; got != want {
		t.Errorf("the states are\n%swant\n%s", got, want)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// A journal of version 1 has no lines that take an intent back: there such a line
// is damage.
func TestDisarmInVersion1(t *testing.T) {
	for magic, want := range map[string]string{journalMagic1: ErrBroken.Error(), journalMagic2: "", journalMagic: ""} {
		path := filepath.Join(t.TempDir(), "a.csv")
		leave(t, path, Header())
		leave(t, path+journalSuffix, journalHead{run: runOfTests, length: int64(len(Header()))}.line(magic)+disarmLine(1)+"\n"+disarmLine(2))
		h := NewHistory(OS{}, path, ReadOptions{}, nil)
		if err := h.Read(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", magic, err, want)
		}
	}
}

func leave(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
