package letter

import (
	"bytes"
	"crypto"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"mailshot/job/address"
	"mailshot/job/jobfile"
	"mailshot/job/recipients"
	"mailshot/job/secret"
	"mailshot/transport/message"
)

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

// The checks make no signature, and know how long the message will be all the
// same.
func TestSignedDraft(t *testing.T) {
	dir := t.TempDir()
	_, pem := edKey(1)
	for name, text := range map[string]string{
		"letter.txt": "Dear {{.name}},\n\nyour number is {{.code}}.\n", "dkim.pem": pem,
		"job.yaml": `version: 1
recipients: people.csv
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt, dkim: {selector: s1, key: {file: dkim.pem}}}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j, err := jobfile.Load(filepath.Join(dir, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := PrepareDKIM(t.Context(), j, secret.Env{}, false, func(text string) { t.Errorf("warning: %s", text) }, func(text string) { t.Errorf("note: %s", text) })
	if err != nil {
		t.Fatal(err)
	}
	counted := &countingKey{Signer: d.Key}
	d.Key = counted
	l, err := lettersOf(j, []string{"email", "name", "code"}, d)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := &recipients.Row{Number: 1, Address: address.Address{Local: "r1", Domain: "club.example"}, Cells: []string{"r1@club.example", "Ann", "7"}}
	draft, real := l.Composer(true), l.Composer(false)
	a, err := draft.Compose(r, "id@club.example", start)
	if err != nil {
		t.Fatal(err)
	}
	if counted.signatures != 0 {
		t.Errorf("%d signatures for a draft", counted.signatures)
	}
	b, err := real.Compose(r, "id@club.example", start)
	if err != nil {
		t.Fatal(err)
	}
	if a.Message.Size() != b.Message.Size() || counted.signatures != 1 {
		t.Errorf("the draft has %d octets and the message %d, with %d signatures", a.Message.Size(), b.Message.Size(), counted.signatures)
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
		doubt, err := Alignment(tt.signs, tt.from)
		if (err == nil) != tt.well || (doubt != "") != tt.doubt {
			t.Errorf("%s for %s: %q, %v", tt.signs, tt.from, doubt, err)
		}
	}
}
