package oauth

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/zalando/go-keyring"
)

// service is what our secrets in the desktop's keyring are kept under.
const service = "mailshot"

// keyringTime is how long the keyring is waited for: one that is locked asks the person at the desktop,
// and a run asks nobody.
const keyringTime = 10 * time.Second

// desktop is the keyring of the desktop.
type desktop struct{}

func (desktop) Get(name string) (secret string, err error) {
	err = within(func() (e error) { secret, e = keyring.Get(service, name); return e })
	if errors.Is(err, keyring.ErrNotFound) {
		return "", fs.ErrNotExist
	}
	return secret, err
}

func (desktop) Set(name, secret string) error {
	return within(func() error { return keyring.Set(service, name, secret) })
}

func (desktop) Delete(name string) error {
	err := within(func() error { return keyring.Delete(service, name) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// within calls f, and waits no longer than keyringTime. A call that comes later than that is left behind.
func within(f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	t := time.NewTimer(keyringTime)
	defer t.Stop()
	select {
	case err := <-done:
		return err
	case <-t.C:
		return fmt.Errorf("it did not answer within %s, and may be locked", keyringTime)
	}
}
