package job

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport/smtptest"
)

// A token is read once for ten minutes, again then, and again when the server
// refuses it.
func TestTokens(t *testing.T) {
	bubble(t, func(t *testing.T) {
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
	bubble(t, func(t *testing.T) {
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

// A token that becomes too old in mid-run is read again, and no row is lost.
func TestRunRenewsToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var mu sync.Mutex // guards valid and refusals
		valid, refusals := "first", 0
		h := smtptest.Handler{
			Users: map[string]string{"office": ""}, Mechanisms: []string{"XOAUTH2"},
			Auth: func(_, token string) smtptest.Reply {
				mu.Lock()
				defer mu.Unlock()
				if token == valid {
					return smtptest.Say(235, "2.7.0 welcome")
				}
				refusals++
				return smtptest.Say(535, "5.7.8 expired")
			},
		}
		taken := 0
		h.Final = func(smtptest.Message) smtptest.Reply {
			mu.Lock()
			defer mu.Unlock()
			if taken++; taken == 3 {
				valid = "second"
			}
			return smtptest.Reply{}
		}
		w := newWorld(t, 6, "workers: 1", h)
		w.write("job.yaml", `version: 1
recipients: people.csv
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt}
server: {host: mail.test, tls: none, username: office, password: {env: TOKEN}, auth: xoauth2}
delivery: {workers: 1}
`)
		reads := 0
		w.env.Secrets.Lookup = func(string) (string, bool) {
			mu.Lock()
			defer mu.Unlock()
			reads++
			return valid, true
		}
		r := w.mustRun()
		if r.Counts.Sent != 6 || refusals != 1 {
			t.Errorf("counts %+v with %d refusals, want 6 sent and 1", r.Counts, refusals)
		}
		if reads != 3 { // the check, the start, the renewal
			t.Errorf("the token was looked at %d times, want 3", reads)
		}
		w.wantOnce(6)
	})
}
