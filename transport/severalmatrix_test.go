package transport_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// lost is what a message comes to that the session was lost for.
const lost = "lost"

// severalOutcomes is what a message that is not the first of its session must come to, by the place
// of the event: as in outcomes, or lost. With an overlap it is the same.
var severalOutcomes = []struct {
	stage   string
	two     int // the code of 2yz
	becomes map[string]string
}{
	{"rset", 251, map[string]string{twoYZ: wasSent, fourYZ: lost, fiveYZ: lost, fourTwoOne: lost, endOfFile: lost, silence: lost, garbage: lost, "500": lost, "503": lost, "530": lost}},
	{"mail", 251, map[string]string{twoYZ: wasSent, fourYZ: "temporary row 451", fiveYZ: "permanent row 554", fourTwoOne: lost, endOfFile: lost, silence: lost, garbage: lost, "500": lost, "503": lost, "530": lost}},
	{"rcpt", 252, map[string]string{twoYZ: wasSent, fourYZ: "temporary row 451", fiveYZ: "permanent row 554", fourTwoOne: lost, endOfFile: lost, silence: lost, garbage: lost, "500": lost, "503": lost, "530": lost}},
	{"data", 250, map[string]string{twoYZ: lost, fourYZ: "temporary row 451", fiveYZ: "permanent row 554", fourTwoOne: lost, endOfFile: lost, silence: lost, garbage: lost, "500": lost, "503": lost, "530": lost}},
	{"final", 252, map[string]string{twoYZ: wasSent, fourYZ: "temporary row 451", fiveYZ: "permanent row 554", fourTwoOne: "temporary row 421", endOfFile: "unknown row 0", silence: "unknown row 0", garbage: "unknown row 0",
		"500": "permanent row 500", "503": "permanent row 503", "530": "permanent row 530"}},
}

// A severalPlay is a session of four messages in which something happens to one.
type severalPlay struct {
	mode    transport.TLSMode
	overlap bool
	at      int // the message, from 1
	stage   string
	event   string
	code    int

	steps    []smtptest.Step
	received strings.Builder
	unclean  bool // the message before was refused
	quiet    bool // the client says no more in the session
	leaves   bool // but QUIT
}

// TestSeveralMatrix: every event at every place of the second and the third message of a session, one
// at a time and with overlap, over plain text, STARTTLS and implicit TLS. The outcome is as it must be,
// what follows in the session is sent, or lost if the session is, and the server sees what it must.
func TestSeveralMatrix(t *testing.T) {
	t.Parallel()
	server, client := certified(t)
	for _, mode := range modes() {
		for _, overlap := range []bool{false, true} {
			for _, at := range []int{2, 3} {
				for _, o := range severalOutcomes {
					for event, becomes := range o.becomes {
						p := &severalPlay{mode: mode, overlap: overlap, at: at, stage: o.stage, event: event}
						switch event {
						case twoYZ:
							p.code = o.two
						case fourYZ:
							p.code = 451
						case fiveYZ:
							p.code = 554
						default:
							_, _ = fmt.Sscan(event, &p.code) // 0 for those without
						}
						t.Run(fmt.Sprintf("%v/overlap=%t/%d/%s/%s", mode, overlap, at, o.stage, event), func(t *testing.T) {
							synctest.Test(t, func(t *testing.T) {
								p.write(server)
								p.run(t, client, becomes)
							})
						})
					}
				}
			}
		}
	}
}

const severalMessages = 4

// severalText is a message.
func severalText(i int) string { return fmt.Sprintf("Subject: %d\r\n\r\nhello\r\n", i) }

// write makes the script of the session.
func (p *severalPlay) write(config *tls.Config) {
	p.steps = helloUnder(p.mode, config, "PIPELINING")
	p.received.WriteString("EHLO [127.0.0.1]\r\n")
	if p.mode == transport.StartTLS {
		p.received.WriteString("STARTTLS\r\nEHLO [127.0.0.1]\r\n")
	}
	var said []string // replies to the content before, where the next flight comes with it
	for i := 1; i <= severalMessages && !p.quiet; i++ {
		behind := p.overlap && i > 1 && !p.unclean
		if !behind {
			p.envelope(i)
		}
		replies, invited := p.answers(i)
		p.say(append(said, replies...))
		said = nil
		if p.quiet {
			return
		}
		if p.unclean = !invited; !invited {
			continue
		}
		// Its content, and behind it what follows.
		p.received.WriteString(severalText(i) + ".\r\n")
		p.steps = append(p.steps, readData)
		if p.overlap && i < severalMessages {
			p.envelope(i + 1)
		}
		if i == severalMessages {
			p.expect("QUIT")
		}
		reply := "250 taken"
		if i == p.at && p.stage == "final" {
			if reply = p.says(); reply == "" {
				p.quiet = true
				p.say(nil)
				return
			}
			p.unclean = p.code >= 400 && !p.overlap
		}
		if i == severalMessages {
			p.say([]string{reply, "221 bye"})
			p.steps = append(p.steps, closes)
			return
		}
		if said = []string{reply}; !p.overlap {
			p.say(said)
			said = nil
		}
		if i == p.at && p.stage == "final" && (p.code == 421 || p.event == garbage) {
			p.quiet = true
			p.say(said)
		}
	}
}

// resets reports whether message i has a RSET to which something happens: the one before is refused
// for that, and overlap is none.
func (p *severalPlay) resets(i int) bool { return p.stage == "rset" && i == p.at-1 }

// expect has the client say a line.
func (p *severalPlay) expect(line string) {
	p.steps = append(p.steps, expect(line))
	p.received.WriteString(line + "\r\n")
}

