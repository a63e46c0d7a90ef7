package delivery

import (
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/job/problem"
	"mailshot/transport"
)

// A login that was taken before is not said to be wrong.
func TestRefusedOnce(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after int // rows that are sent before
		hint  string
	}{
		{"the first", 0, "check the password"},
		{"later", 20, "took the same login 20 times in this run"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDrill(t, 60, 1)
				d.config.ServerError = func(err error) *problem.Error {
					return problem.Fail(problem.AuthRefused, "of the server: %w", err).WithHint("check the password")
				}
				d.answer = func(row, _ int) error {
					if row <= tt.after {
						return nil
					}
					return &transport.Error{Stage: transport.StageAuth, Class: transport.Permanent, Scope: transport.ScopeJob, Reply: &transport.Reply{Code: 535, Lines: []string{"no"}}}
				}
				s, stopped := d.run(t.Context())
				if stopped == nil || stopped.Kind != problem.AuthRefused || !strings.Contains(stopped.Hint, tt.hint) || s.Counts.Sent != tt.after {
					t.Errorf("stopped by %v, hint %q, %d sent; want %q", stopped, stopped.Hint, s.Counts.Sent, tt.hint)
				}
			})
		})
	}
}
