package marks

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// room returns a place in memory of the test's own, and the path of a log.
func room(t *testing.T) (place, string) {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "marks-test-")
	if err != nil {
		t.Skip("there is no memory-backed storage: ", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return place{dir: filepath.Join(dir, "own"), uid: os.Geteuid()}, filepath.Join(t.TempDir(), "ann@club.results.csv")
}

func want(t *testing.T, b Begun, pattern string) {
	t.Helper()
	if b == nil || string(b) != pattern {
		t.Errorf("the marks are %q; want %q", b, pattern)
	}
}

// What was set is read again, also beyond the first piece, while the file is open and after its
// process was killed, and by none but the journal that it is of.
func TestMarks(t *testing.T) {
	t.Parallel()
	p, log := room(t)
	f := create(p, log, "J1")
	if f == nil {
		t.Fatal("there are no marks")
	}
	defer f.Close()
	for _, n := range []int{1, 3, piece + 5, 2 * piece} {
		if err := f.Grow(n); err != nil {
			t.Fatal(err)
		}
		if err := f.Begin(n); err != nil {
			t.Fatal(err)
		}
	}
	f.Disarm(3)
	if err := f.Begin(100 * piece); err != nil { // there is no room for it
		t.Fatal(err)
	}
	pattern := bytes.Repeat([]byte{Armed}, 2*piece)
	for _, n := range []int{1, piece + 5, 2 * piece} {
		pattern[n-1] = Started
	}
	b := read(p, log, "J1", 2*piece)
	want(t, b, string(pattern))
	if !b.Has(1) || b.Has(2) || b.Has(3) || !b.Has(0) || !b.Has(2*piece+1) || !Begun(nil).Has(1) {
		t.Error("Has does not go by the marks")
	}
	if read(p, log, "J2", 1) != nil || read(p, log+"x", "J1", 1) != nil || read(p, log, "J1", 100*piece) != nil {
		t.Error("marks of another journal, of another log, or of more intents are believed")
	}
	info, err := os.Stat(f.f.Name())
	if err != nil || info.Mode().Perm() != 0o600 || strings.Contains(f.f.Name(), "ann") {
		t.Errorf("the file is %v, %v", info, err)
	}
}

// A journal's marks take the place of those of an earlier one, whose process has them still.
func TestMarksAgain(t *testing.T) {
	t.Parallel()
	p, log := room(t)
	first := create(p, log, "J1")
	second := create(p, log, "J2")
	defer first.Close()
	if err := first.Begin(1); err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if err := second.Begin(1); err != nil { // it is closed: nothing is stored
		t.Fatal(err)
	}
	if read(p, log, "J1", 1) != nil {
		t.Error("marks of an earlier journal are believed")
	}
	want(t, read(p, log, "J2", 1), ".")
}

// Where the file is not what it was, nothing is known of any intent.
func TestMarksInDoubt(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(path string) error{
		"removed":   os.Remove,
		"truncated": func(path string) error { return os.Truncate(path, head+1) },
		"zeroed": func(path string) error {
			return edit(path, func(b []byte) { b[head+1] = 0 })
		},
		"of another boot":  func(path string) error { return edit(path, func(b []byte) { b[len("mailshot marks v1,")] ^= 1 }) },
		"of another mount": func(path string) error { return edit(path, func(b []byte) { increment(b, 2) }) },
		"of another file":  func(path string) error { return edit(path, func(b []byte) { increment(b, 4) }) },
		"copied": func(path string) error {
			b, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path+"2", b, 0o600)
			}
			if err == nil {
				err = os.Rename(path+"2", path)
			}
			return err
		},
		"a link": func(path string) error {
			if err := os.Rename(path, path+"2"); err != nil {
				return err
			}
			return os.Symlink(path+"2", path)
		},
		"readable by others":             func(path string) error { return os.Chmod(path, 0o604) },
		"in a directory that others see": func(path string) error { return os.Chmod(filepath.Dir(path), 0o755) },
		"a pipe":                         pipe,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, log := room(t)
			f := create(p, log, "J1")
			defer f.Close()
			want(t, read(p, log, "J1", 2), "..")
			if err := harm(f.f.Name()); err != nil {
				t.Fatal(err)
			}
			if b := read(p, log, "J1", 2); b != nil {
				t.Errorf("the marks are %q; want none", b)
			}
		})
	}
}

func pipe(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return syscall.Mkfifo(path, 0o600)
}

