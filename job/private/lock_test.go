package private

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
)

func lock(t *testing.T, path, holder string) *Lock {
	t.Helper()
	l, err := TryLock(path, holder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Unlock() })
	return l
}

// realDir is a temporary directory without symbolic links in its path.
func realDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// wantHeld checks that a lock is refused, and that who looks is told so.
func wantHeld(t *testing.T, path, lockPath, holder string) {
	t.Helper()
	var err error
	synctest.Test(t, func(*testing.T) { // TryLock waits a little
		var l *Lock
		if l, err = TryLock(path, "another"); err == nil {
			l.Unlock()
		}
	})
	if who, held, err := Held(path); !held || who != holder || err != nil {
		t.Errorf("Held(%s) = %q, %t, %v; want that %q has it", path, who, held, err, holder)
	}
	var held *HeldError
	if !errors.As(err, &held) || held.Path != lockPath || held.Holder != holder {
		t.Errorf("TryLock(%s): %v; want that %s is held by %q", path, err, lockPath, holder)
	}
}

func TestLock(t *testing.T) {
	dir := realDir(t)
	path := filepath.Join(dir, "a.results.csv")
	first := lock(t, path, "process 42 since 14:05, run NAME")
	wantHeld(t, path, path+".lock", "process 42 since 14:05, run NAME")
	other := lock(t, filepath.Join(dir, "b.results.csv"), "")
	if err := errors.Join(first.Unlock(), other.Unlock()); err != nil {
		t.Fatal(err)
	}
	if got := slurp(t, path+".lock"); got != "process 42 since 14:05, run NAME\n" {
		t.Errorf("the lock holds %q when it is given back", got)
	}
	second := lock(t, path, "x\ny\x1b")
	wantHeld(t, path, path+".lock", `x\ny\x1b`)
	if got, want := slurp(t, path+".lock"), `x\ny\x1b`+"\n"; got != want {
		t.Errorf("the lock holds %q, want %q", got, want)
	}
	if info, err := os.Stat(path + ".lock"); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the log was made: %v", err)
	}
	if err := second.Unlock(); err != nil {
		t.Fatal(err)
	}
}

func TestLockWithoutDirectory(t *testing.T) {
	if _, err := TryLock(filepath.Join(t.TempDir(), "none", "a.csv"), ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("TryLock: %v, want %v", err, fs.ErrNotExist)
	}
}

// Looking at a lock makes none, writes nothing, and leaves it free.
func TestHeldLeavesNoTrace(t *testing.T) {
	dir := realDir(t)
	path := filepath.Join(dir, "a.results.csv")
	for _, name := range []string{path, filepath.Join(dir, "none", "a.results.csv")} {
		if who, held, err := Held(name); who != "" || held || err != nil {
			t.Errorf("Held(%s) without a lock = %q, %t, %v", name, who, held, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("Held made %v, %v", entries, err)
	}
	if err := lock(t, path, "me").Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path+".lock", 0o400); err != nil {
		t.Fatal(err)
	}
	if who, held, err := Held(path); who != "" || held || err != nil {
		t.Errorf("Held when it is given back = %q, %t, %v", who, held, err)
	}
	if got := slurp(t, path+".lock"); got != "me\n" {
		t.Errorf("the lock holds %q", got)
	}
	if err := os.Chmod(path+".lock", 0o600); err != nil {
		t.Fatal(err)
	}
	if err := lock(t, path, "you").Unlock(); err != nil {
		t.Fatal(err)
	}
}

// A run that begins while somebody looks at its lock gets it.
func TestLockWhileLookedAt(t *testing.T) {
	path := filepath.Join(realDir(t), "a.results.csv")
	if err := lock(t, path, "me").Unlock(); err != nil {
		t.Fatal(err)
	}
	looker := flock.New(path+".lock", flock.SetFlag(os.O_RDONLY))
	if ok, err := looker.TryRLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	synctest.Test(t, func(t *testing.T) {
		time.AfterFunc(30*time.Millisecond, func() { looker.Unlock() })
		begun := time.Now()
		l, err := TryLock(path, "a run")
		if err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(begun); waited > 100*time.Millisecond {
			t.Errorf("the lock was had after %v", waited)
		}
		if err := l.Unlock(); err != nil {
			t.Error(err)
		}
	})
}

// Whatever name a log is given, it has one lock.
func TestLockResolves(t *testing.T) {
	for _, exists := range []bool{true, false} {
		dir := realDir(t)
		real := filepath.Join(dir, "real")
		link := func(target, name string) {
			if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(real, 0o700); err != nil {
			t.Fatal(err)
		}
		link("real", "dir")
		link(filepath.Join("real", "a.csv"), "relative.csv")
		link(filepath.Join(dir, "dir", "a.csv"), "absolute.csv")
		link("relative.csv", "twice.csv")
		if exists {
			if err := os.WriteFile(filepath.Join(real, "a.csv"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		l := lock(t, filepath.Join(real, "a.csv"), "me")
		for _, name := range []string{"real/a.csv", "real/../real//a.csv", "dir/a.csv", "relative.csv", "absolute.csv", "twice.csv"} {
			wantHeld(t, filepath.Join(dir, name), filepath.Join(real, "a.csv.lock"), "me")
			got, err := Resolve(filepath.Join(dir, name))
			if want := filepath.Join(real, "a.csv"); err != nil || got != want {
				t.Errorf("Resolve(%s) = %s, %v; want %s", name, got, err, want)
			}
		}
		if err := l.Unlock(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestResolve(t *testing.T) {
	dir := realDir(t)
	if err := os.Symlink("loop", filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	if got, err := Resolve(filepath.Join(dir, "loop")); err == nil {
		t.Errorf("Resolve of a loop = %s, want an error", got)
	}
	t.Chdir(dir)
	if got, err := Resolve("a.csv"); err != nil || got != filepath.Join(dir, "a.csv") {
		t.Errorf("Resolve of a relative name = %s, %v; want it in %s", got, err, dir)
	}
}

func slurp(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
