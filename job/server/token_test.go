package server

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A token is read once for ten minutes, again then, and again when the server
// refuses it.
func TestTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		var broken error
		k := newTokens(func(context.Context) (string, error) {
			reads++
			return "token " + string(rune('0'+reads)), broken
		}, time.Now)
		for _, step := range []struct {
			what    string
			wait    time.Duration
			refused string
			broken  error
			want    string // "": an error
			reads   int
		}{
			{"first", 0, "", nil, "token 1", 1},
			{"at once", 0, "", nil, "token 1", 1},
			{"after ten minutes", 10 * time.Minute, "", nil, "token 1", 1},
			{"a moment later", time.Second, "", nil, "token 2", 2},
			{"refused", time.Minute, "token 2", nil, "token 3", 3},
			{"an older one refused", 0, "token 2", nil, "token 3", 3},
			{"old, and not to be read", time.Hour, "", errors.New("no network"), "token 3", 4},
			{"refused, and not to be read", 0, "token 3", errors.New("no network"), "", 5},
			{"well again", 0, "token 3", nil, "token 6", 6},
		} {
			<-time.After(step.wait)
			broken = step.broken
			got, err := k.get(t.Context(), step.refused)
			if got != step.want || (err == nil) != (step.want != "") || reads != step.reads {
				t.Errorf("%s: %q, %v after %d readings, want %q after %d", step.what, got, err, reads, step.want, step.reads)
			}
		}
	})
}

// Those who wait for a token while it is read share the reading, and who is
// cancelled waits no longer.
func TestTokensShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		k := newTokens(func(context.Context) (string, error) {
			reads++
			<-time.After(time.Minute)
			return "x", nil
		}, time.Now)
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				if got, err := k.get(t.Context(), ""); got != "x" || err != nil {
					t.Errorf("get: %q, %v", got, err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got, err := k.get(ctx, ""); !errors.Is(err, context.Canceled) {
			t.Errorf("get with a context that is done: %q, %v", got, err)
		}
		group.Wait()
		if reads != 1 {
			t.Errorf("%d readings, want 1", reads)
		}
	})
}