func edit(path string, change func([]byte)) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	change(b)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(b)
	return err
}

// increment changes the last digit of a cell of the head.
func increment(b []byte, cell int) {
	at := 0
	for range cell + 1 {
		at += bytes.IndexByte(b[at:], ',') + 1
	}
	b[at-2] ^= 1
}

// A mark whose memory is gone is an error, and not the end of the program.
func TestMarkFaults(t *testing.T) {
	t.Parallel()
	p, log := room(t)
	f := create(p, log, "J1")
	defer f.Close()
	if err := os.Truncate(f.f.Name(), 0); err != nil {
		t.Fatal(err)
	}
	if err := f.Begin(1); err == nil || !strings.Contains(err.Error(), "marking what is on its way") {
		t.Errorf("a mark without memory: %v", err)
	}
}

// What is at the place of the directory or the file is not used unless it is the user's own, and
// is not followed.
func TestMarksGuessed(t *testing.T) {
	t.Parallel()
	for name, plant := range map[string]func(p *place, victim string) error{
		"a link to a directory":  func(p *place, victim string) error { return os.Symlink(filepath.Dir(victim), p.dir) },
		"a link to nothing":      func(p *place, victim string) error { return os.Symlink(victim+".new", p.dir) },
		"a file":                 func(p *place, _ string) error { return os.WriteFile(p.dir, nil, 0o600) },
		"a directory for others": func(p *place, _ string) error { return os.Mkdir(p.dir, 0o755) },
		"somebody's directory": func(p *place, _ string) error {
			p.uid++
			return os.Mkdir(p.dir, 0o700)
		},
		"one on a disk": func(p *place, victim string) error {
			p.dir = filepath.Join(os.TempDir(), filepath.Base(filepath.Dir(p.dir)))
			if err := os.Mkdir(p.dir, 0o700); err != nil {
				return err
			}
			t.Cleanup(func() { os.Remove(p.dir) })
			var at syscall.Statfs_t
			if err := syscall.Statfs(p.dir, &at); err != nil || uint32(at.Type) == tmpfs {
				t.Skip("the directory for temporary files is in memory")
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, log := room(t)
			victim := filepath.Join(filepath.Dir(log), "victim")
			if err := os.Chmod(filepath.Dir(log), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := plant(&p, victim); err != nil {
				t.Fatal(err)
			}
			if f := create(p, log, "J1"); f != nil {
				f.Close()
				t.Error("it is used")
			}
			if all, err := filepath.Glob(filepath.Join(filepath.Dir(log), "*")); err != nil || len(all) > 0 {
				t.Errorf("there are %v, %v", all, err)
			}
		})
	}
}

// A link at the place of the file is replaced.
func TestMarksLink(t *testing.T) {
	t.Parallel()
	p, log := room(t)
	if err := p.make(); err != nil {
		t.Fatal(err)
	}
	path, err := p.path(log)
	if err != nil {
		t.Fatal(err)
	}
	victim := filepath.Join(filepath.Dir(log), "victim")
	if err := os.WriteFile(victim, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, path); err != nil {
		t.Fatal(err)
	}
	f := create(p, log, "J1")
	defer f.Close()
	if err := f.Begin(1); err != nil {
		t.Fatal(err)
	}
	want(t, read(p, log, "J1", 1), "!")
	if b, err := os.ReadFile(victim); err != nil || string(b) != "mine" {
		t.Errorf("somebody's file is %q, %v", b, err)
	}
}

// The file of a log is found by its directory, whatever leads there, and is removed by the log's
// name.
func TestMarksOfALog(t *testing.T) {
	p, log := room(t)
	f := create(p, log, "J1")
	defer f.Close()
	other := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Dir(log), other); err != nil {
		t.Fatal(err)
	}
	want(t, read(p, filepath.Join(other, filepath.Base(log)), "J1", 1), ".")

	whole := Create(log, "J2")
	if whole == nil {
		t.Skip("this system has no place for marks")
	}
	defer whole.Close()
	if dir := filepath.Dir(whole.f.Name()); !strings.HasSuffix(dir, fmt.Sprintf("mailshot-%d", os.Geteuid())) && filepath.Base(dir) != "mailshot" {
		t.Errorf("it is in %s", dir)
	}
	want(t, Read(log, "J2", 1), ".")
	Remove(log)
	if Read(log, "J2", 1) != nil {
		t.Error("it is still there")
	}
}
