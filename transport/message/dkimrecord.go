package message

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// RecordName returns the name under which the key is published.
func (d *DKIM) RecordName() string { return d.Selector + "._domainkey." + d.Domain }

// Record returns the TXT record that publishes the key (RFC 6376, section 3.6.1). It has only what
// verifiers need.
func (d *DKIM) Record() string {
	kind := "rsa"
	if _, ok := d.Key.Public().(ed25519.PublicKey); ok {
		kind = "ed25519"
	}
	return "v=DKIM1; k=" + kind + "; p=" + base64.StdEncoding.EncodeToString(d.public())
}

// public returns the public key as its record has it. Ed25519 has no wrapping (RFC 8463, section
// 4).
func (d *DKIM) public() []byte {
	switch k := d.Key.Public().(type) {
	case *rsa.PublicKey:
		b, err := x509.MarshalPKIXPublicKey(k)
		if err == nil {
			return b
		}
	case ed25519.PublicKey:
		return k
	}
	return nil
}

// ErrNoRecord is for a text that is no DKIM record at all.
var ErrNoRecord = errors.New("it is no DKIM record")

// Published returns why a verifier that finds the TXT record does not accept d's signatures, or nil
// if it does.
func (d *DKIM) Published(record string) error {
	tags, err := parseTags(record)
	if err != nil {
		return err
	}
	p, ok := tags["p"]
	switch v, given := tags["v"]; {
	case given && v != "DKIM1", !ok && !given:
		return ErrNoRecord
	case !ok:
		return errors.New("it has no key: p= is missing")
	case p == "":
		return errors.New("it revokes the key: p= is empty")
	}
	if err := d.allowed(tags); err != nil {
		return err
	}
	key, err := base64.StdEncoding.DecodeString(p)
	if err != nil {
		return errors.New("its key is no base64")
	}
	if !d.isPublic(key) {
		return errors.New("it has another key")
	}
	return nil
}

// allowed returns why the record's tags do not allow d's kind of key and hash, and e-mail.
func (d *DKIM) allowed(tags map[string]string) error {
	kind, _, _ := strings.Cut(d.algorithm(), "-")
	if k, given := tags["k"]; kind != k && (given || kind != "rsa") {
		return fmt.Errorf("it is for a key of the kind %q, and this one is %s", k, kind)
	}
	if h, given := tags["h"]; given && !slices.Contains(list(h), "sha256") {
		return fmt.Errorf("it allows the hashes %q, and not sha256", h)
	}
	if s, given := tags["s"]; given && !slices.Contains(list(s), "*") && !slices.Contains(list(s), "email") {
		return fmt.Errorf("it is for the service %q, and not for email", s)
	}
	return nil
}

// isPublic reports whether key, of a record, is the public key. RSA keys are there with or without
// their wrapping.
func (d *DKIM) isPublic(key []byte) bool {
	if bytes.Equal(key, d.public()) {
		return true
	}
	k, ok := d.Key.Public().(*rsa.PublicKey)
	return ok && bytes.Equal(key, x509.MarshalPKCS1PublicKey(k))
}

// Testing reports whether a record says that signatures are not to be relied on yet (the flag y).
func Testing(record string) bool {
	tags, err := parseTags(record)
	return err == nil && slices.Contains(list(tags["t"]), "y")
}

func list(s string) []string { return strings.Split(s, ":") }

// parseTags reads a tag list (RFC 6376, section 3.2). White space within a value means nothing in
// any tag of a record that counts here.
func parseTags(s string) (map[string]string, error) {
	tags := make(map[string]string)
	for tag := range strings.SplitSeq(s, ";") {
		name, value, ok := strings.Cut(tag, "=")
		name = strings.TrimSpace(name)
		if !ok && name == "" {
			continue
		}
		if _, twice := tags[name]; !ok || twice {
			return nil, ErrNoRecord
		}
		tags[name] = strings.Join(strings.Fields(value), "")
	}
	return tags, nil
}
