package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode"
)

const (
	// maxCommand is the longest command line, with its end (RFC 5321, section 4.5.3.1.4).
	maxCommand = 512
	// maxResponse is the longest line that servers must take within AUTH, with its end (RFC 4954, section 4).
	maxResponse = 12288
)

const redacted = "<redacted>"

// Auth is how a session authenticates (RFC 4954). Exactly one mechanism is tried. Neither fmt nor slog shows the password.
type Auth struct {
	// Mechanism is one of PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256, XOAUTH2 and OAUTHBEARER, in any case. "" is
	// the strongest that the server offers of those that take a password, all but the last two.
	Mechanism string
	Username  string
	Password  string // for XOAUTH2 and OAUTHBEARER the token, unless there is Token

	// Token returns the token for XOAUTH2 and OAUTHBEARER, and is called in each session, so in several at once. After the
	// server refused a token by 535 it is called once more with that token: another one is tried in the same session, the
	// same lets the refusal stand. Before, refused is "".
	Token func(ctx context.Context, refused string) (string, error)
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
	if m := strings.ToUpper(a.Mechanism); m != "" && !slices.Contains(passwordMechanisms(true), m) && !usesToken(m) {
		return fmt.Errorf("authentication mechanism %q is not supported", a.Mechanism)
	}
	if strings.ContainsRune(a.Username, 0) || strings.ContainsRune(a.Password, 0) {
		return errors.New("the user name or the password has a NUL")
	}
	if strings.ContainsFunc(a.Username, unicode.IsControl) { // one would end its field beside a token
		return errors.New("the user name has a control character")
	}
	return nil
}

// passwordMechanisms are those that take a password, the strongest first. Under TLS the password is safe on its way, and
// CRAM-MD5, for which a server must keep it as it is, comes last.
func passwordMechanisms(secure bool) []string {
	if secure {
		return []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN", "CRAM-MD5"}
	}
	return []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"}
}

