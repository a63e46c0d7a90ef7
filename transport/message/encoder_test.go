package message_test

import (
	"bytes"
	"errors"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"mailshot/transport/message"
)

// TestFieldError: whatever could become something else than text is refused,
// and the error names the place.
func TestFieldError(t *testing.T) {
	field := func(name, value string) func(*message.Message) {
		return func(m *message.Message) { m.Headers = []message.Field{{Name: name, Value: value}} }
	}
	body := func(p message.Part) func(*message.Message) {
		return func(m *message.Message) { m.Body = p }
	}
	address := func(a string) func(*message.Message) {
		return func(m *message.Message) { m.To[0].Address = a }
	}
	for _, tt := range []struct {
		name   string
		change func(*message.Message)
		field  string
	}{
		{"LF in subject", func(m *message.Message) { m.Subject = "a\nBcc: x@example.org" }, "Subject"},
		{"CR in subject", func(m *message.Message) { m.Subject = "a\r" }, "Subject"},
		{"NUL in subject", func(m *message.Message) { m.Subject = "a\x00" }, "Subject"},
		{"tab in subject", func(m *message.Message) { m.Subject = "a\tb" }, "Subject"},
		{"DEL in subject", func(m *message.Message) { m.Subject = "a\x7f" }, "Subject"},
		{"no UTF-8 in subject", func(m *message.Message) { m.Subject = "a\xff" }, "Subject"},
		{"no place to fold", func(m *message.Message) { m.Subject = strings.Repeat("x", 998) }, "Subject"},
		{"CRLF in display name", func(m *message.Message) { m.To[0].Name = "a\r\nBcc: x@example.org" }, "To"},
		{"CRLF in sender's name", func(m *message.Message) { m.From.Name = "a\r\nb" }, "From"},
		{"no sender", func(m *message.Message) { m.From = message.Mailbox{Name: "x"} }, "From"},
		{"no address", address(""), "To"},
		{"no at sign", address("ann"), "To"},
		{"two addresses", address("a@example.org,b@example.org"), "To"},
		{"space", address("a b@example.org"), "To"},
		{"angle bracket", address("a@example.org>"), "To"},
		{"comment", address("a@example.org(x)"), "To"},
		{"empty domain", address("a@"), "To"},
		{"domain of dots", address("a@example..org"), "To"},
		{"dot before the at sign", address("a.@example.org"), "To"},
		{"no ASCII", address("ä@example.org"), "To"},
		{"CRLF in quoted string", address("\"a\r\n\"@example.org"), "To"},
		{"quote in quoted string", address(`"a"b"@example.org`), "To"},
		{"backslash ends quoted string", address(`"a\"@example.org`), "To"},
		{"literal", address("a@[1]2]"), "To"},
		{"endless", address(strings.Repeat("a", 400) + "@example.org"), "To"},
		{"reply to", func(m *message.Message) { m.ReplyTo = []message.Mailbox{{Address: "x"}} }, "Reply-To"},
		{"sender", func(m *message.Message) { m.Sender = message.Mailbox{Address: "x"} }, "Sender"},
		{"line break in sender", func(m *message.Message) { m.Sender = message.Mailbox{Name: "a\nb", Address: "a@b.example"} }, "Sender"},
		{"copy", func(m *message.Message) { m.Cc = []message.Mailbox{{Address: "a@b.example"}, {Address: "x"}} }, "Cc"},
		{"line break in copy", func(m *message.Message) { m.Cc = []message.Mailbox{{Name: "a\r\nBcc: x", Address: "a@b.example"}} }, "Cc"},
		{"UTF-8 in a domain", func(m *message.Message) { m.UTF8 = true; m.To[0].Address = "a@bü.example" }, "To"},
		{"no UTF-8 in a local part", func(m *message.Message) { m.UTF8 = true; m.To[0].Address = "a\xff@b.example" }, "To"},
		{"control in a local part", func(m *message.Message) { m.UTF8 = true; m.To[0].Address = "ü\u0085@b.example" }, "To"},
		{"line separator in a local part", func(m *message.Message) { m.UTF8 = true; m.To[0].Address = "ü\u2028@b.example" }, "To"},
		{"quote in a wide local part", func(m *message.Message) { m.UTF8 = true; m.To[0].Address = `"ü"x"@b.example` }, "To"},
		{"space in a wide local part", func(m *message.Message) { m.UTF8 = true; m.To[0].Address = `ü b@b.example` }, "To"},
		{"list", func(m *message.Message) { m.ListID.ID = "a b.example" }, "List-Id"},
		{"line break in the list's name", func(m *message.Message) { m.ListID = message.ListID{Description: "a\nb", ID: "a.b"} }, "List-Id"},
		{"list twice", func(m *message.Message) {
			m.ListID.ID = "a.b"
			m.Headers = []message.Field{{Name: "list-id", Value: "<c.d>"}}
		}, "list-id"},
		{"no date", func(m *message.Message) { m.Date = time.Time{} }, "Date"},
		{"no Message-ID", func(m *message.Message) { m.MessageID = "" }, "Message-ID"},
		{"brackets around Message-ID", func(m *message.Message) { m.MessageID = "<a@b>" }, "Message-ID"},
		{"two Message-IDs", func(m *message.Message) { m.MessageID = "a@b> <c@d" }, "Message-ID"},
		{"line break in value", field("X-A", "a\r\nBcc: x@example.org"), "X-A"},
		{"line break in name", field("X-A: b\r\nBcc", "x@example.org"), `"X-A: b\r\nBcc"`},
		{"no name", field("", "x"), "header field"},
		{"long name", field(strings.Repeat("x", 77), "x"), "header field"},
		{"colon in name", field("X:", "x"), `"X:"`},
		{"space in name", field("X ", "x"), `"X "`},
		{"no ASCII in name", field("Ä", "x"), `"\u00c4"`},
		{"Bcc", field("bCC", "x@example.org"), "bCC"},
		{"Cc", field("Cc", "x@example.org"), "Cc"},
		{"second From", field("FROM", "x@example.org"), "FROM"},
		{"second Subject", field("subject", "x"), "subject"},
		{"Content-Type", field("content-type", "text/html"), "content-type"},
		{"Resent-To", field("Resent-To", "x@example.org"), "Resent-To"},
		{"Received", field("Received", "from nowhere"), "Received"},
		{"no ASCII in structured field", field("List-Unsubscribe", "<https://club.example/ü>"), "List-Unsubscribe"},
		{"twice", func(m *message.Message) {
			m.Headers = []message.Field{{Name: "List-Id", Value: "<a.b>"}, {Name: "list-id", Value: "<c.d>"}}
		}, "list-id"},
		{"text without UTF-8", body(message.Part{Text: "\xff"}), "text/plain"},
		{"bad type", body(message.Part{Type: "text", Text: "x"}), "Content-Type"},
		{"line break in type", body(message.Part{Type: "text/a\r\nb", Text: "x"}), "Content-Type"},
		{"charset", body(message.Part{Type: "text/html", Text: "x", Params: map[string]string{"Charset": "latin1"}}), "Content-Type"},
		{"line break in parameter", body(message.Part{Text: "x", Params: map[string]string{"a": "b\r\nc"}}), "Content-Type"},
		{"bad parameter", body(message.Part{Text: "x", Params: map[string]string{"a*": "b"}}), "Content-Type"},
		{"multipart without parts", body(message.Part{Type: "multipart/mixed"}), "Content-Type"},
		{"parts without multipart", body(message.Part{Type: "text/plain", Parts: make([]message.Part, 2)}), "Content-Type"},
		{"two contents", body(message.Part{Text: "x", Content: []byte("y")}), "Content-Type"},
		{"boundary", body(message.Part{Parts: make([]message.Part, 2), Params: map[string]string{"boundary": "x"}}), "Content-Type"},
		{"message as text", body(message.Part{Type: "message/rfc822", Text: "x"}), "Content-Type"},
		{"disposition of a multipart", body(message.Part{Parts: make([]message.Part, 2), Disposition: "inline"}), "Content-Disposition"},
		{"bad disposition", body(message.Part{Disposition: "a b"}), "Content-Disposition"},
		{"line break in file name", body(message.Part{FileName: "a\nb"}), "Content-Disposition"},
		{"path as file name", body(message.Part{FileName: "../a"}), "Content-Disposition"},
		{"hidden extension", body(message.Part{FileName: "a\u202efdp.exe"}), "Content-Disposition"},
		{"bad Content-ID", body(message.Part{ContentID: "a b@c"}), "Content-ID"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var e message.Encoder
			_, err := e.Encode(letter(tt.change))
			var fe *message.FieldError
			if !errors.As(err, &fe) || fe.Field != tt.field {
				t.Errorf("Encode: %v; want a FieldError of %s", err, tt.field)
			}
		})
	}
}

