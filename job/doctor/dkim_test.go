package doctor

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/job/problem"
	"mailshot/transport/message"
	"mailshot/transport/smtptest"
)

// edKey is a key for tests, and its PEM.
func edKey(seed byte) (ed25519.PrivateKey, string) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	b, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b}))
}

// signed runs the doctor for a job whose letters are signed by club.example, with
// the key of seed 1, or another one that the job names.
func signed(t *testing.T, key string, env Env) (*Report, error) {
	t.Helper()
	dir := t.TempDir()
	_, text := edKey(1)
	for name, content := range map[string]string{
		"dkim.pem": text,
		"job.yaml": `version: 1
recipients: people.csv
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt, dkim: {selector: s1, key: ` + key + `}}
server: {host: mail.test, tls: none}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Examine(t.Context(), Options{Path: filepath.Join(dir, "job.yaml")}, env)
}

// The doctor compares the key with its record.
func TestDoctorDKIM(t *testing.T) {
	key, _ := edKey(1)
	other, _ := edKey(2)
	good := message.DKIM{Domain: "club.example", Selector: "s1", Key: key}
	bad := message.DKIM{Domain: "club.example", Selector: "s1", Key: other}
	missing := &net.DNSError{IsNotFound: true, Err: "no such host", Name: "s1._domainkey.club.example"}
	for _, tt := range []struct {
		name    string
		found   []string
		err     error
		key     string
		want    string // the step
		advice  string // in it
		healthy bool
	}{
		{"well", []string{"google-site-verification=1", good.Record()}, nil, "{file: dkim.pem}",
			"dkim pass: s1._domainkey.club.example publishes the key that signs (Ed25519)", "", true},
		{"from a command", []string{good.Record()}, nil, "{command: [cat, dkim.pem]}", "dkim pass:", "", true},
		{"two", []string{good.Record(), bad.Record()}, nil, "{file: dkim.pem}", "dkim note: s1._domainkey", "there are 2 DKIM records", true},
		{"testing", []string{good.Record() + "; t=y"}, nil, "{file: dkim.pem}", "dkim note: s1._domainkey", "t=y", true},
		{"none", nil, missing, "{file: dkim.pem}", "dkim fail: there is no TXT record s1._domainkey.club.example", "with this text: " + good.Record(), false},
		{"empty", nil, nil, "{file: dkim.pem}", "dkim fail: there is no TXT record", good.Record(), false},
		{"another", []string{bad.Record()}, nil, "{file: dkim.pem}", "dkim fail: the TXT record s1._domainkey.club.example is not for this key (Ed25519): it has another key", good.Record(), false},
		{"revoked", []string{"v=DKIM1; p="}, nil, "{file: dkim.pem}", "dkim fail: ", good.Record(), false},
		{"no record", []string{"v=spf1 -all"}, nil, "{file: dkim.pem}", "dkim fail: the TXT record s1._domainkey.club.example is no DKIM record: v=spf1 -all", good.Record(), false},
		{"no answer", nil, &net.DNSError{IsTimeout: true, Err: "i/o timeout"}, "{file: dkim.pem}", "dkim note: looking up the TXT record s1._domainkey.club.example:", "not known", true},
		{"no key", []string{good.Record()}, nil, "{file: nosuch.pem}", "dkim fail: ", "openssl genrsa -out nosuch.pem", false},
		{"bad key", []string{good.Record()}, nil, "{file: job.yaml}", "dkim fail: ", "openssl genrsa", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewServer(smtptest.Handler{})
			defer s.Close()
			env := Env{LookupTXT: func(_ context.Context, name string) ([]string, error) {
				if name != "s1._domainkey.club.example." {
					t.Errorf("%s is looked up", name)
				}
				return tt.found, tt.err
			}}
			env.Dial = s.DialContext
			r, err := signed(t, tt.key, env)
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, r, "quit pass", tt.want)
			last := r.Steps[len(r.Steps)-1]
			if (last.Advice == "") != (tt.advice == "") || !strings.Contains(last.Advice, tt.advice) {
				t.Errorf("advice %q; want %q", last.Advice, tt.advice)
			}
			if (r.Err == nil) != tt.healthy {
				t.Errorf("the report's error is %v", r.Err)
			}
		})
	}
	env := Env{LookupTXT: func(context.Context, string) ([]string, error) { return nil, missing }}
	env.Dial = failing(errors.New("no network"))
	r, err := signed(t, "{file: dkim.pem}", env)
	if err != nil || r.Err == nil || r.Err.Kind != problem.Unreachable {
		t.Errorf("without a server and a record: %v, %v; want the server's error", r.Err, err)
	}
}
