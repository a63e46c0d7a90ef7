package main

import (
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"mailshot/job/result"
	"mailshot/transport/smtptest"
)

// A fault is what the server does wrong in one session. The zero fault is
// nothing.
type fault struct {
	stage string
	reply smtptest.Reply
	then  bool // the usual reply comes first, then the reply's action
}

// loses are the ways of a server to say nothing more.
var loses = []smtptest.Action{smtptest.Close, smtptest.Reset, smtptest.Hang}

// A schedule decides about faults by a seed and the number of the session.
type schedule struct {
	seed uint64

	mu     sync.Mutex // guards those below
	spare  int        // sessions up to this one are well
	made   map[int]fault
	began  map[int]time.Time
	sender int    // refusals of the sender so far
	next   func() // is called before the next session that is not spared; nil: nothing is
}

// of returns the fault of a session: two in five have one.
func (s *schedule) of(session int) fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session <= s.spare {
		return fault{}
	}
	if s.next != nil {
		s.next()
		s.next = nil
	}
	f := s.pick(rand.New(rand.NewPCG(s.seed, uint64(session))))
	if s.made == nil {
		s.made, s.began = make(map[int]fault), make(map[int]time.Time)
	}
	s.made[session], s.began[session] = f, time.Now()
	return f
}

// spareNext makes the session after so many be well: it is the one by which a
// run tries the server. The function is called before the one after that.
func (s *schedule) spareNext(sessions int, next func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spare, s.next = sessions+1, next
}

func (s *schedule) pick(rnd *rand.Rand) fault {
	lost := smtptest.Silent(loses[rnd.IntN(len(loses))])
	say := func(replies ...string) smtptest.Reply {
		r := replies[rnd.IntN(len(replies))]
		code := 0
		for _, c := range r[:3] {
			code = code*10 + int(c-'0')
		}
		return smtptest.Say(code, r[4:])
	}
	leaves := smtptest.Say(421, "4.3.2 closing down").Then(smtptest.Close)
	half := func(r smtptest.Reply) smtptest.Reply { return r.Then(loses[rnd.IntN(len(loses))]) }
	luck := rnd.IntN(1000)
	for _, c := range []struct {
		permille int
		fault    func() fault
	}{
		// Before MAIL a failure is the host's and makes all wait.
		{1, func() fault { return fault{"greeting", lost, false} }},
		{1, func() fault { return fault{"greeting", say("421 4.3.2 too busy", "554 no service"), false} }},
		{1, func() fault { return fault{"ehlo", lost, false} }},
		{1, func() fault { return fault{"ehlo", leaves, false} }},
		{2, func() fault { return fault{"ehlo", lost, true} }},

		{20, func() fault { return fault{"mail", say("451 4.3.0 not now", "452 4.3.1 full"), false} }},
		{15, func() fault { return fault{"mail", s.refuseSender(), false} }},
		{5, func() fault { return fault{"mail", leaves, false} }},
		{15, func() fault { return fault{"mail", lost, false} }},

		{40, func() fault {
			return fault{"rcpt", say("450 4.7.1 greylisted", "451 4.3.0 not now", "452 4.5.3 too many"), false}
		}},
		{30, func() fault {
			return fault{"rcpt", say("550 5.1.1 no such user", "553 5.1.3 bad", "554 5.7.1 no", "552 5.2.2 full"), false}
		}},
		{5, func() fault { return fault{"rcpt", leaves, false} }},
		{20, func() fault { return fault{"rcpt", lost, false} }},

		{15, func() fault { return fault{"data", say("451 4.3.0 not now", "554 5.5.1 no"), false} }},
		{5, func() fault { return fault{"data", leaves, false} }},
		{20, func() fault { return fault{"data", lost, false} }},
		{30, func() fault { return fault{"data", lost, true} }}, // within the content

		{20, func() fault { return fault{"final", say("451 4.3.0 not now", "452 4.3.1 full"), false} }},
		{20, func() fault { return fault{"final", say("550 5.7.1 spam", "552 5.3.4 too big", "554 5.6.0 no"), false} }},
		{5, func() fault { return fault{"final", leaves, false} }},
		{30, func() fault { return fault{"final", lost, false} }}, // accepted, and not said
		{10, func() fault {
			return fault{"final", smtptest.Reply{Code: 451, Text: "4.3.0 no", Before: lost.Before}, false}
		}}, // refused, and not said
		{10, func() fault {
			return fault{"final", smtptest.Reply{Code: 554, Text: "5.3.0 no", Before: lost.Before}, false}
		}},
		{10, func() fault { return fault{"final", half(smtptest.Reply{Code: 250, Raw: "250 2.0.0 O"}), false} }},
		{10, func() fault { return fault{"final", half(smtptest.Reply{Code: 250, Raw: "250-2.0.0 Ok\r\n"}), false} }},
		{10, func() fault { return fault{"final", smtptest.Reply{Delay: 11 * time.Minute}, false} }}, // too late
		{20, func() fault { return fault{"final", smtptest.Reply{Delay: 9 * time.Minute}, false} }},  // in time

		{20, func() fault { return fault{"quit", lost, false} }},
		{5, func() fault { return fault{"quit", say("451 4.3.0 not now", "554 5.5.1 no"), false} }},
	} {
		if luck -= c.permille; luck < 0 {
			return c.fault()
		}
	}
	return fault{}
}

