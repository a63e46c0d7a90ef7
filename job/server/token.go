package server

import (
	"context"
	"time"
)

// tokenAge is how old a token may get: most live for an hour, and one that was
// read is not new.
const tokenAge = 10 * time.Minute

// tokens gives the sessions the token that is valid now. Its get is safe for
// concurrent use.
type tokens struct {
	read func(context.Context) (string, error)
	now  func() time.Time

	turn  chan struct{} // holds one while what follows is looked at
	value string        // "": none was read yet
	since time.Time
}

func newTokens(read func(context.Context) (string, error), now func() time.Time) *tokens {
	return &tokens{read: read, now: now, turn: make(chan struct{}, 1)}
}

// get gives a token. It is read again when it has become old, or when it is
// the one that the server refused; one reading serves all who wait for it. Of
// an old token that can't be read again the server is asked for its opinion.
func (t *tokens) get(ctx context.Context, refused string) (string, error) {
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	defer func() { <-t.turn }()
	usable := t.value != "" && t.value != refused
	if usable && t.now().Sub(t.since) <= tokenAge {
		return t.value, nil
	}
	value, err := t.read(ctx)
	switch {
	case err == nil:
		t.value, t.since = value, t.now()
	case !usable || ctx.Err() != nil:
		return "", err
	}
	return t.value, nil
}
