package state_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
	"mailshot/job/fleet/state"
	"mailshot/job/private"
)

// files are the system's, after so many starts of it.
type files struct {
	state.OS
	system, place string
	noSync        bool
}

func (f files) System(string) string { return f.system }
func (f files) Place(string) string  { return f.place }

func (f files) Create(name string) (state.File, error) {
	file, err := f.OS.Create(name)
	if f.noSync {
		file = unsynced{file}
	}
	return file, err
}

// An unsynced file can be synced when it is made, and not later.
type unsynced struct{ state.File }

var errDisk = errors.New("no space left on device")

func (u unsynced) Write(b []byte) (int, error) {
	if strings.Contains(string(b), `"head"`) {
		return u.File.Write(b)
	}
	return 0, errDisk
}

func open(t *testing.T, fsys state.FS, dir string) *state.State {
	t.Helper()
	s, err := state.Open(fsys, dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var three = &piece.Piece{Number: 5, Rows: []piece.Row{{Number: 7, Attempt: 1}, {Number: 8, Attempt: 2}, {Number: 9, Attempt: 1}}}

// sent is the word about a place of three.
func sent(place int) piece.Word {
	r := three.Rows[place]
	return piece.Word{Piece: 5, Place: place, Row: r.Number, Attempt: r.Attempt, Kind: piece.Sent, End: piece.Outcome{Code: 250, Lines: []string{"ok"}}}
}

// use keeps a piece, begins two rows, ends one of them and drops one.
func use(t *testing.T, s *state.State) {
	t.Helper()
	for _, err := range []error{
		s.Keep("run", three), s.Begin("run", 5, 0), s.Begin("run", 5, 1), s.End("run", sent(0)), s.Drop("run", []piece.Held{{Piece: 5, Rows: 1 << 2}}, true),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func check(t *testing.T, s *state.State, certain bool) {
	t.Helper()
	got, all := s.Of("run")
	if got != 5 || len(all) != 1 || len(all[0].Rows) != 3 {
		t.Fatalf("it has %d, %+v", got, all)
	}
	p := all[0]
	if p.Certain != certain {
		t.Errorf("certain is %t, want %t", p.Certain, certain)
	}
	if r := p.Rows[0]; r.Row != 7 || !r.Begun || r.Word == nil || r.Word.Kind != piece.Sent || r.Word.End.Lines[0] != "ok" || r.Dropped {
		t.Errorf("row 0: %+v", r)
	}
	if r := p.Rows[1]; r.Row != 8 || r.Attempt != 2 || !r.Begun || r.Word != nil || r.Dropped {
		t.Errorf("row 1: %+v", r)
	}
	if r := p.Rows[2]; r.Begun || r.Word != nil || !r.Dropped {
		t.Errorf("row 2: %+v", r)
	}
}

// TestOpenAgain opens a directory after kills and after starts of the system, which stay known
// after a further kill.
func TestOpenAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, files{system: "a"}, dir)
	id := s.ID()
	use(t, s)
	check(t, s, true)
	for i, tt := range []struct {
		system  string
		certain bool
	}{{"a", true}, {"b", false}, {"b", false}, {"", false}} {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, files{system: tt.system}, dir)
		check(t, s, tt.certain)
		if want := uint64(i + 2); s.ID() != id || s.Boot().Count != want {
			t.Errorf("it is %s, boot %+v; want %s, %d", s.ID(), s.Boot(), id, want)
		}
	}
	if err := s.Drop("run", []piece.Held{{Piece: 5, Rows: piece.All(3)}}, true); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, files{}, dir)
	if got, all := s.Of("run"); got != 5 || len(all) != 0 || len(s.Runs()) != 0 {
		t.Errorf("after all was dropped it has %d, %+v", got, all)
	}
	_ = s.Close()
}

// TestTorn cuts the file at every octet, as a kill in the midst of a line does, and a power cut.
func TestTorn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, files{system: "a"}, dir)
	head, err := os.ReadFile(filepath.Join(dir, "rows"))
	if err != nil {
		t.Fatal(err)
	}
	use(t, s)
	_ = s.Close()
	all, err := os.ReadFile(filepath.Join(dir, "rows"))
	if err != nil {
		t.Fatal(err)
	}
	keep := len(head) + strings.IndexByte(string(all[len(head):]), '\n') + 1
	for n := 0; n < len(all); n += 1 + n/len(head)*7 {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "rows"), all[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := state.Open(files{system: "a"}, dir, "test")
		if n < len(head) {
			if err == nil {
				t.Errorf("%d octets were taken", n)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%d octets: %v", n, err)
		}
		if got, _ := s.Of("run"); got != 5 && n >= keep {
			t.Errorf("%d octets: the piece is lost", n)
		}
		_ = s.Close()
	}
}

// TestDamaged breaks a line in the midst: no kill does so.
func TestDamaged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, files{system: "a"}, dir)
	use(t, s)
	_ = s.Close()
	name := filepath.Join(dir, "rows")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(string(text), `"begin":{"piece":5`, `"begin":{"piece":6`, 1)
	if err := os.WriteFile(name, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := state.Open(files{system: "a"}, dir, "test"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("it was opened: %v", err)
	}
	s = open(t, files{system: "b"}, dir) // a power cut may do it
	if _, all := s.Of("run"); len(all) != 1 || all[0].Certain || all[0].Rows[0].Word != nil {
		t.Errorf("it has %+v", all)
	}
	_ = s.Close()
}

func TestOneProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, files{}, dir)
	if _, err := state.Open(files{}, dir, "other"); !errors.As(err, new(*private.HeldError)) {
		t.Errorf("a second one: %v", err)
	}
	_ = s.Close()
}

func TestCopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, files{place: "17"}, dir)
	_ = s.Close()
	if _, err := state.Open(files{place: "18"}, dir, "test"); err == nil || !strings.Contains(err.Error(), "copy") {
		t.Errorf("a copy: %v", err)
	}
}

// TestFullDisk sees that nothing is begun once something could not be written.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s := open(t, files{noSync: true}, t.TempDir())
	if err := s.Keep("run", three); !errors.Is(err, errDisk) {
		t.Errorf("Keep returns %v", err)
	}
	if err := s.Begin("run", 5, 0); !errors.Is(err, errDisk) {
		t.Errorf("Begin returns %v", err)
	}
	if _, all := s.Of("run"); len(all) != 0 {
		t.Errorf("it has %+v", all)
	}
	_ = s.Close()
}

// TestWorker goes on with what is there.
func TestWorker(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, state.OS{}, dir)
	use(t, s)
	_ = s.Close()
	s = open(t, state.OS{}, dir)
	got, all := s.Of("run")
	r := protocol.NewWorker("run", s.ID(), s.Boot(), got, all).Report()
	if r.Got != 5 || len(r.Words) != 2 || r.Words[0].Kind != piece.Sent || r.Words[1].Kind != piece.InDoubt || r.Held[0].Rows != 3 {
		t.Errorf("it reports %+v", r)
	}
	_ = s.Close()
}
