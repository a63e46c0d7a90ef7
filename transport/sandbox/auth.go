package sandbox

import (
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mechanism is among the AUTH mechanisms that the server offers, and is none: a client that knows it
// can tell this server from one that delivers.
const Mechanism = "X-MAILSHOT-SANDBOX"

// Kept is the text of the reply to the end of a message. Nobody gets the message.
const Kept = "kept by mailshot sandbox, which delivers nothing"

// prompts has what each mechanism asks for. A client may give the first answer with its command (RFC
// 4954, section 4).
var prompts = map[string][]string{"PLAIN": {""}, "LOGIN": {"Username:", "Password:"}, "XOAUTH2": {""}, "OAUTHBEARER": {""}}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	return []string{"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", Mechanism}
}

// Auth implements smtp.AuthSession: whoever signs in is welcome, whatever the password.
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	asks, ok := prompts[mechanism]
	if !ok {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	return &anybody{asks: asks}, nil
}

// anybody lets anybody in who answers.
type anybody struct{ asks []string }

// Next implements sasl.Server. There is no response at first where the command had none.
func (a *anybody) Next(response []byte) (challenge []byte, done bool, err error) {
	if response != nil && len(a.asks) > 0 {
		a.asks = a.asks[1:]
	}
	if len(a.asks) == 0 {
		return nil, true, nil
	}
	return []byte(a.asks[0]), false, nil
}
