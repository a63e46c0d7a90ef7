package message_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"mailshot/transport/message"
)

// identities sign with each kind of key, whose bits are the same in every test.
var identities = sync.OnceValue(func() []*message.DKIM {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return []*message.DKIM{
		{Domain: "club.example", Selector: "s1", Key: key},
		{Domain: "club.example", Selector: "ed.2026", Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))},
	}
})

// sign returns the message with its signature.
func sign(t testing.TB, d *message.DKIM, m *message.Message) []byte {
	t.Helper()
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	var e message.Encoder
	segments, err := e.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	s := message.Signer{DKIM: d}
	field, err := s.Sign(segments, m.Date)
	if err != nil {
		t.Fatal(err)
	}
	if field.Size != int64(len(field.Data)) || field.Open != nil {
		t.Errorf("the field is of size %d and has %d octets", field.Size, len(field.Data))
	}
	return append(bytes.Clone(field.Data), octetsOf(t, segments)...)
}

// verify lets a verifier that is not ours look at a signed message, and
// gives what it says of the signature.
func verify(t testing.TB, b []byte, all ...*message.DKIM) error {
	t.Helper()
	found, err := dkim.VerifyWithOptions(bytes.NewReader(b), &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) {
			for _, d := range all {
				if name == d.RecordName() {
					return []string{d.Record()}, nil
				}
			}
			t.Errorf("the key is looked for at %s", name)
			return nil, errors.New("there is no such record")
		},
	})
	if err != nil {
		return err
	}
	if len(found) != 1 {
		t.Fatalf("%d signatures; want 1", len(found))
	}
	return found[0].Err
}

// signedDir is where TestSignGolden leaves its letters, for verifiers that are
// not written in Go.
var signedDir = flag.String("signed", "", "write the signed letters and the keys' records to this directory")

func TestSignGolden(t *testing.T) {
	for _, d := range identities() {
		keep(t, d.Selector+".record", d.RecordName()+"\t"+d.Record()+"\n")
		for _, tt := range allGoldens() {
			t.Run(tt.name+"/"+d.Selector, func(t *testing.T) {
				b := sign(t, d, tt.m)
				keep(t, d.Selector+"-"+tt.name+".eml", string(b))
				wantLines(t, b)
				wantFolded(t, b)
				if err := verify(t, b, d); err != nil {
					t.Errorf("%v\n%s", err, b)
				}
				if again := sign(t, d, tt.m); !bytes.Equal(b, again) {
					t.Errorf("signed again it is\n%s\nand was\n%s", again, b)
				}
			})
		}
	}
}

