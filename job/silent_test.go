package job

import (
	"slices"
	"strings"
	"testing"

	"mailshot/job/delivery"
	"mailshot/transport/smtptest"
)

// TestSilentServer: what a silent server is waited for is told.
func TestSilentServer(t *testing.T) {
	for _, tt := range []struct {
		name string
		h    smtptest.Handler
		says string
	}{
		{"greeting", smtptest.Handler{Greeting: func(int) smtptest.Reply { return smtptest.Silent(smtptest.Hang) }}, "waiting for the greeting of mail.test:25"},
		{"EHLO", smtptest.Handler{Ehlo: func(string) smtptest.Reply { return smtptest.Silent(smtptest.Hang) }}, "waiting for mail.test:25 to answer EHLO"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, 1, "", tt.h)
				w.write("job.yaml", w.read("job.yaml"))
				if _, err := w.run(t.Context()); err == nil {
					t.Error("it has come to its end")
				}
				silent := slices.IndexFunc(w.events, func(e delivery.Event) bool { return e.Kind == delivery.Silent })
				if silent < 0 || !strings.HasPrefix(w.events[silent].Text, tt.says+": no answer yet") {
					t.Errorf("it tells %+v, want %q", w.events, tt.says)
				}
			})
		})
	}
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 1, "", smtptest.Handler{})
		w.mustRun()
		if w.heard(delivery.Silent) > 0 {
			t.Errorf("a server that answers: %+v", w.events)
		}
	})
}
