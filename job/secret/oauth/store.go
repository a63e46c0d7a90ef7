package oauth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// The places where tokens are kept.
const (
	InKeyring = "keyring" // of the desktop
	InFile    = "file"    // with mode 0600, in the state directory
)

// ErrNotSignedIn is that nothing is kept of an account.
var ErrNotSignedIn = errors.New("nobody has signed in")

// A Keyring keeps secrets, as that of the desktop does.
type Keyring interface {
	// Get returns a secret. The error wraps fs.ErrNotExist if there is none.
	Get(name string) (string, error)
	Set(name, secret string) error
	// Delete removes a secret. It is no error if there is none.
	Delete(name string) error
}

// A KeyringError is that the keyring can't be used.
type KeyringError struct{ Err error }

// Error says what has no keyring.
func (e *KeyringError) Error() string {
	return fmt.Sprintf("the keyring of the desktop can't be used: %v; what runs from cron, systemd or ssh needs --store file", e.Err)
}

// Unwrap returns why it can't.
func (e *KeyringError) Unwrap() error { return e.Err }

// A Store keeps what sign-ins gave, below a directory.
type Store struct {
	Dir     string
	Keyring Keyring // nil: that of the desktop
}

// Saved is what is kept of one sign-in.
type Saved struct {
	Account   string    `json:"account"`
	Client    string    `json:"client_id"`
	Endpoints Endpoints `json:"endpoints"`
	Scope     string    `json:"scope"`
	Store     string    `json:"store"` // InKeyring or InFile
	Since     time.Time `json:"since"` // of the sign-in
	Expiry    time.Time `json:"expiry,omitzero"`

	Refresh string `json:"refresh_token,omitempty"` // in the file, if Store is InFile
	Access  string `json:"access_token,omitempty"`  // likewise
}

// String tells nothing of the secrets.
func (s *Saved) String() string { return fmt.Sprintf("sign-in of %s, tokens redacted", s.Account) }

// GoString tells nothing of the secrets.
func (s *Saved) GoString() string { return s.String() }

// A slot is where the sign-in of one account with one client is kept.
type slot struct {
	store *Store
	path  string // of its file
	name  string // of its secret in a keyring
}

// slot returns the place of an account that signs in with a client, at a provider whose name, issuer or
// endpoint is given.
func (s *Store) slot(account, provider, client string) slot {
	account = strings.ToLower(account)
	sum := sha256.Sum256([]byte(account + "\x00" + provider + "\x00" + client))
	shown := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("@.-_", r) {
			return r
		}
		return '_'
	}, account)
	if len(shown) > 80 {
		shown = shown[:80]
	}
	name := shown + "-" + hex.EncodeToString(sum[:8])
	return slot{store: s, path: filepath.Join(s.Dir, "oauth", name+".json"), name: name}
}

func (s slot) keyring() Keyring {
	if s.store.Keyring != nil {
		return s.store.Keyring
	}
	return desktop{}
}

// makeDir makes the directory of the file, for its owner alone.
func (s slot) makeDir() error {
	dir := filepath.Dir(s.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is no directory", dir)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("others can write into %s: chmod 700 it", dir)
	}
	return nil
}

// lockTime is how long the lock is waited for. Its holder waits for a provider.
const (
	lockTime  = 2 * time.Minute
	lockPause = 20 * time.Millisecond
)

// lock keeps other processes from renewing until unlock is called.
func (s slot) lock(ctx context.Context) (unlock func(), err error) {
	if err := s.makeDir(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lockTime, fmt.Errorf("%s.lock is held by another process", s.path))
	defer cancel()
	file := flock.New(s.path+".lock", flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	ok, err := file.TryLockContext(ctx, lockPause)
	if err != nil || !ok {
		return nil, context.Cause(ctx)
	}
	return func() { _ = file.Unlock() }, nil
}

// load returns what is kept. The error wraps ErrNotSignedIn if that is nothing, and is a *KeyringError if
// the keyring does not give it.
func (s slot) load() (*Saved, error) {
	k, err := s.describe()
	if err != nil {
		return nil, err
	}
	if k.Store != InKeyring {
		return k, nil
	}
	k.Refresh, err = s.keyring().Get(s.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNotSignedIn
	case err != nil:
		return nil, &KeyringError{err}
	}
	return k, nil
}

// describe returns what is kept, without secrets of a keyring.
func (s slot) describe() (*Saved, error) {
	info, err := os.Lstat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotSignedIn
	}
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", s.path)
	}
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(s.path)
	if err != nil {
		return nil, err
	}
	k := &Saved{}
	if err := json.Unmarshal(text, k); err != nil {
		return nil, fmt.Errorf("%s can't be read: sign in anew", s.path)
	}
	return k, nil
}

// save keeps k, durable, in place of what was kept before.
func (s slot) save(k *Saved) error {
	if err := s.makeDir(); err != nil {
		return err
	}
	file := *k
	if k.Store == InKeyring {
		if err := s.keyring().Set(s.name, k.Refresh); err != nil {
			return &KeyringError{err}
		}
		file.Refresh, file.Access, file.Expiry = "", "", time.Time{}
	}
	text, err := json.MarshalIndent(&file, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(s.path, append(text, '\n'))
}

// writeWhole makes a file have a text, or leaves it as it was.
func writeWhole(path string, text []byte) (err error) {
	temporary := path + "." + rand.Text()[:12]
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temporary))
		}
	}()
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the names of a directory durable, where a system has that.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// remove forgets what is kept.
func (s slot) remove(k *Saved) error {
	if k.Store == InKeyring {
		if err := s.keyring().Delete(s.name); err != nil {
			return &KeyringError{err}
		}
	}
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.removeAside()
}

// removeAside removes files that a process left which was killed while it wrote.
func (s slot) removeAside() error {
	entries, err := os.ReadDir(filepath.Dir(s.path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), filepath.Base(s.path)+".")
		if ok && rest != "lock" {
			if err := os.Remove(filepath.Join(filepath.Dir(s.path), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
