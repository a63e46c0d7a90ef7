package message_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"mailshot/transport/message"
)

// fuzzed is a letter in which the arguments stand everywhere; shape chooses
// among the forms that a letter may have.
func fuzzed(name, value, text, html, file string, content []byte, shape uint8) *message.Message {
	return letter(func(m *message.Message) {
		m.From.Name, m.To[0].Name, m.Subject = name, value, value
		m.Headers = []message.Field{{Name: "X-Value", Value: value}, {Name: "X-Name", Value: name}}
		if shape&1 != 0 {
			m.Sender = message.Mailbox{Name: value, Address: "clerk@club.example"}
			m.Cc = []message.Mailbox{{Name: name, Address: "board@club.example"}, {Name: value, Address: "archive@club.example"}}
			m.ReplyTo = []message.Mailbox{{Name: name, Address: "desk@club.example"}}
		}
		page := message.Part{Type: "text/html", Text: html}
		if shape&2 != 0 {
			page = message.Part{Type: "multipart/related", Parts: []message.Part{page, picture("logo")}}
		}
		m.Body = message.Part{Type: "multipart/alternative", Parts: []message.Part{{Type: "text/plain", Text: text}, page}}
		switch shape >> 2 & 3 {
		case 0:
			m.Body = m.Body.Parts[0]
		case 1:
			m.Body = page
		}
		attached := message.Part{Type: "application/x-fuzz", FileName: file, Disposition: "attachment"}
		switch shape >> 4 & 7 {
		case 0:
			return
		case 1:
			attached.File = fileOf(content)
		case 2:
			attached.Encoded = encoded(content)
		case 3:
			attached.Type, attached.Content = "message/rfc822", content
		case 4:
			attached.Type, attached.Content, attached.Params = "text/csv", content, map[string]string{"header": value}
		default:
			attached.Content = content
		}
		m.Body = message.Part{Type: "multipart/mixed", Parts: []message.Part{m.Body, attached}}
	})
}

// FuzzLetter: every letter that is not refused is one that others read as it was
// written, in the form of a message, and always the same octets.
func FuzzLetter(f *testing.F) {
	for i, s := range []string{
		"", "plain", "Zoë, \"Z\" \\", "=?utf-8?q?x?=", "a\r\nBcc: x", "O'Neil's*%", "안 리\u3000", "👩‍👩‍👧 \u200f", "\xed\xa0\x80", ".\nFrom x\n \t", strings.Repeat("wörd ", 50),
		strings.Repeat("x", 1200), strings.Repeat(`\"`, 40), strings.Repeat("a b", 30) + "  c", strings.Repeat("x", 70), strings.Repeat("y,z ", 17), "--=_\r\n--=_", "\u2028\u0085\u00a0", "utf-8''x", "%C3%A9", "Subject: x\r\n\r\ny\r\n",
	} {
		for shape := range uint8(8) {
			f.Add(s, s, s, s, s, []byte(s), shape<<4|uint8(i)&15)
		}
		f.Add("Ann", s, "text\n", "<p>x</p>", "a.pdf", []byte(s), uint8(0x5f))
		f.Add(s, "value", s, s, "b.pdf", []byte(nil), uint8(0x4d))
	}
	f.Fuzz(func(t *testing.T, name, value, text, html, file string, content []byte, shape uint8) {
		m := fuzzed(name, value, text, html, file, content, shape)
		var e, other message.Encoder
		segments, err := e.Encode(m)
		if err != nil {
			wantReason(t, err, file, name, value, text, html)
			return
		}
		b := octetsOf(t, segments)
		if segments, err = other.Encode(letter(nil)); err == nil {
			segments, err = other.Encode(m)
		}
		if err != nil || !bytes.Equal(octetsOf(t, segments), b) {
			t.Errorf("the same letter has other octets: %v", err)
		}
		wantCanonical(t, b)
		want := fuzzed(strings.Trim(name, " "), strings.Trim(value, " "), text, html, file, content, shape)
		if shape>>4&7 == 4 {
			attached := &want.Body.Parts[1]
			attached.Params = map[string]string{"header": value} // the spaces around it are in quotation marks
		}
		if diff := difference(readStandard(t, b), want); diff != "" {
			t.Errorf("net/mail and mime read (-want +got):\n%s", diff)
		}
		if strings.Contains(file+value, "=?") {
			return // go-message takes words in parameters for encoded ones
		}
		if diff := difference(readGoMessage(t, b), want); diff != "" {
			t.Errorf("go-message reads (-want +got):\n%s", diff)
		}
		if t.Failed() {
			t.Logf("%s", b)
		}
	})
}

// wantReason wants an error to have one of the reasons that there are.
func wantReason(t *testing.T, err error, file, name, value string, texts ...string) {
	t.Helper()
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	turned := func(r rune) bool { return 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069 }
	invalid := func(s string) bool { return !utf8.ValidString(s) }
	switch {
	case slices.ContainsFunc(append(texts, file, name, value), invalid), strings.ContainsFunc(file+name+value, control):
	case strings.ContainsAny(file, `/\`), file == ".", file == "..", strings.ContainsFunc(file, turned):
	case max(len(name), len(value)) > 900: // without a space
	default:
		t.Errorf("it is refused: %v", err)
	}
}