// TestLimits: what just fits is written.
func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    message.Field
	}{
		{"longest token", message.Field{Name: "X", Value: strings.Repeat("x", 997)}},
		{"longest token after another", message.Field{Name: "X", Value: "a " + strings.Repeat("x", 997) + " b"}},
		{"longest token after a long name", message.Field{Name: strings.Repeat("N", 76), Value: strings.Repeat("x", 997)}},
		{"78", message.Field{Name: "X-Name", Value: strings.Repeat("x", 70)}},
		{"many spaces", message.Field{Name: "X", Value: "a" + strings.Repeat(" ", 3000) + "b"}},
		{"some spaces", message.Field{Name: "X", Value: strings.Repeat("a"+strings.Repeat(" ", 35), 10) + "b"}},
		{"empty", message.Field{Name: "X"}},
		{"no ASCII after a long name", message.Field{Name: strings.Repeat("N", 76), Value: strings.Repeat("ж 🎉", 50)}},
		{"question", message.Field{Name: "X", Value: "a=?b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := letter(func(m *message.Message) { m.Headers = []message.Field{tt.f} })
			b := encode(t, m)
			wantCanonical(t, b)
			wantSame(t, readStandard(t, b), m)
		})
	}
}

// TestDeterministic: one Encoder gives for a message what a new one gives.
func TestDeterministic(t *testing.T) {
	var e message.Encoder
	for range 2 {
		for _, tt := range goldens {
			segments, err := e.Encode(tt.m)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if got, want := segments[0].Data, encode(t, tt.m); !bytes.Equal(got, want) {
				t.Errorf("%s: an Encoder used before gives %q, want %q", tt.name, got, want)
			}
		}
	}
}

