package transport_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// The events of the matrix: what the server does where a reply is expected.
const (
	twoYZ      = "2yz" // a code of this class that is not the expected one, if there is such
	threeYZ    = "3yz"
	fourYZ     = "4yz"
	fiveYZ     = "5yz"
	fourTwoOne = "421"
	endOfFile  = "end of file"
	silence    = "silence"
	garbage    = "garbage"
	wasSent    = "sent"
)

// outcomes is what a session must come to, by the place of the event: class, scope and code, where
// the code is the server's, 0 if there is no reply.
var outcomes = []struct {
	stage  string
	codes  [2]int // of 2yz and 3yz
	two    string
	three  string
	four   string
	five   string
	closes string // 421
	loss   string // end of file, silence, garbage
}{
	{"greeting", [2]int{250, 354}, "temporary host 250", "temporary host 354", "temporary host 451", "permanent host 554", "temporary host 421", "temporary host 0"},
	{"ehlo", [2]int{250, 354}, wasSent, "temporary host 354", "temporary host 451", "permanent host 554", "temporary host 421", "temporary host 0"},
	{"starttls", [2]int{250, 354}, "temporary host 250", "temporary host 354", "temporary host 451", "permanent job 554", "temporary host 421", "temporary host 0"},
	{"ehlo again", [2]int{250, 354}, wasSent, "temporary host 354", "temporary host 451", "permanent host 554", "temporary host 421", "temporary host 0"},
	{"auth", [2]int{250, 334}, "temporary host 250", "permanent job 501", "temporary host 451", "permanent job 554", "temporary host 421", "temporary host 0"},
	{"mail", [2]int{251, 354}, wasSent, "temporary row 354", "temporary row 451", "permanent row 554", "temporary row 421", "temporary row 0"},
	{"rcpt", [2]int{252, 354}, wasSent, "temporary row 354", "temporary row 451", "permanent row 554", "temporary row 421", "temporary row 0"},
	{"data", [2]int{250, 352}, "temporary row 250", "temporary row 352", "temporary row 451", "permanent row 554", "temporary row 421", "temporary row 0"},
	{"final", [2]int{252, 354}, wasSent, "unknown row 354", "temporary row 451", "permanent row 554", "temporary row 421", "unknown row 0"},
	{"quit", [2]int{250, 354}, wasSent, wasSent, wasSent, wasSent, wasSent, wasSent},
}

// A place is one reply in a session.
type place struct {
	stage string
	line  string // what the client says before, "" for the greeting
	reply string // if all goes well
}

// A play is one cell of the matrix at work.
type play struct {
	mode      transport.TLSMode
	pipelined bool
	stage     string
	event     string
	code      int

	steps    []smtptest.Step
	received strings.Builder // what the server must see
	flights  int
	over     bool // the client says no more
}

// TestMatrix: every event at every place, over plain text, STARTTLS and implicit TLS, with and
// without PIPELINING, and on connections that dribble, hesitate and put segments together. Class,
// scope, stage and code, the octets that the server sees, the flights and the time are as they must
// be; no secret is in the trace, and no goroutine is left, or the bubble would not end.
func TestMatrix(t *testing.T) {
	server, client := certified(t)
	conns := []struct {
		name string
		odd  func(net.Conn) net.Conn
	}{
		{"usual", func(c net.Conn) net.Conn { return c }},
		{"dribble", smtptest.Dribble},
		{"short writes", smtptest.ShortWrites},
		{"coalesce", smtptest.Coalesce},
	}
	for _, mode := range modes() {
		for _, o := range outcomes {
			if strings.Contains("starttls, ehlo again", o.stage) && mode != transport.StartTLS {
				continue
			}
			for _, e := range []struct {
				event string
				code  int
				want  string
			}{
				{twoYZ, o.codes[0], o.two}, {threeYZ, o.codes[1], o.three}, {fourYZ, 451, o.four}, {fiveYZ, 554, o.five},
				{fourTwoOne, 421, o.closes}, {endOfFile, 0, o.loss}, {silence, 0, o.loss}, {garbage, 0, o.loss},
			} {
				for _, pipelined := range []bool{true, false} {
					for _, conn := range conns {
						if !pipelined && conn.name != "usual" {
							continue
						}
						name := fmt.Sprintf("%v/pipelining=%t/%s/%s/%s", mode, pipelined, conn.name, o.stage, e.event)
						t.Run(name, func(t *testing.T) {
							synctest.Test(t, func(t *testing.T) {
								p := &play{mode: mode, pipelined: pipelined, stage: o.stage, event: e.event, code: e.code}
								p.write(server)
								p.run(t, client, conn.odd, e.want)
							})
						})
					}
				}
			}
		}
	}
}

// write makes the script and what the client must do.
func (p *play) write(config *tls.Config) {
	ehlo := "250-mail.test\r\n250-AUTH PLAIN"
	if p.pipelined {
		ehlo += "\r\n250-PIPELINING"
	}
	hello := "EHLO [127.0.0.1]"
	if p.mode == transport.ImplicitTLS {
		p.steps = append(p.steps, smtptest.StartTLS(config))
	}
	p.flight(place{"greeting", "", "220 mail.test"})
	if p.mode == transport.StartTLS {
		p.flight(place{"ehlo", hello, ehlo + "\r\n250 STARTTLS"})
		p.flight(place{"starttls", "STARTTLS", "220 go"})
		if !p.over {
			p.steps = append(p.steps, smtptest.StartTLS(config))
		}
		p.flight(place{"ehlo again", hello, ehlo + "\r\n250 HELP"})
	} else {
		p.flight(place{"ehlo", hello, ehlo + "\r\n250 HELP"})
	}
	p.flight(place{"auth", "AUTH PLAIN AG9mZmljZQBzM2NyZXQtaG9yc2U=", "235 welcome"})
	places := []place{{"mail", "MAIL FROM:<a@a.example>", "250 ok"}, {"rcpt", "RCPT TO:<b@b.example>", "250 ok"}, {"data", "DATA", "354 go"}}
	end := []place{{"final", text + ".", "250 taken"}, {"quit", "QUIT", "221 bye"}}
	if p.pipelined {
		p.flight(places...)
		p.flight(end...)
	} else {
		for _, pl := range append(places, end...) {
			p.flight(pl)
		}
	}
	if !p.over {
		p.steps = append(p.steps, closes)
	}
}

