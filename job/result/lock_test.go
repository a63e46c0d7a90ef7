package result

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
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

// wantHeld checks that a lock is refused.
func wantHeld(t *testing.T, path, lockPath, holder string) {
	t.Helper()
	l, err := TryLock(path, "another")
	if err == nil {
		l.Unlock()
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
