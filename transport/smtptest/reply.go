package smtptest

import (
	"fmt"
	"strings"
	"time"
)

// An Action is what a server does beside replying.
type Action uint8

// The actions.
const (
	Continue Action = iota // go on
	Close                  // close the connection
	Reset                  // reset the connection: the client gets ECONNRESET
	Hang                   // say nothing more until the client goes
)

// A Reply is a server's reply to a command. The zero Reply is the usual one: yes.
type Reply struct {
	Code   int           // 0: the usual code
	Text   string        // lines are divided by "\n"; "": the usual text if the code is, too
	Raw    string        // octets to send as they are, instead of Code and Text
	Delay  time.Duration // before all else
	Before Action        // done instead of replying, unless it is Continue
	Wait   time.Duration // after replying
	After  Action        // done after all else
}

// Say returns a reply, as in Say(550, "5.1.1 no such user").
func Say(code int, text string) Reply { return Reply{Code: code, Text: text} }

// Raw returns a reply of the given octets.
func Raw(octets string) Reply { return Reply{Raw: octets} }

// Silent returns what is no reply at all, but an action: Silent(Close), Silent(Hang).
func Silent(a Action) Reply { return Reply{Before: a} }

// Then returns r followed by an action.
func (r Reply) Then(a Action) Reply {
	r.After = a
	return r
}

// or returns r with what is zero in it taken from the usual reply.
func (r Reply) or(usual Reply) Reply {
	if r.Code == 0 && r.Raw == "" {
		r.Code, r.Text = usual.Code, usual.Text
	}
	if r.After == Continue && r.Code == usual.Code {
		r.After = usual.After
	}
	return r
}

// ok reports whether the reply is positive.
func (r Reply) ok() bool { return r.Before == Continue && r.Raw == "" && r.Code/100 <= 3 }

// wire returns the octets of the reply.
func (r Reply) wire() string {
	if r.Raw != "" {
		return r.Raw
	}
	lines := strings.Split(r.Text, "\n")
	var b strings.Builder
	for i, line := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		fmt.Fprintf(&b, "%d%s%s\r\n", r.Code, sep, line)
	}
	return b.String()
}
