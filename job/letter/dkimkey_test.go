package letter

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
)

// edKey is a key for tests, and its PEM.
func edKey(seed byte) (ed25519.PrivateKey, string) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	return key, pkcs8(key)
}

func pkcs8(key any) string {
	b, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return block("PRIVATE KEY", b)
}

func block(kind string, b []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
}

func TestParseKey(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := x509.MarshalECPrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	der := x509.MarshalPKCS1PrivateKey(key)
	old := block("RSA PRIVATE KEY", der)
	edwards, ed := edKey(1)
	for _, tt := range []struct {
		name, text string
		key        crypto.Signer
		want       string // in the error
	}{
		{"PKCS #8", pkcs8(key), key, ""},
		{"PKCS #1", old, key, ""},
		{"Ed25519", ed, edwards, ""},
		{"words around it", "# my key\r\n" + strings.ReplaceAll(old, "\n", "\r\n") + "bye", key, ""},
		{"after its public key", block("PUBLIC KEY", public) + old, key, ""},
		{"another kind", pkcs8(curve), nil, "neither RSA nor Ed25519"},
		{"another kind, of old", block("EC PARAMETERS", []byte{6, 1, 1}) + block("EC PRIVATE KEY", ec), nil, "neither RSA nor Ed25519"},
		{"public", block("PUBLIC KEY", public), nil, "public key"},
		{"a certificate", block("CERTIFICATE", public), nil, "no private key in it"},
		{"encrypted", block("ENCRYPTED PRIVATE KEY", der), nil, "passphrase"},
		{"encrypted, of old", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n" + strings.SplitN(old, "\n", 2)[1], nil, "passphrase"},
		{"damaged", block("RSA PRIVATE KEY", der[:700]), nil, "damaged"},
		{"the wrong words", block("PRIVATE KEY", der), nil, "damaged"},
		{"cut off", old[:800], nil, "no private key in PEM"},
		{"base64 alone", strings.Join(strings.Split(old, "\n")[1:20], "\n"), nil, "no private key in PEM"},
		{"nothing", "", nil, "no private key in PEM"},
	} {
		got, err := parseKey(tt.text)
		switch {
		case tt.key == nil && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v; want %q", tt.name, err, tt.want)
		case tt.key != nil && (err != nil || !tt.key.(interface{ Equal(crypto.PrivateKey) bool }).Equal(got)):
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
