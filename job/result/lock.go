package result

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// lockSuffix makes the name of a lock from that of its log.
const lockSuffix = ".lock"

// maxLinks is how many symbolic links a log's name may lead through.
const maxLinks = 40

// Whoever only looks whether a lock is held, holds it himself for a moment. So
// one that can't be had is tried again.
const (
	lockTries = 5
	lockPause = 20 * time.Millisecond
)

// A Lock keeps other runs from a log. It is of the operating system, and ends
// with the process that holds it.
type Lock struct{ file *flock.Flock }

// A HeldError says that another run has the lock.
type HeldError struct {
	Path   string // of the lock
	Holder string // the line that its holder gave; may be empty
}

// Error names the lock and its holder.
func (e *HeldError) Error() string {
	if e.Holder == "" {
		return fmt.Sprintf("%s is held by another run", e.Path)
	}
	return fmt.Sprintf("%s is held by another run (%s)", e.Path, e.Holder)
}

// TryLock takes the lock of the log at path, which need not exist, or fails
// with a *HeldError after a tenth of a second. The lock is a file beside the log, where Resolve
// finds that. It says who holds it, in the one line that the caller gives
// (process, start, run), is for its owner only, and is never removed: a lock
// that is gone would keep nobody out.
func TryLock(path, holder string) (*Lock, error) {
	path, err := Resolve(path)
	if err != nil {
		return nil, fmt.Errorf("locking the results log: %w", err)
	}
	path += lockSuffix
	file := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	ok, err := tryAgain(file.TryLock)
	if err != nil {
		return nil, fmt.Errorf("locking the results log: %w", err)
	}
	if !ok {
		return nil, &HeldError{Path: path, Holder: readHolder(path)}
	}
	// The write keeps the file, and the lock with it.
	if err := os.WriteFile(path, []byte(escape(holder)+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("locking the results log: %w", errors.Join(err, file.Unlock()))
	}
	return &Lock{file}, nil
}

// tryAgain asks until the answer is yes, or for a tenth of a second.
func tryAgain(try func() (bool, error)) (ok bool, err error) {
	for n := 1; ; n++ {
		if ok, err = try(); ok || err != nil || n == lockTries {
			return ok, err
		}
		<-time.After(lockPause)
	}
}

// Held tells whether a run has the lock of the log at path, and which: the line
// that it gave. It makes and writes nothing, and keeps the lock from nobody for
// longer than TryLock waits. A lock that is not there is not held.
func Held(path string) (holder string, held bool, err error) {
	path, err = Resolve(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("looking at the lock: %w", err)
	}
	path += lockSuffix
	file := flock.New(path, flock.SetFlag(os.O_RDONLY))
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

// Unlock gives the lock back. Its file stays.
func (l *Lock) Unlock() error { return l.file.Unlock() }

// readHolder gives the first line of a lock, fit to be shown.
func readHolder(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, 1024))
	line, _, _ := strings.Cut(string(b), "\n")
	return escape(unescape(line))
}

// Resolve gives the path at which a log really is or would be made: absolute,
// symbolic links of its directory and its name followed. The directory must
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
