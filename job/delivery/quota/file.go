package quota

import (
	"crypto/sha256"
	"encoding/hex"
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

// A File is where a ledger is. Its methods are called by one goroutine.
type File interface {
	// Lock keeps other processes from appending until unlock is called.
	Lock() (unlock func() error, err error)
	// ReadFrom returns what stands from an offset on; nothing if there is no file.
	ReadFrom(offset int64) ([]byte, error)
	// Append adds lines at the end. If it is to be durable, they survive a power cut
	// once it returns.
	Append(lines []byte, durable bool) error
}

// How long the lock is tried for, which others hold for moments.
const (
	lockTries = 500
	lockPause = 20 * time.Millisecond
)

// A diskFile is a File with a path. It and its directory are made when something is
// appended.
type diskFile string

// Open returns the file of an account below a directory. Nothing is made yet.
func Open(dir, account string) File { return diskFile(Path(dir, account)) }

// Path returns where the ledger of an account is below a directory. Accounts
// that differ in nothing but case are one.
func Path(dir, account string) string {
	account = strings.ToLower(account)
	sum := sha256.Sum256([]byte(account))
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("@.-_", r) {
			return r
		}
		return '_'
	}, account)
	if len(name) > 80 {
		name = name[:80]
	}
	return filepath.Join(dir, "quota", name+"-"+hex.EncodeToString(sum[:4])+".ledger")
}

func (f diskFile) Lock() (func() error, error) {
	if err := os.MkdirAll(filepath.Dir(string(f)), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(string(f)+".lock", flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	for range lockTries {
		ok, err := lock.TryLock()
		if err != nil {
			return nil, err
		}
		if ok {
			return lock.Unlock, nil
		}
		<-time.After(lockPause)
	}
	return nil, fmt.Errorf("%s.lock is held by another process", string(f))
}

func (f diskFile) ReadFrom(offset int64) ([]byte, error) {
	file, err := os.Open(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(file)
}

func (f diskFile) Append(lines []byte, durable bool) (err error) {
	_, statErr := os.Stat(string(f))
	file, err := os.OpenFile(string(f), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(lines); err != nil {
		return err
	}
	if !durable {
		return nil
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if errors.Is(statErr, fs.ErrNotExist) {
		return syncDirs(filepath.Dir(string(f)))
	}
	return nil
}