// envelope has the client say the commands of message i.
func (p *severalPlay) envelope(i int) {
	if p.unclean {
		p.expect("RSET")
	}
	p.expect("MAIL FROM:<a@a.example>")
	p.expect(fmt.Sprintf("RCPT TO:<r%d@b.example>", i))
	p.expect("DATA")
}

// answers returns the replies to the commands of message i, and whether its content follows.
func (p *severalPlay) answers(i int) (replies []string, invited bool) {
	if p.resets(i) {
		return []string{"250 ok", "550 5.1.1 who", "503 what for?"}, false
	}
	stages := []string{"rset", "mail", "rcpt", "data"}
	if !p.unclean {
		stages = stages[1:]
	}
	usual := map[string]string{"rset": "250 ok", "mail": "250 ok", "rcpt": "250 ok", "data": "354 go"}
	refused := false
	for _, stage := range stages {
		reply := usual[stage]
		switch {
		case refused && stage != "data" && p.stage == "rset":
			// The server takes it nevertheless.
		case refused:
			reply = "503 what for?"
		case i == p.at && stage == p.stage:
			if reply = p.says(); reply == "" || p.code == 421 || p.event == garbage {
				p.quiet = true
				if reply != "" {
					replies = append(replies, reply)
				}
				return replies, false
			}
			refused = p.code >= 400
			if stage == "data" && !refused {
				p.quiet = true // out of step
			}
		}
		replies = append(replies, reply)
	}
	if refused && (p.stage == "rset" || p.code == 500 || p.code == 503 || p.code == 530) {
		p.leaves = true
		return replies, false
	}
	return replies, !refused && !p.quiet
}

// says returns what is said at the place of the event; "" is nothing.
func (p *severalPlay) says() string {
	switch p.event {
	case endOfFile, silence:
		return ""
	case garbage:
		return "what?"
	}
	return fmt.Sprintf("%d this", p.code)
}

// say sends replies, and ends the session if the client says no more.
func (p *severalPlay) say(replies []string) {
	if len(replies) > 0 {
		p.steps = append(p.steps, smtp(replies...))
	}
	switch {
	case p.leaves:
		p.expect("QUIT")
		p.steps = append(p.steps, smtp("221 bye"), closes)
		p.quiet = true
	case p.quiet && p.event == endOfFile:
		p.steps = append(p.steps, closes)
	}
}

// run plays the session.
func (p *severalPlay) run(t *testing.T, client *tls.Config, becomes string) {
	play := smtptest.Play(t, p.steps...)
	d := &transport.Dialer{Addr: "mail.test:587", TLSMode: p.mode, TLS: client, DialContext: play.DialContext, NoOverlap: !p.overlap}
	d.TrustOverlap()
	s, err := d.Open(t.Context())
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	var dls []transport.Delivery
	calls := ""
	for i := 1; i <= severalMessages; i++ {
		dl := delivery(t, fmt.Sprintf("r%d@b.example", i))
		dl.Message, dl.Last = message(t, severalText(i)), i == severalMessages
		dl.OnMail = func() { calls += fmt.Sprint("m", i) }
		dl.OnCommit = func() error { calls += fmt.Sprint("c", i); return nil }
		dls = append(dls, dl)
	}
	for i := range dls {
		if i+1 < len(dls) {
			dls[i].Next = func() *transport.Delivery { return &dls[i+1] }
		}
	}
	for i := 1; i <= severalMessages; i++ {
		want := wasSent
		switch {
		case i == p.at:
			want = becomes
		case p.resets(i):
			want = "permanent row 550"
		case i > p.at && p.quiet && i <= severalMessages && p.ends(becomes):
			want = lost
		}
		r, err := s.Deliver(t.Context(), dls[i-1])
		if got := outcomeOf(err); got != want {
			t.Errorf("message %d: %v is %q, want %q", i, err, got, want)
		}
		if (r.Reply.Code/100 == 2) != (want == wasSent) {
			t.Errorf("message %d, %s: the receipt has reply %d", i, want, r.Reply.Code)
		}
		if usable, want := s.Usable(), i < severalMessages && (i < p.at || !p.ends(becomes)); usable != want {
			t.Errorf("after message %d: usable is %t, want %t", i, usable, want)
		}
	}
	s.Close()
	synctest.Wait()
	if got, want := play.Received(), p.received.String(); got != want {
		t.Errorf("the server got\n%q, want\n%q", got, want)
	}
	for i := 1; i <= severalMessages; i++ {
		if strings.Count(calls, fmt.Sprint("m", i)) > 1 || strings.Count(calls, fmt.Sprint("c", i)) > 1 {
			t.Errorf("a callback of message %d was called twice: %s", i, calls)
		}
	}
	if i := strings.Index(calls, "c1"); p.overlap && p.stage != "rset" && !strings.HasSuffix(calls[:i], "m2") {
		t.Errorf("the commands of message 2 leave with the content of message 1, and the callbacks are %s", calls)
	}
}

// ends reports whether the event ends the session.
func (p *severalPlay) ends(becomes string) bool {
	return becomes == lost || strings.HasPrefix(becomes, "unknown") || p.code == 421
}

// outcomeOf returns what a delivery came to, as severalOutcomes has it.
func outcomeOf(err error) string {
	var e *transport.Error
	switch {
	case err == nil:
		return wasSent
	case !errors.As(err, &e):
		return "no error of ours"
	case e.Lost && e.Class == temporary && e.Scope == host:
		return lost
	case e.Lost:
		return fmt.Sprintf("lost, but %v %v", e.Class, e.Scope)
	case e.Reply == nil:
		return fmt.Sprintf("%v %v 0", e.Class, e.Scope)
	}
	return fmt.Sprintf("%v %v %d", e.Class, e.Scope, e.Reply.Code)
}
