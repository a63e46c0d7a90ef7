package transport_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// A contentEnd is the end of a message that a whim saw.
type contentEnd struct {
	content string
	to      []string // the RCPT commands for which it was
	said    int      // the code of the reply; 0: none
}

// FuzzSeveral: whatever a server does in a session of several messages, with overlap or without,
//
//   - no message is ended twice, and none goes to the recipient of another,
//   - a message is committed only after a 354 of its own,
//   - it counts as sent only if the server saw its end and said 2yz to it,
//   - if it is lost, or failed without a reply, the server has not seen its end,
//   - what the server answered is the outcome, or it is unknown,
//   - nothing is said after 421 or what is no reply, or in a session that is not usable,
//   - and it ends in time.
func FuzzSeveral(f *testing.F) {
	// Four octets up to the reply to EHLO, and one or two for each reply, as in FuzzSession.
	for at := range 14 {
		for op := range byte(9) {
			program := append([]byte("\x00\x00\x01\x00"), make([]byte, at)...)
			for _, argument := range []byte{0, 3, 12} {
				if f.Add(append(program, op+7, argument), byte(0)); op < 2 {
					f.Add(append(program, op+7, argument), byte(0xff))
				}
			}
			f.Add(append(program, op+7), byte(0xff))
		}
	}
	f.Fuzz(func(t *testing.T, program []byte, overlaps byte) {
		if len(program) > 100 {
			t.Skip("long")
		}
		synctest.Test(t, func(t *testing.T) { fuzzSeveral(t, program, overlaps) })
	})
}

// TestSeveralWhims is FuzzSeveral for programs in which one reply in six is odd.
func TestSeveralWhims(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	synctest.Test(t, func(t *testing.T) {
		for i := 0; i < 3000 && !t.Failed(); i++ {
			program := []byte("\x00\x00\x01\x00")
			if r.IntN(4) == 0 {
				program[1] = 1 // no pipelining
			}
			for range 24 {
				op := byte(0)
				if r.IntN(6) == 0 {
					op = byte(r.IntN(256))
				}
				program = append(program, op)
			}
			if fuzzSeveral(t, program, byte(r.IntN(256))); t.Failed() {
				t.Logf("program %q", program)
			}
		}
	})
}

// A rowOfSeveral is what became of one message.
type rowOfSeveral struct {
	mails, commits int
	called         bool // it was given to Deliver
	err            error
}

func fuzzSeveral(t *testing.T, program []byte, overlaps byte) {
	client, server := smtptest.Pair()
	w := &whim{conn: server, program: program}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.serve()
	}()
	d := &transport.Dialer{Addr: "mail.test:587", TLSMode: transport.Plaintext, DialContext: func(context.Context, string, string) (net.Conn, error) { return client, nil }}
	if overlaps&0x80 == 0 {
		d.TrustOverlap()
	}
	const messages = 5
	rows := make([]rowOfSeveral, messages)
	dls := make([]transport.Delivery, messages)
	commits := 0
	for i := range dls {
		dls[i] = delivery(t, fmt.Sprintf("r%d@b.example", i))
		dls[i].Message, dls[i].Last = message(t, severalText(i)), i == messages-1
		dls[i].OnMail = func() { rows[i].mails++ }
		dls[i].OnCommit = func() error {
			rows[i].commits++
			if commits++; commits > w.invites {
				t.Errorf("message %d is the %d. to be committed, after %d replies of 354", i, commits, w.invites)
			}
			return nil
		}
		if overlaps>>i&1 == 1 && i < messages-1 {
			dls[i].Next = func() *transport.Delivery { return &dls[i+1] }
		}
	}
	start := time.Now()
	s, err := d.Open(t.Context())
	for i := range dls {
		if err != nil {
			break
		}
		usable := s.Usable()
		said := s.Receipt().BytesOut
		rows[i].called = true
		_, rows[i].err = s.Deliver(t.Context(), dls[i])
		if !usable && (outcomeOf(rows[i].err) != lost || s.Receipt().BytesOut != said) {
			t.Errorf("message %d: %v, in a session that is not usable", i, rows[i].err)
		}
	}
	if err == nil {
		s.Close()
	}
	if took := time.Since(start); took > 3*time.Hour {
		t.Errorf("took %v", took)
	}
	server.Close()
	<-done
	for i, r := range rows {
		r.check(t, w, i)
	}
	for _, end := range w.ends {
		if !strings.HasPrefix(end.content, "Subject: ") && len(end.to) > 0 {
			t.Errorf("%q got %q", end.to, end.content)
		}
	}
	if w.after > 0 {
		t.Errorf("%d octets after the end; commands %q", w.after, w.commands)
	}
	if n := strings.Count(strings.Join(w.commands, "\n"), "QUIT"); n > 1 {
		t.Errorf("%d QUIT", n)
	}
}

// check compares what became of message i with what the server saw.
func (r rowOfSeveral) check(t *testing.T, w *whim, i int) {
	t.Helper()
	own := fmt.Sprintf("RCPT TO:<r%d@b.example>", i)
	said, ends := 0, 0
	for _, end := range w.ends {
		if end.content != severalText(i) {
			continue
		}
		ends++
		said = end.said
		for _, to := range end.to {
			if to != own {
				t.Errorf("message %d went to %q", i, end.to)
			}
		}
	}
	var e *transport.Error
	errors.As(r.err, &e)
	asked := strings.Contains(strings.Join(w.commands, "\n"), own)
	switch {
	case ends > 1 || r.commits > 1 || r.mails > 1:
		t.Errorf("message %d: ended %d times, committed %d, %d MAIL", i, ends, r.commits, r.mails)
	case ends > r.commits:
		t.Errorf("message %d: ended, and not committed", i)
	case asked && r.mails == 0:
		t.Errorf("message %d: MAIL without OnMail", i)
	case !r.called:
	case r.err == nil && (said/100 != 2 || said == 221):
		t.Errorf("message %d: sent, and the server said %d", i, said)
	case r.err != nil && e == nil:
		t.Errorf("message %d: %v is no *Error", i, r.err)
	case r.err == nil:
	case e.Lost && (r.commits > 0 || outcomeOf(r.err) != lost):
		t.Errorf("message %d: lost after %d commits: %v", i, r.commits, e)
	case e.Class == unknown && r.commits == 0:
		t.Errorf("message %d: unknown, and not committed: %v", i, e)
	case e.Class != unknown && ends > 0 && (e.Reply == nil || e.Reply.Code != said || e.Stage != final):
		t.Errorf("message %d: %v, and the server said %d", i, e, said)
	case said >= 400 && e.Class == unknown:
		t.Errorf("message %d: %v, and the server said %d", i, e, said)
	}
}
