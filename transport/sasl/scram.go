package sasl

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
)

// Limits on the iterations that a server may ask for: fewer protect too little (RFC 7677, section 4), more are an attack.
// Nothing ends the computation, and those of several sessions wait for each other; at most it takes a second.
const (
	minIterations = 4096
	maxIterations = 2_000_000
)

// scram is RFC 5802 with SHA-1, or RFC 7677 with SHA-256, without channel binding: the password does not leave, and the
// server proves that it knows what it was made of.
type scram struct {
	hash     func() hash.Hash
	user     string // prepared and escaped
	password string // prepared
	nonce    string
	keys     *KeyCache

	bare   string // our first message, without what is about channel binding
	server []byte // the proof that the server owes
	step   int
	proved bool
}

func startSCRAM1(c Credentials) (Client, error)   { return newSCRAM(sha1.New, c) }
func startSCRAM256(c Credentials) (Client, error) { return newSCRAM(sha256.New, c) }

// newSCRAM prepares an exchange.
func newSCRAM(h func() hash.Hash, c Credentials) (*scram, error) {
	m := &scram{hash: h, keys: c.Keys}
	prepared, err := saslPrep(c.Username)
	if err != nil {
		return nil, fmt.Errorf("user name: %w", err)
	}
	m.user = escapeName(prepared)
	if m.password, err = saslPrep(c.Secret); err != nil {
		return nil, fmt.Errorf("password: %w", err)
	}
	random := make([]byte, 18)
	if _, err := rand.Read(random); err != nil {
		return nil, fmt.Errorf("making a nonce: %w", err)
	}
	m.nonce = base64.StdEncoding.EncodeToString(random)
	return m, nil
}

const noBinding = "n,," // gs2-header: no channel binding, no other identity

func (m *scram) First() []byte {
	m.bare = "n=" + m.user + ",r=" + m.nonce
	return []byte(noBinding + m.bare)
}

func (m *scram) Next(challenge []byte) ([]byte, error) {
	m.step++
	switch m.step {
	case 1:
		return m.prove(string(challenge))
	case 2:
		return m.judge(string(challenge))
	}
	return nil, errors.New("the server asked for more than SCRAM has to say")
}

// prove answers the server's first message (RFC 5802, section 5).
func (m *scram) prove(message string) ([]byte, error) {
	parts := strings.Split(message, ",")
	if len(parts) < 3 { // an extension that begins with m= is in the way of r= below
		return nil, errors.New("SCRAM: the server's first message is malformed")
	}
	nonce, ok := strings.CutPrefix(parts[0], "r=")
	if !ok || len(nonce) <= len(m.nonce) || !strings.HasPrefix(nonce, m.nonce) {
		return nil, errors.New("SCRAM: the server's nonce does not go on from ours: somebody may be tampering with the connection")
	}
	salt, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(parts[1], "s="))
	if err != nil || len(salt) == 0 || !strings.HasPrefix(parts[1], "s=") {
		return nil, errors.New("SCRAM: the server's salt is malformed")
	}
	digits, ok := strings.CutPrefix(parts[2], "i=")
	iterations, err := strconv.Atoi(digits)
	if !ok || err != nil || iterations < minIterations || iterations > maxIterations {
		return nil, fmt.Errorf("SCRAM: the server asks for \"%s\" iterations; %d to %d are allowed", short(digits), minIterations, maxIterations)
	}
	salted, err := m.saltedPassword(salt, iterations)
	if err != nil {
		return nil, fmt.Errorf("SCRAM: %w", err)
	}
	final := "c=" + encode([]byte(noBinding)) + ",r=" + nonce
	signed := m.bare + "," + message + "," + final
	clientKey := m.mac(salted, "Client Key")
	stored := m.hash()
	stored.Write(clientKey)
	proof := m.mac(stored.Sum(nil), signed)
	for i := range proof {
		proof[i] ^= clientKey[i]
	}
	m.server = m.mac(m.mac(salted, "Server Key"), signed)
	return []byte(final + ",p=" + encode(proof)), nil
}

// judge looks at the server's proof. The answer is an empty line, for there is no success data in SMTP (RFC 4954, section 4).
func (m *scram) judge(message string) ([]byte, error) {
	if reason, ok := strings.CutPrefix(message, "e="); ok {
		return []byte{}, fmt.Errorf("SCRAM: the server says %s", short(reason))
	}
	value, _, _ := strings.Cut(message, ",")
	value, ok := strings.CutPrefix(value, "v=")
	proof, err := base64.StdEncoding.DecodeString(value)
	if !ok || err != nil || !hmac.Equal(proof, m.server) {
		return nil, errors.New("SCRAM: the server's signature is wrong: it does not know the password, or somebody is tampering with the connection")
	}
	m.proved = true
	return []byte{}, nil
}

func (m *scram) Verified() error {
	if !m.proved {
		return errors.New("SCRAM: the server ended the authentication without its signature: it may not know the password")
	}
	return nil
}

// saltedPassword returns the SaltedPassword of RFC 5802, section 3.
func (m *scram) saltedPassword(salt []byte, iterations int) ([]byte, error) {
	if m.keys == nil {
		return pbkdf2.Key(m.hash, m.password, salt, iterations, m.hash().Size())
	}
	return m.keys.of(m.hash, m.password, salt, iterations)
}

func (m *scram) mac(key []byte, text string) []byte {
	h := hmac.New(m.hash, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