// flight has the client say the lines of the places in one write, and the server reply.
func (p *play) flight(places ...place) {
	if p.over {
		return
	}
	for _, pl := range places {
		switch {
		case pl.stage == "final":
			p.steps = append(p.steps, readData)
		case pl.line != "":
			p.steps = append(p.steps, expect(pl.line))
		}
		if pl.line != "" {
			p.received.WriteString(pl.line + "\r\n")
		}
	}
	if places[0].line != "" {
		p.flights++
	}
	var replies []string
	for i, pl := range places {
		if pl.stage != p.stage {
			replies = append(replies, pl.reply)
			continue
		}
		p.happen(pl, replies, places[i+1:])
		return
	}
	p.steps = append(p.steps, smtp(replies...))
}

// happen has the server do the event at a place, after the replies before it; rest are the places
// behind it.
func (p *play) happen(pl place, replies []string, rest []place) {
	say := func(lines ...string) { p.steps = append(p.steps, smtp(append(replies, lines...)...)) }
	switch p.event {
	case endOfFile, silence:
		if len(replies) > 0 {
			say()
		}
		p.over = true
		p.steps = append(p.steps, map[string]smtptest.Step{endOfFile: closes, silence: hangs}[p.event])
		return
	case garbage:
		p.over = true
		say("what?", "250 ok", "250 ok")
		return
	}
	goesOn := p.code/100 == 2 && (pl.stage == "mail" || pl.stage == "rcpt" || pl.stage == "final" || strings.HasPrefix(pl.stage, "ehlo"))
	reply := fmt.Sprintf("%d this", p.code)
	if strings.HasPrefix(pl.stage, "ehlo") && goesOn {
		reply = pl.reply
	}
	lines := []string{reply}
	for _, r := range rest {
		switch {
		case goesOn || r.stage == "quit":
			lines = append(lines, r.reply)
		default:
			lines = append(lines, "503 what for?")
		}
	}
	if p.code == 421 {
		lines = lines[:1]
	}
	say(lines...)
	inFlight := len(rest) > 0 && rest[len(rest)-1].stage == "quit"
	switch {
	case goesOn && inFlight, pl.stage == "quit":
		p.steps = append(p.steps, closes)
		p.over = true
	case goesOn:
	case p.code == 334:
		p.steps = append(p.steps, expect("*"), smtp("501 given up"))
		p.received.WriteString("*\r\n")
		p.flights++
		p.leave()
	case p.code >= 400 && p.code != 421 && !inFlight:
		p.leave()
	default: // the client closes
		p.over = true
	}
}

// leave has the client say QUIT.
func (p *play) leave() {
	p.received.WriteString("QUIT\r\n")
	p.flights++
	p.steps = append(p.steps, quit...)
	p.over = true
}

// run plays it.
func (p *play) run(t *testing.T, client *tls.Config, odd func(net.Conn) net.Conn, want string) {
	script := smtptest.Play(t, p.steps...)
	d := &transport.Dialer{Addr: "mail.test:587", TLSMode: p.mode, DialContext: smtptest.Through(script.DialContext, odd), TLS: client}
	withAuth("plain")(d)
	var rec recorder
	rec.watch(d)
	start := time.Now()
	r, err := d.Deliver(t.Context(), delivery(t))
	took := time.Since(start)
	synctest.Wait()

	got := wasSent
	if err != nil {
		e := err.(*transport.Error)
		code := 0
		if e.Reply != nil {
			code = e.Reply.Code
		}
		got = fmt.Sprintf("%v %v %d", e.Class, e.Scope, code)
		if stage := strings.TrimSuffix(p.stage, " again"); e.Stage.String() != stage {
			t.Errorf("error %v at %v, want %s", err, e.Stage, stage)
		}
	}
	if got != want {
		t.Errorf("outcome %s (%v), want %s", got, err, want)
	}
	if got, want := script.Received(), p.received.String(); got != want {
		t.Errorf("the server got %q, want %q", got, want)
	}
	if r.Flights != p.flights {
		t.Errorf("flights = %d, want %d", r.Flights, p.flights)
	}
	p.checkTime(t, took)
	noSecrets(t, rec.trace.String(), fmt.Sprint(err), fmt.Sprintf("%+v", r))
	if p.mode != transport.Plaintext {
		noSecrets(t, rec.writes...)
	}
}

// checkTime holds that only silence costs time, and no more than the time of its stage.
func (p *play) checkTime(t *testing.T, took time.Duration) {
	most := time.Second // the server is waited for to close first
	if p.event == silence {
		most += map[string]time.Duration{"final": 10 * time.Minute, "quit": 5 * time.Second}[p.stage]
		if p.stage != "final" && p.stage != "quit" {
			most += 5 * time.Minute
		}
		if p.stage == "data" && !p.pipelined {
			most -= 3 * time.Minute
		}
	}
	if took > most || p.event == silence && took < most-time.Second {
		t.Errorf("took %v, want at most %v", took, most)
	}
}
