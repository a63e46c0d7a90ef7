package sasl

import "fmt"

// A plain client says what it has to say, whatever the server asks.
type plain struct {
	name    string
	initial []byte
	rest    [][]byte
}

// startPlain begins PLAIN (RFC 4616, section 2).
func startPlain(c Credentials) (Client, error) {
	return &plain{name: "PLAIN", initial: []byte("\x00" + c.Username + "\x00" + c.Secret)}, nil
}

// startLogin begins LOGIN, which no RFC describes. Strict servers take no initial response.
func startLogin(c Credentials) (Client, error) {
	return &plain{name: "LOGIN", rest: [][]byte{[]byte(c.Username), []byte(c.Secret)}}, nil
}

func (m *plain) First() []byte { return m.initial }

func (m *plain) Next([]byte) ([]byte, error) {
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

func (m *plain) Verified() error { return nil }
