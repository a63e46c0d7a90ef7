package job

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"mailshot/job/problem"
	"mailshot/transport/message"
	"mailshot/transport/smtptest"
)

// edKey returns a key for tests, and its PEM.
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

// signedWorld returns a world whose letters are signed by club.example, with the key
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