func keep(t *testing.T, name, text string) {
	t.Helper()
	if *signedDir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*signedDir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// wantFolded wants no line of the signature to be longer than lines should be.
func wantFolded(t *testing.T, b []byte) {
	t.Helper()
	signature, _, _ := bytes.Cut(b, []byte("\r\nFrom: "))
	for line := range bytes.SplitSeq(signature, []byte("\r\n")) {
		if len(line) > 78 {
			t.Errorf("a line of the signature has %d octets: %s", len(line), line)
		}
	}
}

// An octet that is changed in what is signed is seen.
func TestSignChanged(t *testing.T) {
	d := identities()[1]
	b := sign(t, d, letter(func(m *message.Message) {
		m.Headers = []message.Field{{Name: "List-Unsubscribe", Value: "<https://club.example/u/1>"}, {Name: "X-Campaign", Value: "renewal"}}
	}))
	signature := bytes.Index(b, []byte("\r\nFrom: ")) + 2
	mine := bytes.Index(b, []byte("X-Campaign"))
	for i := signature; i < len(b); i++ {
		if mine <= i && i < mine+len("X-Campaign: renewal\r\n") {
			continue // not signed
		}
		changed := bytes.Clone(b)
		if changed[i] ^= 1; blank(b[i]) {
			changed[i] = 'x'
		}
		if verify(t, changed, d) == nil {
			t.Errorf("nobody sees that %q is %q in %q", b[i], changed[i], changed[max(0, i-20):min(len(b), i+20)])
		}
	}
	if err := verify(t, bytes.Replace(b, []byte("X-Campaign: renewal"), []byte("X-Campaign: another"), 1), d); err != nil {
		t.Errorf("an X- field is signed: %v", err)
	}
}

func blank(c byte) bool { return strings.IndexByte(" \r\n", c) >= 0 }

// A field that readers go by can't be added to a signed message, also one that
// it does not have.
func TestSignOversigned(t *testing.T) {
	d := identities()[1]
	b := sign(t, d, letter(nil))
	for _, name := range []string{
		"From", "to", "Cc", "Subject", "Date", "Reply-To", "Sender", "Message-ID", "MIME-Version", "Content-Type",
		"Content-Transfer-Encoding", "List-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "In-Reply-To", "References", "Auto-Submitted",
	} {
		if verify(t, append([]byte(name+": evil\r\n"), b...), d) == nil {
			t.Errorf("nobody sees a further %s field", name)
		}
	}
	if err := verify(t, append([]byte("Received: by mx.example\r\nX-Spam: no\r\n"), b...), d); err != nil {
		t.Errorf("a server may add nothing: %v", err)
	}
}

// What the tags must say, and what must not be there.
func TestSignTags(t *testing.T) {
	for i, algorithm := range []string{"rsa-sha256", "ed25519-sha256"} {
		d := identities()[i]
		b := sign(t, d, letter(func(m *message.Message) {
			m.Headers = []message.Field{{Name: "Precedence", Value: "bulk"}, {Name: "Precedence", Value: "junk"}, {Name: "Comments", Value: "none"}}
		}))
		signature, _, _ := bytes.Cut(b, []byte("\r\nFrom: "))
		value := strings.ReplaceAll(strings.TrimPrefix(string(signature), "DKIM-Signature:"), "\r\n", "")
		tags := map[string]string{}
		for tag := range strings.SplitSeq(value, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(tag), "=")
			tags[name] = strings.ReplaceAll(value, " ", "")
		}
		delete(tags, "b")
		delete(tags, "bh")
		want := map[string]string{
			"v": "1", "a": algorithm, "c": "relaxed/relaxed", "d": d.Domain, "s": d.Selector, "t": "1795439101",
			"h": "from:from:to:to:cc:subject:subject:date:date:reply-to:sender:message-id:message-id:mime-version:mime-version:" +
				"content-type:content-type:content-transfer-encoding:content-transfer-encoding:list-id:list-unsubscribe:" +
				"list-unsubscribe-post:in-reply-to:references:auto-submitted:precedence:precedence",
		}
		for name := range want {
			if tags[name] != want[name] {
				t.Errorf("%s=%s; want %s", name, tags[name], want[name])
			}
			delete(tags, name)
		}
		if len(tags) > 0 {
			t.Errorf("further tags: %v", tags)
		}
		if err := verify(t, b, d); err != nil {
			t.Error(err)
		}
	}
}

// A message in pieces has the signature of the whole, wherever it is cut, and
// a draft is as long.
func TestSignPieces(t *testing.T) {
	for _, d := range identities() {
		m := letter(func(m *message.Message) {
			m.Body.Text = "a  b\t\n\n \n c  \n" + strings.Repeat("long line\n\n", 900) + "\n \n\n"
		})
		b := encode(t, m)
		s := message.Signer{DKIM: d}
		whole, err := s.Sign([]message.Segment{{Data: b}}, m.Date)
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.Clone(whole.Data)
		body := bytes.Index(b, []byte("\r\n\r\n")) + 4
		step := 1
		if _, ok := d.Key.(*rsa.PrivateKey); ok {
			step = 97 // it takes its time
		}
		for i := body; i < len(b); i += step {
			end := min(i+7, len(b))
			pieces := []message.Segment{{Data: b[:i]}, {Data: b[i:end]}, file(b[end:], nil)}
			got, err := s.Sign(pieces, m.Date)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Data, want) {
				t.Fatalf("cut at %d: %s\nwant %s", i, got.Data, want)
			}
		}
		draft, err := s.Draft([]message.Segment{{Data: b[:body]}, file(nil, fs.ErrNotExist)}, m.Date)
		if err != nil || draft.Size != int64(len(want)) || len(draft.Data) != len(want) || bytes.Equal(draft.Data, want) {
			t.Errorf("the draft: %v, %d octets, %s\nwant %d octets", err, draft.Size, draft.Data, len(want))
		}
	}
}

// file is a segment of a file that gives its octets in pieces of odd sizes.
func file(b []byte, err error) message.Segment {
	return message.Segment{Size: int64(len(b)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(iotest.HalfReader(bytes.NewReader(b))), err
	}}
}