// usesToken reports whether a mechanism takes a token instead of a password.
func usesToken(mechanism string) bool { return mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER" }

// choose returns the mechanism to use with a server that offers these.
func (a *Auth) choose(offered []string, secure bool) (string, error) {
	want := passwordMechanisms(secure)
	if a.Mechanism != "" {
		want = []string{strings.ToUpper(a.Mechanism)}
	}
	for _, m := range want {
		if slices.Contains(offered, m) {
			return m, nil
		}
	}
	return "", &MechanismError{Wanted: want, Offered: offered}
}

// secret returns what goes with a mechanism.
func (a *Auth) secret(ctx context.Context, mechanism, refused string) (string, error) {
	if !usesToken(mechanism) || a.Token == nil {
		return a.Password, nil
	}
	token, err := a.Token(ctx, refused)
	if err != nil {
		return "", fmt.Errorf("getting the token: %w", err)
	}
	return token, nil
}

// authenticate runs the AUTH exchange.
func (s *Session) authenticate() *Error {
	a := s.d.Auth
	if a == nil {
		return nil
	}
	s.stage = StageAuth
	name, err := a.choose(s.caps.Auth, s.receipt.TLS != nil)
	if err != nil {
		return s.misfit(err)
	}
	if s.probe != nil {
		s.probe.Mechanism = name
	}
	secret, err := a.secret(s.ctx, name, "")
	if err != nil {
		return s.noToken(err)
	}
	e := s.exchange(name, secret)
	if e == nil || e.Reply == nil || e.Reply.Code != 535 || s.broken {
		return e
	}
	// A token that is too old is no wrong password: a new one may do. A password stays the same.
	fresh, err := a.secret(s.ctx, name, secret)
	if err != nil {
		return s.noToken(err)
	}
	if fresh == secret {
		return e
	}
	s.hide(secret)
	return s.exchange(name, fresh)
}

// noToken is the error for a token that can't be had.
func (s *Session) noToken(err error) *Error {
	if s.ctx.Err() != nil {
		s.broken = true
		return &Error{Stage: s.stage, Scope: s.stage.scope(), Err: context.Cause(s.ctx)}
	}
	return s.misfit(err)
}

// exchange authenticates by one mechanism.
func (s *Session) exchange(name, secret string) *Error {
	m, err := s.mechanism(name, secret)
	if err != nil {
		return s.misfit(err)
	}
	s.password = secret
	s.hide(encode([]byte(secret)))
	first := m.first()
	line, shown := "AUTH "+name, "AUTH "+name
	// An initial response goes with the command if the line does not get too long (RFC 4954, section 4).
	if first != nil && len(line)+1+base64.StdEncoding.EncodedLen(len(first))+2 <= maxCommand {
		line += " " + encode(first)
		shown += " " + redacted
		s.hide(encode(first))
		first = nil
	}
	reply, e := s.secretLine(line, shown)
	var why error                       // what the server said about the refusal that is to come
	for e == nil && reply.Code == 334 { // every mechanism has an end of its own
		var response []byte
		switch challenge, ok := s.challenge(reply); {
		case !ok && name != "LOGIN": // whose prompts are not looked at
			return s.cancelAuth(errors.New("the server's challenge is not base64"))
		case first != nil:
			response, first = first, nil
		default:
			if response, err = m.next(challenge); response == nil {
				return s.cancelAuth(s.told(err))
			}
			why = s.told(err)
		}
		reply, e = s.respond(response)
	}
	if e == nil && s.probe != nil {
		s.probe.Auth = reply
	}
	switch {
	case e != nil:
		return e
	case reply.Code != 235: // RFC 4954, section 6
		e := s.refused(reply)
		if e.Err == nil && why != nil {
			e.Err = why
		}
		return e
	case why != nil:
		return s.distrust(why)
	}
	// A 235 proves nothing about who says it (RFC 5802, section 5).
	if err := m.verified(); err != nil {
		return s.distrust(err)
	}
	return nil
}

// distrust is the error for a server that is not what it seems.
func (s *Session) distrust(err error) *Error {
	s.broken = true
	return s.misfit(err)
}

// respond answers a challenge.
func (s *Session) respond(response []byte) (Reply, *Error) {
	line := encode(response)
	if len(line)+2 > maxResponse {
		return Reply{}, s.cancelAuth(fmt.Errorf("the password is too long for a line of %d octets", maxResponse))
	}
	if len(response) <= 1 { // an acknowledgement
		return s.secretLine(line, line)
	}
	s.hide(line)
	return s.secretLine(line, redacted)
}

// cancelAuth gives up an exchange in which a 334 waits for us. A "*" is never sent in any other state (RFC 4954, section 4).
func (s *Session) cancelAuth(why error) *Error {
	reply, err := s.secretLine("*", "*")
	if err != nil {
		return err
	}
	s.broken = s.broken || reply.Code == 421 // the server closes: no more commands (RFC 5321, section 3.8)
	e := s.misfit(why)
	e.Reply = &reply
	return e
}

// secretLine sends one line of the exchange, for which shown stands in the trace, and reads the reply.
func (s *Session) secretLine(line, shown string) (Reply, *Error) {
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

// challenge decodes a 334, which must be one line of base64 (RFC 4954, section 4).
func (s *Session) challenge(r Reply) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s.prompt))
	return b, err == nil && len(r.Lines) == 1
}

// hide has a secret struck out of the replies to come.
func (s *Session) hide(secret string) {
	if secret != "" && !slices.Contains(s.secrets, secret) {
		s.secrets = append(s.secrets, secret)
	}
}

// redact strikes the secrets out of what a server sent: within AUTH as they are and in base64, later only as they were
// sent, since a reply may have a word that happens to be the password.
func (s *Session) redact(lines []string) {
	for i, line := range lines {
		lines[i] = s.struck(line)
	}
}

// struck is redact for one line.
func (s *Session) struck(line string) string {
	secrets := s.secrets
	if s.stage == StageAuth && s.password != "" {
		secrets = append([]string{s.password}, secrets...)
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		if err == nil && strings.Contains(string(b), s.password) {
			return redacted
		}
	}
	for _, secret := range secrets {
		line = strings.ReplaceAll(line, secret, redacted)
		line = cutPart(line, secret)
	}
	return line
}

// cutPart strikes the beginning of a secret off the end of a line that was cut off there.
func cutPart(line, secret string) string {
	const least = 6 // of what is shorter there is enough in any text
	for n := min(len(line), len(secret)-1); n >= least; n-- {
		if strings.HasSuffix(line, secret[:n]) {
			return line[:len(line)-n] + redacted
		}
	}
	return line
}

// told is an error of a mechanism, which may quote the server. nil stays nil.
func (s *Session) told(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(s.struck(err.Error()))
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