// TestBoundary: a boundary that a part contains is not used.
func TestBoundary(t *testing.T) {
	m := letter(func(m *message.Message) {
		m.Body = message.Part{Parts: []message.Part{{Text: "a"}, {Text: "b"}}}
	})
	boundary := func(b []byte) string {
		_, rest, _ := strings.Cut(string(b), `boundary="`)
		rest, _, _ = strings.Cut(rest, `"`)
		return rest
	}
	before := boundary(encode(t, m))
	m.Body.Parts[0].Text = "see\n--" + before + "--\nnot the end"
	b := encode(t, m)
	if after := boundary(b); after == before || after == "" {
		t.Errorf("boundary %q, want another one than %q", after, before)
	}
	wantSame(t, readStandard(t, b), m)
	wantSame(t, readGoMessage(t, b), m)

	other := encode(t, letter(func(o *message.Message) { o.Body, o.MessageID = m.Body, "another@club.example" }))
	if boundary(other) == boundary(b) {
		t.Errorf("two messages have the boundary %q", boundary(b))
	}
}

// TestCollapse: a multipart with one child leaves no trace.
func TestCollapse(t *testing.T) {
	text := message.Part{Text: "x"}
	want := encode(t, letter(func(m *message.Message) { m.Body = text }))
	got := encode(t, letter(func(m *message.Message) {
		m.Body = message.Part{Parts: []message.Part{{Type: "multipart/alternative", Parts: []message.Part{text}}}}
	}))
	if !bytes.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEncoding: which encoding a text gets.
func TestEncoding(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"ASCII", "a\nb\n", "7bit"},
		{"empty", "", "7bit"},
		{"tab inside", "a\tb\n", "7bit"},
		{"78", strings.Repeat("x", 78), "7bit"},
		{"79", strings.Repeat("x", 79), "quoted-printable"},
		{"dot", "a\n.\n", "quoted-printable"},
		{"From", "From x", "quoted-printable"},
		{"from after CR", "a\rFrom x", "quoted-printable"},
		{"trailing space", "a \nb", "quoted-printable"},
		{"trailing space at the end", "a ", "quoted-printable"},
		{"NUL", "a\x00 and other words that are plain", "quoted-printable"},
		{"few accents", "hello there, who is that at the door? René, of course\n", "quoted-printable"},
		{"Han", "谢谢您谢谢您谢谢您\n", "base64"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := encode(t, letter(func(m *message.Message) { m.Body.Text = tt.text }))
			if want := "\r\nContent-Transfer-Encoding: " + tt.want + "\r\n"; !bytes.Contains(b, []byte(want)) {
				t.Errorf("want %s, got:\n%s", tt.want, b)
			}
		})
	}
}

