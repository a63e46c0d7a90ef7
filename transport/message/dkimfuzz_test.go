package message_test

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"pgregory.net/rapid"

	"mailshot/transport/message"
)

// FuzzDKIM: whatever a letter says, its signature is accepted, and is no more
// once an octet of the letter is changed.
func FuzzDKIM(f *testing.F) {
	for _, s := range []string{
		"", " ", "\t", "\n", " \n\t\n", "a", "a \nb\t\tc  d\n\n\n", "Zoë", "=?x?=", ".\n..\n", strings.Repeat("x", 2000), strings.Repeat("a  b\n", 2000),
		strings.Repeat("word ", 400), "\r\n\r\n", "b=;bh=", strings.Repeat("\n", 5000) + "x", strings.Repeat(" ", 5000) + "x", "谢谢您",
	} {
		for _, at := range []int64{0, 1795439101, -1} {
			f.Add(s, s, s, at, false, uint(len(s)))
			f.Add("x", s, "a\nb", at, true, uint(1))
		}
	}
	f.Fuzz(func(t *testing.T, subject, text, header string, at int64, html bool, octet uint) {
		m := letter(func(m *message.Message) {
			m.Subject, m.Body.Text = subject, text
			m.Headers = []message.Field{{Name: "Precedence", Value: header}, {Name: "X-Note", Value: header}}
			m.Date = time.Unix(at, 0).UTC()
			if html {
				m.Body = message.Part{Type: "multipart/alternative", Parts: []message.Part{{Text: text}, {Type: "text/html", Text: text}}}
			}
		})
		var e message.Encoder
		segments, err := e.Encode(m)
		if err != nil {
			return
		}
		d := identities()[1]
		s := message.Signer{DKIM: d}
		field, err := s.Sign(segments, m.Date)
		if err != nil {
			t.Fatal(err)
		}
		b := append(bytes.Clone(field.Data), segments[0].Data...)
		wantCanonical(t, b)
		if at > time.Now().Unix() {
			return // the verifier refuses signatures from the future
		}
		if err := verify(t, b, d); err != nil {
			t.Fatalf("%v\n%q", err, b)
		}
		body := bytes.Index(b, []byte("\r\n\r\n")) + 4
		i := body + int(octet%uint(len(b)-body+1))
		if i == len(b) || blank(b[i]) || b[i] == '\t' {
			return // white space may change
		}
		b[i] ^= 1
		if blank(b[i]) || b[i] == '\t' {
			b[i] = 'x'
		}
		if verify(t, b, d) == nil {
			t.Errorf("nobody sees that octet %d is changed: %q", i, b)
		}
	})
}

// Bodies that no encoder of ours makes have the hash that another
// implementation finds, in whatever pieces they come.
func TestSignAnyBody(t *testing.T) {
	d := identities()[1]
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.SampledFrom([]string{
			"\r\n", "\r\n\r\n", " ", "  ", "\t", " \t ", "a", ".", "word", "a b c", strings.Repeat("x", 3000), strings.Repeat("y z ", 1500),
			strings.Repeat("\r\n", 50), strings.Repeat("ab ", 2000) + "\t",
		}))
		body := []byte(strings.Join(words.Draw(t, "body"), ""))
		head := []byte("From: a@club.example\r\nSubject:  a \r\n\tb\r\n\r\n")
		pieces := []message.Segment{{Data: head}}
		for rest := body; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			if n > 0 && rest[n-1] == '\r' && n < len(rest) && rapid.Bool().Draw(t, "whole") {
				n++
			}
			if rapid.Bool().Draw(t, "file") {
				pieces = append(pieces, file(rest[:n], nil))
			} else {
				pieces = append(pieces, message.Segment{Data: rest[:n]})
			}
			rest = rest[n:]
		}
		s := message.Signer{DKIM: d}
		field, err := s.Sign(pieces, time.Unix(1795439101, 0))
		if err != nil {
			t.Fatal(err)
		}
		all := append(append(bytes.Clone(field.Data), head...), body...)
		found, err := dkim.VerifyWithOptions(bytes.NewReader(all), &dkim.VerifyOptions{
			LookupTXT: func(string) ([]string, error) { return []string{d.Record()}, nil },
		})
		if err != nil || len(found) != 1 || found[0].Err != nil {
			t.Fatalf("%v, %v: %x", err, found, sha256.Sum256(body))
		}
	})
}
