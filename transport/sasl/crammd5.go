package sasl

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
)

// cramMD5 is RFC 2195, in which the password does not leave.
type cramMD5 struct {
	user, password string
	done           bool
}

func startCRAM(c Credentials) (Client, error) {
	return &cramMD5{user: c.Username, password: c.Secret}, nil
}

func (m *cramMD5) First() []byte { return nil }

func (m *cramMD5) Next(challenge []byte) ([]byte, error) {
	if m.done {
		return nil, errors.New("the server asked for more than CRAM-MD5 has to say")
	}
	m.done = true
	mac := hmac.New(md5.New, []byte(m.password))
	mac.Write(challenge)
	return []byte(m.user + " " + hex.EncodeToString(mac.Sum(nil))), nil
}

// Verified refuses a server that has not asked. In this mechanism a server proves nothing.
func (m *cramMD5) Verified() error {
	if !m.done {
		return errors.New("the server ended the authentication before it began")
	}
	return nil
}
