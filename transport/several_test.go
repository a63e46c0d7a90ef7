package transport_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestSeveralFlights counts the round trips of sessions of several messages, at the server and in
// the receipts: two a message where commands may leave together, and four where not.
func TestSeveralFlights(t *testing.T) {
	const messages = 5
	for _, way := range []part{{"none", 1, 0}, {"implicit", 3, 2}, {"starttls", 4, 1}} {
		for _, commands := range []struct {
			part
			each, last int // round trips of a message; of QUIT
		}{
			{part{"pipelining", 0, 0}, 2, 0},
			{part{"one by one", 0, 0}, 4, 1},
		} {
			t.Run(way.name+"/"+commands.name, func(t *testing.T) {
				t.Parallel()
				h := smtptest.Handler{Keywords: []string{"PIPELINING", "SIZE"}}
				if commands.name == "one by one" {
					h.Keywords = []string{"SIZE"}
				}
				server, d := over(t, way.name, h)
				s, err := d.Open(t.Context())
				if err != nil {
					t.Fatalf("Open: %v", err)
				}
				opening := s.Receipt().Flights
				total := opening
				for i := range messages {
					dl := delivery(t, fmt.Sprintf("r%d@b.example", i))
					dl.Last = i == messages-1
					r, err := s.Deliver(t.Context(), dl)
					if err != nil || r.Reply.Code != 250 || r.Flights != commands.each {
						t.Errorf("message %d: %v, reply %d, %d flights, want %d", i, err, r.Reply.Code, r.Flights, commands.each)
					}
					if r.BytesOut < int64(len(text)) || r.BytesOut > 2000 || r.BytesIn == 0 || r.BytesIn > 2000 || r.Timing[dial] != 0 {
						t.Errorf("message %d: %d octets out, %d in, %v connecting: not those of this message", i, r.BytesOut, r.BytesIn, r.Timing[dial])
					}
					if s.Usable() == dl.Last || s.Delivered() != i+1 {
						t.Errorf("message %d: usable %t, %d delivered", i, s.Usable(), s.Delivered())
					}
					total += r.Flights
				}
				if err := s.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
				if got, want := total, opening+messages*commands.each; got != want || opening != way.trips-way.tls {
					t.Errorf("%d flights, %d to open, want %d and %d", got, opening, want, way.trips-way.tls)
				}
				server.Wait()
				session := server.Sessions()[0]
				if want := way.trips + messages*commands.each + commands.last; session.Flights != want || len(session.Messages) != messages || !session.Quit {
					t.Errorf("the server counted %d round trips, want %d; %d messages, QUIT: %t", session.Flights, want, len(session.Messages), session.Quit)
				}
				said := strings.Join(session.Commands, " ")
				if strings.Contains(said, "RSET") || strings.Contains(said, "NOOP") || strings.Contains(strings.TrimPrefix(said, "EHLO"), "EHLO") != (way.name == "starttls") {
					t.Errorf("the client said %q", said)
				}
				if way.name != "none" && (s.Receipt().TLS == nil || s.Receipt().TLS.Version != tls.VersionTLS13) {
					t.Error("no TLS 1.3")
				}
			})
		}
	}
}

// TestSpent: a session that is closed, or was to be left, takes no message.
func TestSpent(t *testing.T) {
	server, d := served(t, smtptest.Handler{})
	for _, last := range []bool{false, true} {
		s, err := d.Open(t.Context())
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		dl := delivery(t)
		if dl.Last = last; last {
			if _, err := s.Deliver(t.Context(), dl); err != nil {
				t.Errorf("Deliver: %v", err)
			}
		} else {
			s.Close()
		}
		_, err = s.Deliver(t.Context(), delivery(t))
		var e *transport.Error
		if !errors.As(err, &e) || !e.Lost || e.Class != temporary || e.Scope != host {
			t.Errorf("last %t: Deliver = %v, want an error that is Lost", last, err)
		}
		s.Close()
	}
	server.Wait()
	if n := len(server.Messages()); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

// overlapping delivers messages in a session, each with the next one's commands behind it, and
// returns the sum of their flights.
func overlapping(t *testing.T, s *transport.Session, messages []transport.Delivery) int {
	t.Helper()
	flights := 0
	for i := range messages {
		messages[i].Last = i == len(messages)-1
		messages[i].Next = func() *transport.Delivery {
			if i == len(messages)-1 {
				return nil
			}
			return &messages[i+1]
		}
	}
	for i := range messages {
		r, err := s.Deliver(t.Context(), messages[i])
		if err != nil {
			t.Errorf("message %d: %v", i, err)
		}
		flights += r.Flights
	}
	return flights
}

// TestOverlapFlights: with overlap a message costs one round trip, and the commands of the next one
// share a write with the content.
func TestOverlapFlights(t *testing.T) {
	const messages = 5
	for _, way := range []part{{"none", 1, 0}, {"implicit", 3, 2}, {"starttls", 4, 1}} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			server, d := over(t, way.name, smtptest.Handler{})
			d.TrustOverlap()
			s, err := d.Open(t.Context())
			if err != nil {
				t.Fatalf("Open: %v", err)
			}
			var dls []transport.Delivery
			for i := range messages {
				dl := delivery(t, fmt.Sprintf("r%d@b.example", i))
				dl.Message = message(t, fmt.Sprintf("Subject: %d\r\n\r\nhello\r\n", i))
				dls = append(dls, dl)
			}
			opening := s.Receipt().Flights
			if got, want := overlapping(t, s, dls), messages+1; got != want || opening != way.trips-way.tls {
				t.Errorf("%d flights, %d to open, want %d and %d", got, opening, want, way.trips-way.tls)
			}
			if err := s.Close(); err != nil || s.Delivered() != messages {
				t.Errorf("Close: %v; %d delivered", err, s.Delivered())
			}
			server.Wait()
			session := server.Sessions()[0]
			if want := way.trips + messages + 1; session.Flights != want || !session.Quit || len(session.Messages) != messages {
				t.Errorf("the server counted %d round trips, want %d; %d messages, QUIT: %t", session.Flights, want, len(session.Messages), session.Quit)
			}
			for i, m := range session.Messages {
				if want := fmt.Sprintf("r%d@b.example", i); len(m.To) != 1 || m.To[0] != want || !strings.Contains(string(m.Data), fmt.Sprintf("Subject: %d\r\n", i)) {
					t.Errorf("message %d went to %q: %q", i, m.To, m.Data)
				}
			}
		})
	}
}
