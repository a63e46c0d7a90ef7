package transport

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
)

// A mechanism is our side of one SASL exchange (RFC 4422). It serves once.
type mechanism interface {
	// first returns the initial response; nil if the server speaks first.
	first() []byte
	// next answers a challenge. Without a response the error is why we give up; with one it is what the server said about
	// the refusal that will follow.
	next(challenge []byte) ([]byte, error)
	// verified says why a 235 must not be believed.
	verified() error
}

// mechanism begins an exchange.
func (s *Session) mechanism(name, secret string) (mechanism, error) {
	user := s.d.Auth.Username
	switch name {
	case "PLAIN": // RFC 4616, section 2
		return &spoken{name: name, initial: []byte("\x00" + user + "\x00" + secret)}, nil
	case "LOGIN": // strict servers take no initial response
		return &spoken{name: name, rest: [][]byte{[]byte(user), []byte(secret)}}, nil
	case "CRAM-MD5":
		return &cramMD5{user: user, password: secret}, nil
	case "SCRAM-SHA-1", "SCRAM-SHA-256":
		return newSCRAM(name, user, secret, &s.d.salted)
	}
	if err := checkToken(secret); err != nil {
		return nil, err
	}
	if name == "XOAUTH2" {
		return &bearer{initial: []byte("user=" + user + "\x01auth=Bearer " + secret + "\x01\x01"), answer: []byte{}}, nil
	}
	host, port, err := net.SplitHostPort(s.d.Addr)
	if err != nil {
		return nil, err
	}
	// RFC 7628, section 3.1; the name is escaped as in RFC 5801, section 4.
	return &bearer{
		initial: []byte("n,a=" + saslName(user) + ",\x01host=" + host + "\x01port=" + port + "\x01auth=Bearer " + secret + "\x01\x01"),
		answer:  []byte{1}, // section 3.2.3
	}, nil
}

// A spoken mechanism says what it has to say, whatever the server asks.
type spoken struct {
	name    string
	initial []byte
	rest    [][]byte
}

func (m *spoken) first() []byte { return m.initial }

func (m *spoken) next([]byte) ([]byte, error) {
	if len(m.rest) == 0 {
		return nil, fmt.Errorf("the server asked for more than %s has to say", m.name)
	}
	response := m.rest[0]
	m.rest = m.rest[1:]
	if len(response) == 0 {
		response = []byte{} // nil would be none
	}
	return response, nil
}

func (m *spoken) verified() error { return nil }

// cramMD5 is RFC 2195, in which the password does not leave.
type cramMD5 struct {
	user, password string
	done           bool
}

func (m *cramMD5) first() []byte { return nil }

func (m *cramMD5) next(challenge []byte) ([]byte, error) {
	if m.done {
		return nil, errors.New("the server asked for more than CRAM-MD5 has to say")
	}
	m.done = true
	mac := hmac.New(md5.New, []byte(m.password))
	mac.Write(challenge)
	return []byte(m.user + " " + hex.EncodeToString(mac.Sum(nil))), nil
}

// verified refuses a server that has not asked. It proves nothing in this mechanism.
func (m *cramMD5) verified() error {
	if !m.done {
		return errors.New("the server ended the authentication before it began")
	}
	return nil
}

// bearer is XOAUTH2 or OAUTHBEARER (RFC 7628): a token, and in one more round the reason why it was refused.
type bearer struct {
	initial []byte
	answer  []byte // to the reason
	refused bool
}

func (m *bearer) first() []byte { return m.initial }

func (m *bearer) next(challenge []byte) ([]byte, error) {
	if m.refused {
		return nil, errors.New("the server asked for more than the token")
	}
	m.refused = true
	return m.answer, tokenRefusal(challenge)
}

func (m *bearer) verified() error { return nil }

// tokenRefusal is what a server says about a token that it refuses (RFC 7628, section 3.2.2).
func tokenRefusal(challenge []byte) error {
	var reason struct{ Status, Scope string }
	if err := json.Unmarshal(challenge, &reason); err != nil || reason.Status == "" {
		return fmt.Errorf("the server refused the token: %s", escape(short(string(challenge))))
	}
	text := "the server refused the token: status " + reason.Status
	if reason.Scope != "" {
		text += ", scope " + reason.Scope
	}
	return errors.New(escape(short(text)))
}

// short returns the beginning of s.
func short(s string) string {
	const most = 300
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// checkToken says what keeps a token from being sent. It is printable ASCII (RFC 6750, section 2.1), so that it can't end
// the field that it is in.
func checkToken(token string) error {
	if token == "" || !isPlain(token) || strings.Contains(token, " ") {
		return errors.New("the token is empty or has characters that no token has")
	}
	return nil
}

// saslName escapes a name as RFC 5802, section 5.1, asks for.
func saslName(s string) string { return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s) }