func TestSignErrors(t *testing.T) {
	d := identities()[1]
	b := encode(t, letter(nil))
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		m    []message.Segment
		key  crypto.Signer
		want error // nil: any
	}{
		{"no message", nil, d.Key, nil},
		{"no end of the header", []message.Segment{{Data: []byte("From: a@b.example\r\n")}}, d.Key, nil},
		{"no From", []message.Segment{{Data: []byte("To: a@b.example\r\n\r\n")}}, d.Key, nil},
		{"no file", []message.Segment{{Data: b}, file(nil, fs.ErrNotExist)}, d.Key, fs.ErrNotExist},
		{"broken file", []message.Segment{{Data: b}, {Open: func() (io.ReadCloser, error) {
			return io.NopCloser(iotest.ErrReader(broken)), nil
		}}}, d.Key, broken},
		{"broken key", []message.Segment{{Data: b}}, brokenKey{d.Key, broken}, broken},
	} {
		s := message.Signer{DKIM: &message.DKIM{Domain: d.Domain, Selector: d.Selector, Key: tt.key}}
		field, err := s.Sign(tt.m, time.Now())
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) || field.Data != nil {
			t.Errorf("%s: %q, %v; want %v", tt.name, field.Data, err, tt.want)
		}
	}
}

type brokenKey struct {
	crypto.Signer
	err error
}

func (k brokenKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return nil, k.err }

// Signers that share a DKIM sign at the same time.
func TestSignConcurrently(t *testing.T) {
	for _, d := range identities() {
		want := sign(t, d, letter(nil))
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for range 8 {
					if got := sign(t, d, letter(nil)); !bytes.Equal(got, want) {
						t.Errorf("got\n%s\nwant\n%s", got, want)
					}
				}
			})
		}
		group.Wait()
	}
}

func TestDKIMCheck(t *testing.T) {
	good := identities()[1]
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a", 63)
	for _, tt := range []struct {
		domain, selector string
		key              crypto.Signer
		want             string // in the error; "": none
	}{
		{"club.example", "s1", good.Key, ""},
		{"xn--bcher-kva.example", "2026.Q4-a_b", good.Key, ""},
		{long + ".example", long, good.Key, ""},
		{"", "s1", good.Key, `domain ""`},
		{"club.example.", "s1", good.Key, "domain"},
		{"club..example", "s1", good.Key, "domain"},
		{"bücher.example", "s1", good.Key, "domain"},
		{"club.example; l=0", "s1", good.Key, "domain"},
		{long + "a.example", "s1", good.Key, "63"},
		{strings.Repeat(long+".", 4) + "example", "s1", good.Key, "domain"},
		{"club.example", "", good.Key, `selector ""`},
		{"club.example", "-s", good.Key, "selector"},
		{"club.example", "s-", good.Key, "selector"},
		{"club.example", "s-.t", good.Key, "selector"},
		{"club.example", "s\r\nBcc: x", good.Key, "selector"},
		{"club.example", "s1", nil, "no key"},
		{"club.example", "s1", weak, "1024 bits"},
		{"club.example", "s1", brokenKey{otherKey{}, nil}, "RSA or Ed25519"},
	} {
		d := message.DKIM{Domain: tt.domain, Selector: tt.selector, Key: tt.key}
		err := d.Check()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q, %q: %v; want %q", tt.domain, tt.selector, err, tt.want)
		}
	}
}

type otherKey struct{ crypto.Signer }

func (otherKey) Public() crypto.PublicKey { return sha256.New() }

// A date that t= can't say is left out of it.
func TestSignBeforeTheEpoch(t *testing.T) {
	d := identities()[1]
	b := sign(t, d, letter(func(m *message.Message) { m.Date = time.Date(1969, 7, 20, 20, 17, 40, 0, time.UTC) }))
	if bytes.Contains(b, []byte(" t=")) {
		t.Errorf("there is a time: %s", b)
	}
	if err := verify(t, b, d); err != nil {
		t.Error(err)
	}
}

// A header that is not ASCII is signed as it stands.
func TestSignUTF8(t *testing.T) {
	for _, d := range identities() {
		b := sign(t, d, letter(func(m *message.Message) {
			m.UTF8, m.To[0].Address, m.To[0].Name = true, "анна@example.org", "Анна"
		}))
		if err := verify(t, b, d); err != nil {
			t.Errorf("%v\n%s", err, b)
		}
		if verify(t, bytes.Replace(b, []byte("анна@"), []byte("инна@"), 1), d) == nil {
			t.Error("nobody sees another address")
		}
	}
}
