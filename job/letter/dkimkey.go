package letter

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// parseKey reads the private key of an RSA or Ed25519 pair: PEM, in PKCS #8 or
// as openssl writes RSA keys of old. No error has anything of it.
func parseKey(text string) (crypto.Signer, error) {
	var other string // what there is instead of a private key
	for rest := []byte(text); ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		switch kind := b.Type; {
		case kind == "ENCRYPTED PRIVATE KEY", b.Headers["DEK-Info"] != "":
			return nil, errors.New("the key needs a passphrase, and nobody can be asked for one: give one without, or let a command decrypt it")
		case kind == "PRIVATE KEY":
			return keyOf(x509.ParsePKCS8PrivateKey(b.Bytes))
		case kind == "RSA PRIVATE KEY":
			return keyOf(x509.ParsePKCS1PrivateKey(b.Bytes))
		case kind == "EC PRIVATE KEY":
			return nil, errOtherKind
		default:
			other = strings.ToLower(kind)
		}
	}
	switch {
	case strings.Contains(other, "public key"):
		return nil, errors.New("this is the public key; the private one signs")
	case other != "":
		return nil, errors.New("there is a PEM block, and no private key in it")
	}
	return nil, errors.New("there is no private key in PEM, which begins with -----BEGIN")
}

var errOtherKind = errors.New("the key is neither RSA nor Ed25519, and DKIM takes no other")

// keyOf gives a parsed key, if DKIM can sign with it. Why one can't be parsed
// is nothing for the user.
func keyOf(key any, err error) (crypto.Signer, error) {
	if err != nil {
		return nil, errors.New("the private key is damaged: it can't be read")
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, nil
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, errOtherKind
}

// KeyWords describes a key.
func KeyWords(key crypto.Signer) string {
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA, %d bits", k.N.BitLen())
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return "a key of another kind"
}
