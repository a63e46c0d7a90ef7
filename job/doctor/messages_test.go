package doctor

import (
	"slices"
	"strings"
	"testing"

	"mailshot/transport"
)

// How many messages a session may have is said by the server, its provider and its program.
func TestMessages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, server, delivery string
		greeting               string
		caps                   transport.Capabilities
		state                  StepState
		detail                 string // the last line
		advice                 string
	}{
		{"no limit", "host: smtp.club.example", "", "smtp.club.example ESMTP Postfix", transport.Capabilities{Pipelining: true},
			StepPassed, "for thousands of rows, `per_session: 20` is faster", ""},
		{"chosen", "host: smtp.club.example", "per_session: 50", "smtp.club.example ESMTP", transport.Capabilities{Pipelining: true},
			StepPassed, "the server announces no limit (MAILMAX of RFC 9422)", ""},
		{"announced", "host: smtp.club.example", "", "smtp.club.example ESMTP", transport.Capabilities{Pipelining: true, MailMax: 7},
			StepPassed, "for thousands of rows, `per_session: 7` is faster", ""},
		{"one alone", "host: smtp.club.example", "", "smtp.club.example ESMTP", transport.Capabilities{Pipelining: true, MailMax: 1},
			StepPassed, "the server takes 1 in a session (MAILMAX)", ""},
		{"too many", "host: smtp.club.example", "per_session: 50", "smtp.club.example ESMTP", transport.Capabilities{Pipelining: true, MailMax: 7},
			StepDoubtful, "the server takes 7 in a session (MAILMAX)", "a run keeps to the server's limit; `per_session: 7` says the same"},
		{"Exim", "host: smtp.club.example", "", "smtp.club.example ESMTP Exim 4.96", transport.Capabilities{Pipelining: true},
			StepPassed, "for thousands of rows, `per_session: 10` is faster", ""},
		{"no pipelining", "host: smtp.club.example", "per_session: 20", "smtp.club.example ESMTP", transport.Capabilities{},
			StepPassed, "it does not pipeline, so that each message takes four round trips, in whatever session", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := examination{job: jobOf(t, tt.server, tt.delivery), probe: &transport.Probe{Hellos: []transport.Hello{{Capabilities: tt.caps}}}}
			x.probe.Greeting = transport.Reply{Code: 220, Lines: []string{tt.greeting}}
			s, ok := x.messages()
			if !ok || s.State != tt.state || s.Advice != tt.advice || s.Detail[len(s.Detail)-1] != tt.detail {
				t.Errorf("%t, %+v; want %s, %q and %q", ok, s, tt.state, tt.detail, tt.advice)
			}
			if !slices.ContainsFunc(s.Detail, func(d string) bool { return strings.HasPrefix(d, "at most ") }) {
				t.Errorf("the job's own number is not in %q", s.Detail)
			}
		})
	}
}
