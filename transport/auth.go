package transport

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// maxCommand is the longest command line, with its end (RFC 5321, section 4.5.3.1.4).
const maxCommand = 512

// Auth is how a session authenticates (RFC 4954). Exactly one mechanism is tried, once. Neither fmt nor slog shows the
// password.
type Auth struct {
	Mechanism string // "PLAIN" or "LOGIN", any case; "": the strongest that the server offers of these
	Username  string
	Password  string
}

// String returns the mechanism and the user name.
func (a Auth) String() string {
	m := a.Mechanism
	if m == "" {
		m = "auto"
	}
	return fmt.Sprintf("%s as %q, password redacted", m, a.Username)
}

// GoString is String.
func (a Auth) GoString() string { return a.String() }

// LogValue is String, for slog.
func (a Auth) LogValue() slog.Value { return slog.StringValue(a.String()) }

// check says what is wrong with the settings. a may be nil.
func (a *Auth) check() error {
	if a == nil {
		return nil
	}
	if m := strings.ToUpper(a.Mechanism); m != "" && !slices.Contains(mechanisms(), m) {
		return fmt.Errorf("authentication mechanism %q is not supported", a.Mechanism)
	}
	if strings.ContainsRune(a.Username, 0) || strings.ContainsRune(a.Password, 0) {
		return errors.New("the user name or the password has a NUL")
	}
	return nil
}

// mechanisms are those that we speak, the strongest first.
func mechanisms() []string { return []string{"PLAIN", "LOGIN"} }

// choose returns the mechanism to use with a server that offers these.
func (a *Auth) choose(offered []string) (string, error) {
	want := mechanisms()
	if a.Mechanism != "" {
		want = []string{strings.ToUpper(a.Mechanism)}
	}
	for _, m := range want {
		if slices.Contains(offered, m) {
			return m, nil
		}
	}
	if len(offered) == 0 {
		return "", errors.New("the server offers no authentication here")
	}
	return "", fmt.Errorf("the server offers no authentication by %s, only by %s",
		strings.Join(want, " or "), escape(strings.Join(offered, ", ")))
}

// authenticate runs the AUTH exchange.
func (s *Session) authenticate() *Error {
	a := s.d.Auth
	if a == nil {
		return nil
	}
	s.stage = StageAuth
	mechanism, err := a.choose(s.caps.Auth)
	if err != nil {
		return s.misfit(err)
	}
	// first goes with the command if it can; the others answer one 334 each.
	var first string
	var responses []string
	switch mechanism {
	case "PLAIN": // RFC 4616
		response := encode("\x00" + a.Username + "\x00" + a.Password)
		if len("AUTH PLAIN ")+len(response)+2 <= maxCommand {
			first = response
		} else {
			responses = []string{response}
		}
	case "LOGIN": // prompts are not looked at, and strict servers take no initial response
		responses = []string{encode(a.Username), encode(a.Password)}
	}
	reply, e := s.startAuth(mechanism, first)
	if e != nil {
		return e
	}
	for reply.Code == 334 {
		if len(responses) == 0 {
			return s.cancelAuth("the server asked for more than " + mechanism + " has to say")
		}
		if mechanism == "PLAIN" && !isChallenge(reply) {
			return s.cancelAuth("the server's challenge is not base64")
		}
		if reply, e = s.secret(responses[0], "<redacted>"); e != nil {
			return e
		}
		responses = responses[1:]
	}
	if reply.Code != 235 {
		return s.refused(reply)
	}
	return nil
}

// startAuth sends the AUTH command with its initial response, if there is one.
func (s *Session) startAuth(mechanism, first string) (Reply, *Error) {
	if first == "" {
		return s.secret("AUTH "+mechanism, "AUTH "+mechanism)
	}
	return s.secret("AUTH "+mechanism+" "+first, "AUTH "+mechanism+" <redacted>")
}

// cancelAuth gives up an exchange in which a 334 waits for us. A "*" is never sent in any other state (RFC 4954, section 4).
func (s *Session) cancelAuth(why string) *Error {
	reply, err := s.secret("*", "*")
	if err != nil {
		return err
	}
	s.broken = s.broken || reply.Code == 421 // the server closes: no more commands (RFC 5321, section 3.8)
	e := s.misfit(errors.New(why))
	e.Reply = &reply
	return e
}

// secret sends one line of the exchange, for which shown stands in the trace, and reads the reply, in which a server's
// echo of the secret is struck out.
func (s *Session) secret(line, shown string) (Reply, *Error) {
	if err := s.ready(); err != nil {
		return Reply{}, err
	}
	s.out = append(append(s.out[:0], line...), "\r\n"...)
	s.trace('C', shown)
	if err := s.flush(s.conf.timeouts.Reply); err != nil {
		return Reply{}, err
	}
	return s.reply()
}

// redact strikes the secrets of a out of a reply's lines, as they were sent and, if decoded, as they are: outside of AUTH
// a reply may have a word that happens to be the password.
func (a *Auth) redact(lines []string, decoded bool) {
	secrets := []string{encode("\x00" + a.Username + "\x00" + a.Password), encode(a.Password)}
	if decoded {
		secrets = append(secrets, a.Password)
	}
	for i, line := range lines {
		for _, secret := range secrets {
			if secret != "" {
				line = strings.ReplaceAll(line, secret, "<redacted>")
			}
		}
		lines[i] = line
	}
}

// isChallenge reports whether a 334 is one line of base64 (RFC 4954, section 4).
func isChallenge(r Reply) bool {
	_, err := base64.StdEncoding.DecodeString(strings.TrimSpace(r.Lines[0]))
	return err == nil && len(r.Lines) == 1
}

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
