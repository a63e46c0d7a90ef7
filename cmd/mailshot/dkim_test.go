package main

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
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/rogpeppe/go-internal/testscript"

	"mailshot/transport/message"
)

// makeKey is the script command
//
//	dkimkey FILE KIND DOMAIN SELECTOR
//
// which makes a private key, sets DKIM_KEY to its text, and publishes it for
// the command signed. The kinds are rsa, rsa-1024, rsa-old (as openssl wrote it
// of old), ed25519 and ec.
func makeKey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 || !strings.HasSuffix(args[0], ownSecret) {
		ts.Fatalf("usage: dkimkey FILE%s KIND DOMAIN SELECTOR", ownSecret)
	}
	var key crypto.Signer
	var err error
	switch args[1] {
	case "rsa", "rsa-old":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "rsa-1024":
		key, err = rsa.GenerateKey(rand.Reader, 1024)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ec":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	default:
		ts.Fatalf("dkimkey: unknown kind %s", args[1])
	}
	ts.Check(err)
	b := &pem.Block{Type: "PRIVATE KEY"}
	b.Bytes, err = x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	if args[1] == "rsa-old" {
		b = &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key.(*rsa.PrivateKey))}
	}
	text := pem.EncodeToMemory(b)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
	ts.Setenv("DKIM_KEY", string(text))
	fix := fixtureOf(ts)
	if fix.records == nil {
		fix.records = make(map[string]string)
	}
	d := message.DKIM{Domain: args[2], Selector: args[3], Key: key}
	if d.Check() == nil {
		fix.records[d.RecordName()] = d.Record()
	}
}

// checkSigned is the script command
//
//	[!] signed N [DIR]   the server, or DIR, has N messages, with a signature each that holds
//
// in whose eyes a verifier that is not ours looks.
func checkSigned(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 && len(args) != 2 {
		ts.Fatalf("usage: [!] signed N [DIR]")
	}
	var all [][]byte
	if len(args) == 2 {
		files, err := filepath.Glob(filepath.Join(ts.MkAbs(args[1]), "*.eml"))
		ts.Check(err)
		for _, f := range files {
			b, err := os.ReadFile(f)
			ts.Check(err)
			all = append(all, b)
		}
	} else {
		server := fixtureOf(ts).server
		server.Wait()
		for _, m := range server.Messages() {
			all = append(all, m.Data)
		}
	}
	if want, err := strconv.Atoi(args[0]); err != nil || len(all) != want {
		ts.Fatalf("there are %d messages, want %s", len(all), args[0])
	}
	for _, b := range all {
		if err := fixtureOf(ts).verify(b); (err != nil) != neg {
			ts.Fatalf("signature: %v\n%s", err, b)
		}
	}
}

// verify tells what is wrong with the one signature of a message.
func (f *fixture) verify(b []byte) error {
	found, err := dkim.VerifyWithOptions(bytes.NewReader(b), &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) {
			if r, ok := f.records[name]; ok {
				return []string{r}, nil
			}
			return nil, errors.New("there is no record " + name)
		},
	})
	switch {
	case err != nil:
		return err
	case len(found) != 1:
		return errors.New(strconv.Itoa(len(found)) + " signatures")
	}
	return found[0].Err
}

// keyLines returns the lines of a private key that are its secret: the public key
// is in the first half.
func keyLines(text string) []string {
	if first, _, _ := strings.Cut(text, "\n"); !strings.HasPrefix(first, "-----BEGIN") || !strings.Contains(first, "PRIVATE KEY") {
		return nil
	}
	lines := strings.Split(text, "\n")
	lines = lines[1 : len(lines)-1]
	var secret []string
	for _, l := range lines[len(lines)/2:] {
		if len(l) >= 40 && !strings.HasPrefix(l, "-----") {
			secret = append(secret, l)
		}
	}
	if len(lines) == 2 {
		secret = append(secret, lines[0])
	}
	return secret
}
