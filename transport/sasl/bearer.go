package sasl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// bearer is XOAUTH2 or OAUTHBEARER (RFC 7628): a token, and in one more round the reason why it was
// refused.
type bearer struct {
	initial []byte
	answer  []byte // to the reason
	refused bool
}

// startXOAuth2 begins XOAUTH2, which Google describes.
func startXOAuth2(c Credentials) (Client, error) {
	return startBearer(c, "user="+c.Username+"\x01", []byte{})
}

// startOAuthBearer begins OAUTHBEARER (RFC 7628, sections 3.1 and 3.2.3).
func startOAuthBearer(c Credentials) (Client, error) {
	return startBearer(c, "n,a="+escapeName(c.Username)+",\x01host="+c.Host+"\x01port="+c.Port+"\x01", []byte{1})
}

func startBearer(c Credentials, before string, answer []byte) (Client, error) {
	if err := checkToken(c.Secret); err != nil {
		return nil, err
	}
	return &bearer{initial: []byte(before + "auth=Bearer " + c.Secret + "\x01\x01"), answer: answer}, nil
}

// checkToken returns what keeps a token from being sent. It is printable ASCII (RFC 6750, section
// 2.1), so that it can't end the field that it is in.
func checkToken(token string) error {
	if token == "" || !isPrintable(token) || strings.Contains(token, " ") {
		return errors.New("the token is empty or has characters that no token has")
	}
	return nil
}

func (m *bearer) First() []byte { return m.initial }

func (m *bearer) Next(challenge []byte) ([]byte, error) {
	if m.refused {
		return nil, errors.New("the server asked for more than the token")
	}
	m.refused = true
	return m.answer, tokenRefusal(challenge)
}

func (m *bearer) Verified() error { return nil }

// tokenRefusal returns what a server says about a token that it refuses (RFC 7628, section 3.2.2).
func tokenRefusal(challenge []byte) error {
	var reason struct{ Status, Scope string }
	if err := json.Unmarshal(challenge, &reason); err != nil || reason.Status == "" {
		return fmt.Errorf("the server refused the token: %s", short(string(challenge)))
	}
	text := "the server refused the token: status " + reason.Status
	if reason.Scope != "" {
		text += ", scope " + reason.Scope
	}
	return errors.New(short(text))
}
