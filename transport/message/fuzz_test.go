package message_test

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"mailshot/transport/message"
)

// FuzzHeader: a value, in each place that takes one, is refused or read again
// as it was, and adds no header field.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{
		"", " ", "plain", "Zoë", "a, b", `"q" \ (c)`, "=?utf-8?q?x?=", "a\r\nBcc: x@y", "\x00", "Иван " + strings.Repeat("Петрович ", 20),
		strings.Repeat("x", 990), strings.Repeat("x", 2000), strings.Repeat("word ", 400), strings.Repeat(" ", 200) + "x", "🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉",
		"a@b", "<a@b>", "a=?b", "x=?=", "\u2028", "\u0085", "?=", "a\u00a0b", "a  b", "%41'*", "\ufeff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var e message.Encoder
		want := strings.Trim(s, " ")
		for place, change := range map[string]func(*message.Message){
			"subject": func(m *message.Message) { m.Subject = s },
			"header":  func(m *message.Message) { m.Headers = []message.Field{{Name: "X-Campaign", Value: s}} },
			"name":    func(m *message.Message) { m.To[0].Name = s },
			"list":    func(m *message.Message) { m.ListID = message.ListID{Description: s, ID: "a.b"} },
			"copy":    func(m *message.Message) { m.Cc = []message.Mailbox{{Name: s, Address: "a@b.example"}} },
			"file":    func(m *message.Message) { m.Body.FileName = s },
		} {
			segments, err := e.Encode(letter(change))
			if err != nil {
				continue
			}
			b := segments[0].Data
			wantCanonical(t, b)
			r := readStandard(t, b)
			fields := countFields(t, b)
			var got string
			switch place {
			case "subject":
				got = r.Subject
			case "header":
				got = r.Headers[0].Value
				fields--
			case "name":
				got = r.To[0].Name
			case "list":
				if got = r.ListID.Description; strings.ContainsAny(s, `"\\<>`) {
					got = want // readListID is no parser
				}
				fields--
			case "copy":
				got = r.Cc[0].Name
				fields--
			case "file":
				got, want = r.Body.FileName, s
				if s != "" {
					fields--
				}
			}
			if got != want {
				t.Errorf("%s %q is read as %q", place, s, got)
			}
			want = strings.Trim(s, " ")
			if fields != 8 {
				t.Errorf("%s %q makes %d fields:\n%s", place, s, fields, b)
			}
		}
	})
}

func countFields(t *testing.T, b []byte) int {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("net/mail: %v", err)
	}
	n := 0
	for _, values := range m.Header {
		n += len(values)
	}
	return n
}

// FuzzAddress: an address that is accepted is read as one address, the same.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"a@b", `"a b"@c.example`, "a@b,c@d", "a@[192.0.2.1]", "a@b>", `"\""@c`, "@", `""@x`, "a@b(c)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var e message.Encoder
		segments, err := e.Encode(letter(func(m *message.Message) { m.To[0].Address = s }))
		if err != nil {
			return
		}
		wantCanonical(t, segments[0].Data)
		to, ok := strings.CutPrefix(strings.Split(string(segments[0].Data), "\r\nSubject:")[0], "From: Membership Office <office@club.example>\r\nTo: Ann Lee")
		if to = strings.TrimPrefix(to, "\r\n"); !ok || to != " <"+s+">" {
			t.Errorf("address %q is written as %q", s, to)
		}
		if strings.ContainsAny(s, `"[`) {
			return // net/mail knows fewer quoted strings and literals than RFC 5322
		}
		if r := readStandard(t, segments[0].Data); len(r.To) != 1 || r.To[0].Address != s {
			t.Errorf("address %q is read as %q", s, r.To)
		}
	})
}

// FuzzText: a text is read again as it was, but for its line ends.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"", "a", "a\n", "a\r", "\r\r\n\n", ".\n", "From x\n", "a \n", "a\t", "=\n", "é\n", "谢谢您\n", "\x00", "\x7f\x1b\f",
		strings.Repeat("x", 75) + "\n", strings.Repeat("x", 76), strings.Repeat("x", 74) + " ", strings.Repeat("x", 75) + " \n", strings.Repeat("é", 40),
		strings.Repeat("x", 75) + ".\n", strings.Repeat("x", 75) + "From \n", strings.Repeat("=", 100), strings.Repeat("a ", 500) + "\nz", "--=_\n", "\ufeff",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, parts bool) {
		m := letter(func(m *message.Message) { m.Body.Text = s })
		if parts {
			m.Body = message.Part{Type: "multipart/alternative", Parts: []message.Part{{Text: s}, {Type: "text/html", Text: s}}}
		}
		var e message.Encoder
		segments, err := e.Encode(m)
		if err != nil {
			if utf8.ValidString(s) {
				t.Errorf("text %q: %v", s, err)
			}
			return
		}
		wantCanonical(t, segments[0].Data)
		for _, line := range bytes.Split(segments[0].Data, []byte("\r\n")) {
			if bytes.HasPrefix(line, []byte(".")) || bytes.HasPrefix(line, []byte("From ")) {
				t.Errorf("text %q makes the line %q", s, line)
			}
		}
		r := readStandard(t, segments[0].Data).Body
		for i, n := range append(r.Parts, r) {
			if parts == (i < len(r.Parts)) && n.Content != normalised(s) {
				t.Errorf("text %q is read as %q", s, n.Content)
			}
		}
	})
}
