package smtptest

import (
	"encoding/base64"
	"slices"
	"strings"
)

// auth runs an exchange. A first response that does not come with the command is asked for.
func (p *peer) auth(arg string) error {
	mechanism, first, hasFirst := strings.Cut(arg, " ")
	a := Attempt{Mechanism: strings.ToUpper(mechanism)}
	switch {
	case p.h.Users == nil || p.user != "" || !p.hello:
		return p.say(Say(503, "5.5.1 not now"))
	case !slices.Contains(p.h.Mechanisms, a.Mechanism):
		return p.say(Say(504, "5.5.4 unknown mechanism"))
	}
	initial := func() (string, error) {
		if hasFirst {
			return decode(first), nil
		}
		return p.ask("")
	}
	var err error
	switch a.Mechanism {
	case "PLAIN":
		var text string
		text, err = initial()
		if parts := strings.Split(text, "\x00"); len(parts) == 3 {
			a.User, a.Password = parts[1], parts[2]
		}
	case "LOGIN":
		if a.User, err = p.ask("Username:"); err == nil {
			a.Password, err = p.ask("Password:")
		}
	case "CRAM-MD5":
		err = p.cramMD5(&a)
	case "SCRAM-SHA-1", "SCRAM-SHA-256":
		err = p.scram(&a, initial)
	default:
		err = p.bearer(&a, initial)
	}
	if err != nil {
		return err
	}
	return p.judge(a)
}

// judge answers an attempt.
func (p *peer) judge(a Attempt) error {
	usual := Say(535, "5.7.8 wrong user name or password")
	if p.knows(a) {
		usual = Say(235, "2.7.0 welcome")
	}
	r := usual
	if p.h.Auth != nil {
		r = p.h.Auth(a.User, a.Password).or(usual)
	}
	if a.OK = r.ok(); a.OK {
		p.user = a.User
	}
	p.note(func(s *Session) { s.Auth = append(s.Auth, a) })
	return p.say(r)
}

func (p *peer) knows(a Attempt) bool {
	want, known := p.h.Users[a.User]
	return known && want == a.Password
}

// ask sends a 334 and reads the answer.
func (p *peer) ask(prompt string) (string, error) {
	if err := p.say(Say(334, base64.StdEncoding.EncodeToString([]byte(prompt)))); err != nil {
		return "", err
	}
	line, err := p.line()
	return decode(line), err
}

func decode(s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}
