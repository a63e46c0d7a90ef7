package transport

import (
	"crypto/tls"
	"errors"
)

// tlsCacheSize is the number of TLS sessions kept for resumption; one server needs few.
const tlsCacheSize = 64

// tlsConfig returns the configuration that all sessions share.
func tlsConfig(base *tls.Config, host string) (*tls.Config, error) {
	if base == nil {
		base = &tls.Config{}
	}
	if base.InsecureSkipVerify {
		return nil, errors.New("certificates must be verified: InsecureSkipVerify is refused")
	}
	c := base.Clone()
	// The name that the user gave is what the certificate must be for, not what the server calls itself (RFC 7817, section 3).
	if c.ServerName == "" {
		c.ServerName = host
	}
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12) // RFC 8996
	if c.ClientSessionCache == nil {
		// Without one crypto/tls resumes nothing (RFC 8446, section 2.2).
		c.ClientSessionCache = tls.NewLRUClientSessionCache(tlsCacheSize)
	}
	c.DynamicRecordSizingDisabled = true // one record, and one system call, a flight
	return c, nil
}
