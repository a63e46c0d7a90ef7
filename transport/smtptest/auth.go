package smtptest

import (
	"encoding/base64"
	"strings"
)

func (p *peer) auth(arg string) error {
	mechanism, first, hasFirst := strings.Cut(arg, " ")
	a := Attempt{Mechanism: strings.ToUpper(mechanism)}
	var err error
	switch {
	case p.h.Users == nil || p.user != "" || !p.hello:
		return p.say(Say(503, "5.5.1 not now"))
	case a.Mechanism == "PLAIN":
		if !hasFirst {
			first, err = p.ask("")
		}
		parts := strings.Split(first, "\x00")
		if hasFirst {
			parts = strings.Split(decode(first), "\x00")
		}
		if len(parts) == 3 {
			a.User, a.Password = parts[1], parts[2]
		}
	case a.Mechanism == "LOGIN":
		if a.User, err = p.ask("Username:"); err == nil {
			a.Password, err = p.ask("Password:")
		}
	default:
		return p.say(Say(504, "5.5.4 unknown mechanism"))
	}
	if err != nil {
		return err
	}
	return p.judge(a)
}

// judge answers an attempt.
func (p *peer) judge(a Attempt) error {
	usual := Say(535, "5.7.8 wrong user name or password")
	if want, known := p.h.Users[a.User]; known && want == a.Password {
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
