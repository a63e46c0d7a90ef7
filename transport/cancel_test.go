package transport_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// TestCancel: before the commit point a context that is done ends the session at once.
func TestCancel(t *testing.T) {
	stop := errors.New("stopped by hand")
	slow := smtptest.Reply{Delay: time.Hour}
	server, client := certified(t)
	for _, tt := range []struct {
		name string
		h    smtptest.Handler
		want want
	}{
		{"auth", smtptest.Handler{Users: map[string]string{user: pass}, Auth: func(string, string) smtptest.Reply { return slow }}, fails(auth, temporary, host, 0, "")},
		{"starttls", smtptest.Handler{TLS: server, StartTLS: func() smtptest.Reply { return slow }}, fails(starttls, temporary, host, 0, "")},
		{"greeting", smtptest.Handler{Greeting: func(int) smtptest.Reply { return slow }}, fails(greeting, temporary, host, 0, "")},
		{"ehlo", smtptest.Handler{Ehlo: func(string) smtptest.Reply { return slow }}, fails(ehlo, temporary, host, 0, "")},
		{"mail", smtptest.Handler{Mail: func(string) smtptest.Reply { return slow }}, fails(mail, temporary, row, 0, "")},
		{"rcpt", smtptest.Handler{Rcpt: func(string) smtptest.Reply { return slow }}, fails(rcpt, temporary, row, 0, "")},
		{"data", smtptest.Handler{Data: func() smtptest.Reply { return slow }}, fails(data, temporary, row, 0, "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, d := served(t, tt.h)
				if tt.h.TLS != nil {
					d.TLSMode, d.TLS = transport.StartTLS, client
				}
				if tt.h.Users != nil {
					withAuth("")(d)
				}
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				time.AfterFunc(time.Minute, func() { cancel(stop) })
				start := time.Now()
				_, err := d.Deliver(ctx, delivery(t))
				tt.want.check(t, err)
				if !errors.Is(err, stop) {
					t.Errorf("error = %v, want one that is %v", err, stop)
				}
				if took := time.Since(start); took != time.Minute {
					t.Errorf("took %v, want 1m", took)
				}
				s.Wait()
				if session := s.Sessions()[0]; session.Quit && tt.want.stage < mail {
					t.Errorf("commands = %q, want no QUIT", session.Commands)
				}
			})
		})
	}
}

// TestCancelBeforeMail: a row whose MAIL flight has not left is put back.
func TestCancelBeforeMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, d := served(t, smtptest.Handler{})
		d.Trace = func(e transport.Event) {
			if strings.HasPrefix(e.Text, "250 ") { // the last line of the reply to EHLO
				cancel()
			}
		}
		dl := delivery(t)
		dl.OnMail = func() { t.Error("OnMail was called") }
		_, err := d.Deliver(ctx, dl)
		fails(ehlo, temporary, host, 0, "canceled").check(t, err)
	})
}

// TestGrace: past the commit point a context that is done shortens the wait, and no more.
func TestGrace(t *testing.T) {
	stop := errors.New("stopped by hand")
	for _, tt := range []struct {
		name  string
		grace time.Duration
		delay time.Duration
		want  want
		took  time.Duration
	}{
		{"in time", 0, 3 * time.Second, want{}, 3 * time.Second},
		{"too late", 0, time.Minute, fails(final, unknown, row, 0, "stopped by hand"), 6 * time.Second},
		{"longer", 30 * time.Second, 20 * time.Second, want{}, 20 * time.Second},
		{"no longer than without", time.Hour, time.Hour, fails(final, unknown, row, 0, ""), 10 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, d := served(t, smtptest.Handler{Final: func(smtptest.Message) smtptest.Reply { return smtptest.Reply{Delay: tt.delay} }})
				d.Grace = tt.grace
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				time.AfterFunc(time.Second, func() { cancel(stop) })
				start := time.Now()
				_, err := d.Deliver(ctx, delivery(t))
				tt.want.check(t, err)
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
			})
		})
	}
}

// TestCallbacks: their order, and what a refusal to commit comes to.
func TestCallbacks(t *testing.T) {
	full := errors.New("disk full")
	for _, tt := range []struct {
		name string
		size int
		err  error
		want want
	}{
		{"small", 100, nil, want{}},
		{"small, refused", 100, full, fails(content, temporary, row, 0, "disk full")},
		{"large, refused", 300_000, full, fails(content, temporary, row, 0, "disk full")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, d := served(t, smtptest.Handler{})
				dl := delivery(t)
				dl.Message = message(t, strings.Repeat("0123456789\r\n", tt.size/12))
				var calls []string
				dl.OnMail = func() {
					synctest.Wait()
					calls = append(calls, fmt.Sprint("mail after ", len(s.Sessions()[0].Commands)))
				}
				dl.OnCommit = func() error {
					synctest.Wait()
					calls = append(calls, fmt.Sprint("commit after ", len(s.Sessions()[0].Commands)))
					return tt.err
				}
				_, err := d.Deliver(t.Context(), dl)
				tt.want.check(t, err)
				if tt.err != nil && !errors.Is(err, tt.err) {
					t.Errorf("error = %v, want one that is %v", err, tt.err)
				}
				if want := []string{"mail after 1", "commit after 4"}; !slices.Equal(calls, want) {
					t.Errorf("calls = %q, want %q", calls, want)
				}
				s.Wait()
				session := s.Sessions()[0]
				if session.InData != tt.want.failed || session.Quit == tt.want.failed || len(session.Messages) == 1 == tt.want.failed {
					t.Errorf("session = %+v", session)
				}
				if strings.HasSuffix(string(session.Partial), ".\r\n") {
					t.Errorf("the server saw an end of the message")
				}
			})
		})
	}
}

// TestCancelInCommit: a context that ends while the intent is written ends the session.
func TestCancelInCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := served(t, smtptest.Handler{})
		ctx, cancel := context.WithCancel(t.Context())
		dl := delivery(t)
		dl.OnCommit = func() error { cancel(); return nil }
		_, err := d.Deliver(ctx, dl)
		fails(content, temporary, row, 0, "canceled").check(t, err)
		s.Wait()
		if session := s.Sessions()[0]; len(session.Messages) > 0 || len(session.Partial) > 0 {
			t.Errorf("session = %+v, want nothing of the message", session)
		}
	})
}

// TestPanic: a callback that panics leaves no connection behind.
func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := served(t, smtptest.Handler{})
		dl := delivery(t)
		dl.OnCommit = func() error { panic("oh") }
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			_, _ = d.Deliver(t.Context(), dl)
		}()
		s.Wait()
		if session := s.Sessions()[0]; !session.InData || session.Quit {
			t.Errorf("session = %+v, want one that ends within the message", session)
		}
	})
}
