package sessions

import (
	"context"
	"errors"
	"testing"
	"time"

	"mailshot/transport"
)

// taken is a session that delivered so many messages.
type taken int

func (s taken) Deliver(context.Context, transport.Delivery) (r transport.Receipt, err error) {
	return r, nil
}
func (s taken) Usable() bool               { return true }
func (s taken) Delivered() int             { return int(s) }
func (s taken) Receipt() transport.Receipt { return transport.Receipt{} }
func (s taken) Close() error               { return nil }

// lostBy is the error of a message whose session had ended; 0: without a word.
func lostBy(code int) error {
	e := &transport.Error{Stage: transport.StageMail, Class: transport.Temporary, Scope: transport.ScopeHost, Lost: true, Err: errors.New("EOF")}
	if code > 0 {
		e.Reply = &transport.Reply{Code: code}
	}
	return e
}

// What sessions teach, in the order in which it happens.
func TestLessons(t *testing.T) {
	type lesson struct {
		delivered, code int // of a session that ended; code -1: it went well
		overlapped      bool
	}
	for _, tt := range []struct {
		name    string
		lessons []lesson
		limit   int
		overlap bool
	}{
		{"an end that is said", []lesson{{7, 421, false}}, 0, true},
		{"and is said again", []lesson{{7, 421, false}, {7, 421, false}}, 7, true},
		{"a connection that ends", []lesson{{7, 0, false}}, 0, true},
		{"and does so again", []lesson{{7, 0, false}, {7, 0, false}}, 7, true},
		{"after another number", []lesson{{7, 0, false}, {6, 0, false}}, 0, true},
		{"another session went further before", []lesson{{9, -1, false}, {7, 421, false}, {7, 421, false}}, 0, true},
		{"another session goes further then", []lesson{{1, 421, false}, {1, 421, false}, {2, -1, false}}, 0, true},
		{"less than that", []lesson{{7, 421, false}, {7, 421, false}, {5, -1, false}}, 7, true},
		{"out of place", []lesson{{3, 503, true}}, 0, true},
		{"twice", []lesson{{3, 503, true}, {3, 503, true}}, 0, false},
		{"without overlap too", []lesson{{1, 503, true}, {1, 503, true}, {1, 503, false}}, 0, false},
		{"and twice", []lesson{{1, -1, false}, {1, 503, true}, {1, 503, true}, {1, 503, false}, {1, 503, false}}, 1, false},
		{"ends at overlap twice", []lesson{{3, 0, true}, {4, 0, true}}, 0, false},
		{"nothing delivered", []lesson{{0, 421, false}}, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := New(Config{Most: 20, Overlap: true, Open: func(context.Context, func(transport.Event)) (Session, error) { return taken(0), nil }}, time.Now)
			for _, l := range tt.lessons {
				if l.code >= 0 {
					p.Lost(l.delivered, lostBy(l.code), l.overlapped)
				} else if _, _, err := p.Deliver(t.Context(), &Lease{Session: taken(l.delivered)}, transport.Delivery{}); err != nil {
					t.Fatal(err)
				}
			}
			if p.Limit() != tt.limit || p.Overlaps() != tt.overlap {
				t.Errorf("limit %d, overlap %t; want %d, %t", p.Limit(), p.Overlaps(), tt.limit, tt.overlap)
			}
		})
	}
}
