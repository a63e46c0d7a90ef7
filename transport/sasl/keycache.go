package sasl

import (
	"bytes"
	"crypto/pbkdf2"
	"hash"
	"sync"
)

// A KeyCache keeps the last salted password, which costs thousands of hashes, for the exchanges to
// come (RFC 5802, section 5.1). Its zero value is empty. It is safe for concurrent use.
type KeyCache struct {
	mu         sync.Mutex // guards all below
	password   string
	salt       []byte
	iterations int
	size       int // of the hash
	salted     []byte
}

// of returns the SaltedPassword.
func (c *KeyCache) of(h func() hash.Hash, password string, salt []byte, iterations int) ([]byte, error) {
	size := h().Size()
	c.mu.Lock()
	defer c.mu.Unlock() // held while it is computed, so that sessions that start together do it once
	if c.iterations == iterations && c.size == size && c.password == password && bytes.Equal(c.salt, salt) {
		return c.salted, nil
	}
	salted, err := pbkdf2.Key(h, password, salt, iterations, size)
	if err != nil {
		return nil, err
	}
	c.password, c.salt, c.iterations, c.size, c.salted = password, salt, iterations, size, salted
	return salted, nil
}
