package job

import (
	"slices"
	"testing"

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
				if !slices.Contains(w.warnings, tt.says) {
					t.Errorf("it says %q, want %q", w.warnings, tt.says)
				}
			})
		})
	}
	bubble(t, func(t *testing.T) {
		w := newWorld(t, 1, "", smtptest.Handler{})
		w.mustRun()
		if len(w.warnings) > 0 {
			t.Errorf("a server that answers: %q", w.warnings)
		}
	})
}