// TestQuotedCharacters: no line of quoted-printable ends inside a character.
func TestQuotedCharacters(t *testing.T) {
	text := strings.Repeat("words that are plain and more of them, then é, я, more that are plain, 谢 and 🎉; ", 20)
	_, body, _ := bytes.Cut(encode(t, letter(func(m *message.Message) { m.Body.Text = text })), []byte("\r\n\r\n"))
	lines := strings.Split(string(body), "\r\n")
	if len(lines) < 10 {
		t.Fatalf("%d lines of quoted-printable:\n%s", len(lines), body)
	}
	for _, line := range lines {
		got, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(line)))
		if err != nil || !utf8.Valid(got) {
			t.Errorf("line %q is %q, %v", line, got, err)
		}
	}
}

// TestNameLooksExtended: a name with what RFC 2231 gives a meaning is quoted,
// for readers that see one without being told so.
func TestNameLooksExtended(t *testing.T) {
	for name, want := range map[string]string{
		"O'Neil.pdf": `"O'Neil.pdf"`, "utf-8''x.pdf": `"utf-8''x.pdf"`, "a*b.pdf": `"a*b.pdf"`, "50%.pdf": `"50%.pdf"`, "plain.pdf": "plain.pdf",
	} {
		b := encode(t, letter(func(m *message.Message) { m.Body.FileName = name }))
		for _, field := range []string{"\r\nContent-Type: text/plain; charset=us-ascii; name=", "\r\nContent-Disposition: attachment; filename="} {
			if !bytes.Contains(b, []byte(field+want+"\r\n")) {
				t.Errorf("file name %s: no %q in\n%s", name, field+want, b)
			}
		}
	}
}

// TestNotText: what looks like UTF-8 and is none, as half of a pair of
// surrogates, is refused wherever text stands.
func TestNotText(t *testing.T) {
	for _, bad := range []string{"\xed\xa0\xbd", "\xed\xa0\xbd\xed\xb8\x80", "\xc0\x80", "\xf4\x90\x80\x80", "caf\xe9", "\xe2\x82"} {
		for place, change := range map[string]func(*message.Message){
			"From":                func(m *message.Message) { m.From.Name = bad },
			"Sender":              func(m *message.Message) { m.Sender = message.Mailbox{Name: bad, Address: "a@b.example"} },
			"To":                  func(m *message.Message) { m.To[0].Name = bad },
			"Cc":                  func(m *message.Message) { m.Cc = []message.Mailbox{{Name: bad, Address: "a@b.example"}} },
			"Reply-To":            func(m *message.Message) { m.ReplyTo = []message.Mailbox{{Name: bad, Address: "a@b.example"}} },
			"Subject":             func(m *message.Message) { m.Subject = "a " + bad },
			"List-Id":             func(m *message.Message) { m.ListID = message.ListID{Description: bad, ID: "a.b"} },
			"X-A":                 func(m *message.Message) { m.Headers = []message.Field{{Name: "X-A", Value: bad}} },
			"text/plain":          func(m *message.Message) { m.Body.Text = bad },
			"text/html":           func(m *message.Message) { m.Body = message.Part{Type: "text/html", Text: bad} },
			"Content-Disposition": func(m *message.Message) { m.Body.FileName = bad },
			"Content-Type":        func(m *message.Message) { m.Body.Params = map[string]string{"a": bad} },
		} {
			var e message.Encoder
			_, err := e.Encode(letter(change))
			if fe, ok := errors.AsType[*message.FieldError](err); !ok || fe.Field != place {
				t.Errorf("%q in %s: error = %v", bad, place, err)
			}
		}
	}
}
