package job

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/transport/message"
	"mailshot/transport/smtptest"
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

// signedWorld is a world whose letters are signed by club.example, with the key
// of seed 1.
func signedWorld(t *testing.T, n int, delivery, key string, h smtptest.Handler) (*world, *message.DKIM) {
	t.Helper()
	w := newWorld(t, n, delivery, h)
	private, text := edKey(1)
	w.write("dkim.pem", text)
	b, err := os.ReadFile(w.options.Path)
	if err != nil {
		t.Fatal(err)
	}
	w.write("job.yaml", strings.Replace(string(b), "text: letter.txt", "text: letter.txt, dkim: {selector: s1, key: "+key+"}", 1))
	return w, &message.DKIM{Domain: "club.example", Selector: "s1", Key: private}
}

// verify lets a verifier that is not ours look at the one signature of b.
func verify(t *testing.T, b []byte, d *message.DKIM) error {
	t.Helper()
	found, err := dkim.VerifyWithOptions(bytes.NewReader(b), &dkim.VerifyOptions{
		LookupTXT: func(string) ([]string, error) { return []string{d.Record()}, nil },
	})
	if err != nil || len(found) != 1 {
		t.Fatalf("%d signatures, %v; want 1", len(found), err)
	}
	return found[0].Err
}

// What the server gets is signed, the same in each pass, and what the log says.
func TestSigned(t *testing.T) {
	bubble(t, func(t *testing.T) {
		tries := 0
		final := func(m smtptest.Message) smtptest.Reply {
			if strings.HasPrefix(m.To[0], "r2@") {
				if tries++; tries == 1 {
					return smtptest.Say(451, "4.3.0 later")
				}
			}
			return smtptest.Reply{}
		}
		w, d := signedWorld(t, 20, "workers: 4, retry: {attempts: 2, wait: 1m}", "{file: dkim.pem}", smtptest.Handler{Final: final})
		w.mustRun()
		w.wantOnce(20)
		sums := map[string]int64{}
		for _, r := range w.records() {
			sums[r.SHA256] = r.Bytes
		}
		if len(sums) != 20 {
			t.Errorf("%d different messages in the log; a later pass has other octets", len(sums))
		}
		for _, m := range w.server.Messages() {
			if err := verify(t, m.Data, d); err != nil {
				t.Errorf("%v: %v", m.To, err)
			}
			sum := sha256.Sum256(m.Data)
			if size, ok := sums[hex.EncodeToString(sum[:])]; !ok || size != int64(len(m.Data)) {
				t.Errorf("%v: the log has %d octets of this sum, and there are %d", m.To, size, len(m.Data))
			}
		}
	})
}

// The checks make no signature, and know how long the message will be all the
// same.
func TestSignedDraft(t *testing.T) {
	w, d := signedWorld(t, 1, "", "{file: dkim.pem}", smtptest.Handler{})
	m, err := open(w.options, w.env.filled())
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	if err := m.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.parse([]string{"email", "name", "code"}); err != nil {
		t.Fatal(err)
	}
	counted := &countingKey{Signer: d.Key}
	m.dkim.Key = counted
	r := &recipients.Row{Number: 1, Address: address.Address{Local: "r1", Domain: "club.example"}, Cells: []string{"r1@club.example", "Ann", "7"}}
	draft, real := m.letters.composer(true), m.letters.composer(false)
	a, err := draft.compose(r, "id@club.example", m.start)
	if err != nil {
		t.Fatal(err)
	}
	if counted.signatures != 0 {
		t.Errorf("%d signatures for a draft", counted.signatures)
	}
	b, err := real.compose(r, "id@club.example", m.start)
	if err != nil {
		t.Fatal(err)
	}
	if a.message.Size() != b.message.Size() || counted.signatures != 1 {
		t.Errorf("the draft has %d octets and the message %d, with %d signatures", a.message.Size(), b.message.Size(), counted.signatures)
	}
}

type countingKey struct {
	crypto.Signer
	signatures int
}

func (k *countingKey) Sign(r io.Reader, b []byte, o crypto.SignerOpts) ([]byte, error) {
	k.signatures++
	return k.Signer.Sign(r, b, o)
}

// A program that gives the key is run once, after the question and before the
// first session; not at all where the answer is no.
func TestSignedByCommand(t *testing.T) {
	w, d := signedWorld(t, 3, "", "{command: [sh, -c, echo >>ran; cat dkim.pem]}", smtptest.Handler{})
	ran := func() int {
		b, _ := os.ReadFile(filepath.Join(w.dir, "ran"))
		return len(b)
	}
	if _, err := Check(t.Context(), w.options, w.env); err != nil || ran() != 0 {
		t.Errorf("Check: %v, and the program ran %d times", err, ran())
	}
	w.options.Yes = false
	for _, yes := range []bool{false, true} {
		w.env.Confirm = func(context.Context, Question) (bool, error) {
			if ran() != 0 {
				t.Errorf("the program ran before the question")
			}
			return yes, nil
		}
		_, err := w.run(t.Context())
		if (err == nil) != yes || yes && ran() != 1 || !yes && ran() != 0 {
			t.Errorf("answer %t: %v, and the program ran %d times", yes, err, ran())
		}
	}
	w.wantOnce(3)
	for _, m := range w.server.Messages() {
		if err := verify(t, m.Data, d); err != nil {
			t.Error(err)
		}
	}
	w.write("dkim.pem", "none")
	w.options.Mailing = "again"
	w.env.Confirm = func(context.Context, Question) (bool, error) { return true, nil }
	sessions := len(w.server.Sessions())
	_, err := w.run(t.Context())
	wantKind(t, err, problem.BadJob)
	if n := len(w.server.Sessions()) - sessions; n != 0 {
		t.Errorf("%d sessions without a key", n)
	}
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

func TestAlignment(t *testing.T) {
	for _, tt := range []struct {
		signs, from string
		well, doubt bool
	}{
		{"club.example", "club.example", true, false},
		{"Club.Example", "club.example", true, false},
		{"club.example", "news.club.example", true, false},
		{"mail.club.example", "club.example", true, false},
		{"mail.club.example", "news.club.example", true, true},
		{"intranet", "intranet", true, false},
		{"example", "club.example", false, false},
		{"other.example", "club.example", false, false},
		{"ub.example", "club.example", false, false},
		{"club.example", "myclub.example", false, false},
	} {
		doubt, err := alignment(tt.signs, tt.from)
		if (err == nil) != tt.well || (doubt != "") != tt.doubt {
			t.Errorf("%s for %s: %q, %v", tt.signs, tt.from, doubt, err)
		}
	}
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
			w, _ := signedWorld(t, 1, "", tt.key, smtptest.Handler{})
			w.env.LookupTXT = func(_ context.Context, name string) ([]string, error) {
				if name != "s1._domainkey.club.example." {
					t.Errorf("%s is looked up", name)
				}
				return tt.found, tt.err
			}
			r, err := Doctor(t.Context(), DoctorOptions{Path: w.options.Path}, w.env)
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
	w, _ := signedWorld(t, 1, "", "{file: dkim.pem}", smtptest.Handler{})
	w.env.Dial = failing(errors.New("no network"))
	w.env.LookupTXT = func(context.Context, string) ([]string, error) { return nil, missing }
	r, err := Doctor(t.Context(), DoctorOptions{Path: w.options.Path}, w.env)
	if err != nil || r.Err == nil || r.Err.Kind != problem.Unreachable {
		t.Errorf("without a server and a record: %v, %v; want the server's error", r.Err, err)
	}
}
