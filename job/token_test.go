package job

import (
	"sync"
	"testing"

	"mailshot/transport/smtptest"
)

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
