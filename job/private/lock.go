package private

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/gofrs/flock"
)

// lockSuffix makes the name of a lock from that of its log.
const lockSuffix = ".lock"

// maxLinks is how many symbolic links a log's name may lead through.
const maxLinks = 40

// Held itself holds the lock for a moment. So TryLock tries several times.
const (
	lockTries = 5
	lockPause = 20 * time.Millisecond
)

// A Lock excludes other runs from a log. It is a lock of the operating system, and
// ends with the process that holds it.
type Lock struct{ file *flock.Flock }

// A HeldError is the error where another run holds the lock.
type HeldError struct {
	Path   string // of the lock
	Holder string // the line that its holder wrote; may be empty
}

// Error returns a text that names the lock and its holder.
func (e *HeldError) Error() string {
	if e.Holder == "" {
		return fmt.Sprintf("%s is held by another run", e.Path)
	}
	return fmt.Sprintf("%s is held by another run (%s)", e.Path, e.Holder)
}

// TryLock takes the lock of the log at path, which need not exist, or returns a
// *HeldError after a tenth of a second. The lock is a file with mode 0600 beside
// the log, at the path that Resolve returns, opened as by Open. Its first line is holder (process,
// start, run); Note adds others. It is never removed, since two runs could then lock two files.
func TryLock(path, holder string) (*Lock, error) {
	path, err := Resolve(path)
	if err != nil {
		return nil, fmt.Errorf("locking the results log: %w", err)
	}
	path += lockSuffix
	f, err := Open(path)
	if err != nil {
		return nil, fmt.Errorf("locking the results log: %w", err)
	}
	defer f.Close()
	file := flock.New(path, flock.SetFlag(os.O_RDWR|noFollow))
	ok, err := tryAgain(file.TryLock)
	if err != nil {
		return nil, fmt.Errorf("locking the results log: %w", err)
	}
	if !ok {
		return nil, &HeldError{Path: path, Holder: readHolder(path)}
	}
	if err := writeHolder(f, file, holder); err != nil {
		return nil, fmt.Errorf("locking the results log: %w", errors.Join(err, file.Unlock()))
	}
	return &Lock{file}, nil
}

// writeHolder writes the line of a lock to f, which must be the file that is locked.
func writeHolder(f *os.File, lock *flock.Flock, holder string) error {
	locked, err := lock.Stat()
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(locked, info) {
		return fmt.Errorf("%s was replaced meanwhile", lock.Path())
	}
	_, notes, _ := strings.Cut(readLock(lock.Path(), maxNotes), "\n")
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(escape(holder)+"\n"+notes), 0)
	return err
}

// tryAgain calls try until it returns true or an error, for a tenth of a second.
func tryAgain(try func() (bool, error)) (ok bool, err error) {
	for n := 1; ; n++ {
		if ok, err = try(); ok || err != nil || n == lockTries {
			return ok, err
		}
		<-time.After(lockPause)
	}
}

// Held reports whether a run holds the lock of the log at path, and returns the
// line that it wrote. Held writes nothing, and does not make a concurrent TryLock
// fail. A lock that does not exist is not held.
func Held(path string) (holder string, held bool, err error) {
	path, err = Resolve(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("looking at the lock: %w", err)
	}
	path += lockSuffix
	switch err := checkNamed(path); {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, nil
	case err != nil:
		return "", false, fmt.Errorf("looking at the lock: %w", err)
	}
	file := flock.New(path, flock.SetFlag(os.O_RDONLY|noFollow))
	free, err := file.TryRLock()
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("looking at the lock: %w", err)
	}
	if free {
		return "", false, file.Unlock()
	}
	return readHolder(path), true, nil
}

// Unlock releases the lock. Its file stays.
func (l *Lock) Unlock() error { return l.file.Unlock() }

// readHolder returns the first line of a lock, without control characters.
func readHolder(path string) string {
	line, _, _ := strings.Cut(readLock(path, 1024), "\n")
	return escape(line)
}

// readLock returns what a lock's file has, but no more than most octets; "" if it can't be read.
func readLock(path string, most int64) string {
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	if checkNamed(path) != nil {
		return ""
	}
	b, _ := io.ReadAll(io.LimitReader(f, most))
	return string(b)
}

// Resolve returns the absolute path at which a log is or would be created, with
// symbolic links of the directory and of the name followed. The directory must
// exist, the log need not.
func Resolve(path string) (string, error) {
	for range maxLinks {
		abs, err := filepath.Abs(path)
		if err != nil {
			return "", err
		}
		dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
		if err != nil {
			return "", err
		}
		path = filepath.Join(dir, filepath.Base(abs))
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(dir, target)
		}
		path = target
	}
	return "", fmt.Errorf("%s: too many symbolic links", path)
}

// escape returns a text in which control characters can be seen.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
