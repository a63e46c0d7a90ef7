package delivery

import (
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/job/problem"
	"mailshot/transport"
)

// copied composes messages of which others get copies.
type copied struct{ plain }

func (c copied) Compose(t *Task) (Message, error) {
	m, err := c.plain.Compose(t)
	m.Envelope.To = append(m.Envelope.To, transport.Mailbox{Local: "boss", Domain: "club.example"}, transport.Mailbox{Local: "archive", Domain: "club.example"})
	m.Cc = 1
	return m, err
}

// The address of a copy that is refused in three rows in a row is the job's, whatever
// the reply says of mailboxes.
func TestRefusedCopy(t *testing.T) {
	for _, tt := range []struct {
		name      string
		recipient int
		code      int
		every     int    // how many-th row is refused
		stop      string // "": the run does not stop
		sent      int
	}{
		{"bcc", 2, 550, 1, "bcc archive@club.example was refused in 3 rows in a row: 550 5.1.1 no such user", 0},
		{"cc", 1, 550, 1, "cc boss@club.example was refused", 0},
		{"the row's own", 0, 550, 1, "", 0},
		{"now and then", 2, 550, 2, "", 10},
		{"for now", 2, 450, 1, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDrill(t, 20, 1)
				d.config.Composers[0] = copied{}
				d.answer = func(row, _ int) error {
					if row%tt.every != 0 {
						return nil
					}
					err := said(transport.StageRcpt, tt.code, "5.1.1", "no such user").(*transport.Error)
					err.Recipient = tt.recipient
					return err
				}
				s, stopped := d.run(t.Context())
				if s.Counts.Sent != tt.sent {
					t.Errorf("%d sent, want %d", s.Counts.Sent, tt.sent)
				}
				if tt.stop == "" {
					if stopped != nil && stopped.Kind == problem.Unreachable {
						t.Errorf("stopped: %v", stopped)
					}
					return
				}
				if stopped == nil || stopped.Kind != problem.Unreachable || !strings.Contains(stopped.Error(), tt.stop) {
					t.Errorf("stopped by %v, want %q", stopped, tt.stop)
				}
				if len(d.records) != 3 {
					t.Errorf("%d records, want 3", len(d.records))
				}
			})
		})
	}
}