// refuseSender never gives three equal replies in a row, which would end the
// run.
func (s *schedule) refuseSender() smtptest.Reply {
	s.sender++
	return smtptest.Say(550+s.sender%5, "5.7.1 not from you")
}

// handler makes the server keep to the schedule.
func (s *schedule) handler() smtptest.Handler {
	return smtptest.Handler{Session: func(session int) smtptest.Handler {
		f := s.of(session)
		return smtptest.Handler{
			Greeting: func(int) smtptest.Reply { return f.at("greeting") },
			Ehlo:     func(string) smtptest.Reply { return f.at("ehlo") },
			Mail:     func(string) smtptest.Reply { return f.at("mail") },
			Rcpt:     func(string) smtptest.Reply { return f.at("rcpt") },
			Data:     func() smtptest.Reply { return f.at("data") },
			Final:    func(smtptest.Message) smtptest.Reply { return f.at("final") },
			Quit:     func() smtptest.Reply { return f.at("quit") },
		}
	}}
}

// at returns the reply at a stage: the fault's at its own.
func (f fault) at(stage string) smtptest.Reply {
	switch {
	case f.stage != stage:
		return smtptest.Reply{}
	case f.then:
		return smtptest.Reply{}.Then(f.reply.Before)
	}
	return f.reply
}

// early reports whether the session ends before the server reads MAIL.
func (f fault) early() bool { return f.stage == "greeting" || f.stage == "ehlo" }

// limit reports whether the server refused the row with what is taken for a limit
// or for trouble of its own: the row may be put back then.
func (f fault) limit() bool {
	r := f.reply
	return !f.then && r.Before == smtptest.Continue && r.Code >= 400 && r.Code < 500 && (r.Code == 421 || strings.Contains(r.Text, "4.3.") || strings.Contains(r.Text, "too many"))
}

// greylists reports whether the server told the row to come later.
func (f fault) greylists() bool { return strings.Contains(f.reply.Text, "greylisted") }

// nameless reports whether MAIL leaves the client, and the server does not come to
// read for whom. The record is one of stage mail with the reply 421 or none.
func (f fault) nameless() bool {
	return f.stage == "ehlo" && f.then || f.stage == "mail" && (f.reply.Before != smtptest.Continue || f.reply.Code == 421)
}

// losesReply reports whether the end of the message is read and no reply to it gets
// through.
func (f fault) losesReply() bool {
	return f.stage == "final" && (f.reply.Before != smtptest.Continue || f.reply.Raw != "" || f.reply.Delay > 10*time.Minute)
}

// want says what the record of a session with this fault is: "sent 250",
// "failed temporary rcpt 450", "unknown". Where two are right it gives both.
func (f fault) want() (one, other string) {
	silent := f.reply.Before != smtptest.Continue
	switch {
	case f.losesReply():
		return "unknown", ""
	case f.stage == "" || f.stage == "quit" || f.stage == "final" && f.reply.Code == 0:
		return "sent", ""
	case f.stage == "data" && f.then && f.reply.Before == smtptest.Hang:
		return "unknown", "" // the whole message was read, by nobody
	case f.stage == "data" && f.then:
		// It depends on which comes first: the message's way into the
		// connection, or the end of that.
		return "unknown", "failed temporary"
	case silent:
		return "failed temporary " + f.stage, ""
	case f.reply.Code >= 500 && (f.stage != "rcpt" || f.reply.Code != 552):
		return "failed permanent " + f.stage, ""
	}
	return "failed temporary " + f.stage, ""
}

// matches reports whether a record is the one to expect.
func (f fault) matches(r *result.Record) bool {
	one, other := f.want()
	got := string(r.Status)
	if r.Status == result.Failed {
		got += " " + string(r.Class)
		if other == "" {
			got += " " + r.Stage
		}
	}
	if !f.then && f.reply.Code >= 400 && f.reply.Before == smtptest.Continue && f.stage != "quit" && r.Code != f.reply.Code {
		return false
	}
	return got == one || other != "" && got == other
}
