package peers

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	htmltemplate "html/template"
	"io"
	"strings"
	"syscall"
	"testing"
	texttemplate "text/template"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/wneessen/go-mail"

	"mailshot/template"
	msg "mailshot/transport/message"
)

// A letter is what both make a message of, for one row after the other.
type letter struct {
	name string
	text string // a template
	html string // as well; "" is none
	file []byte // attached; nil is none
	each bool   // the file is another one for each row
	key  crypto.Signer
}

const (
	greeting  = "Dear {{.name}} of {{.company}} in {{.city}},\n\nyour number is {{.code}}; café, naïve, Grüße. You pay {{.amount}} euros.\n"
	paragraph = "a line of a letter that says nothing at all, as letters do\n"
	markup    = "<p style=\"margin: 0\">A line of a letter to <b>{{.name}}</b> that says nothing at all, as letters do.</p>\n"
)

var (
	text24 = greeting + strings.Repeat(paragraph, 38)
	html80 = "<html><body><h1>Dear {{.name}}</h1>\n" + strings.Repeat(markup, 5) + strings.Repeat(strings.ReplaceAll(markup, "{{.name}}", "nobody"), 68) + "<p>{{.company}}, {{.city}}, {{.code}}</p></body></html>\n"
	file   = bytes.Repeat([]byte{0, 1, 2, 253, 254, 255, 'a', 'b', 'c', 'd'}, 10<<10)
)

var fields = map[string]string{"name": "José 17", "company": "Company & Daughters Ltd", "city": "Graz", "code": "00FA1234", "amount": "85.00"}

var columns = []string{"name", "company", "city", "code", "amount"}

func letters(tb testing.TB) []letter {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	ed := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	var all []letter
	for _, signed := range []struct {
		name string
		key  crypto.Signer
	}{{"none", nil}, {"ed25519", ed}, {"rsa2048", rsaKey}} {
		for _, l := range []letter{
			{name: "text", text: text24}, {name: "text+html", text: text24, html: html80},
			{name: "text+100KB", text: text24, file: file}, {name: "text+100KB-each", text: text24, file: file, each: true},
		} {
			l.name, l.key = fmt.Sprintf("letter=%s/dkim=%s", l.name, signed.name), signed.key
			all = append(all, l)
		}
	}
	return all
}

// BenchmarkCompose makes the message of a row: templates, MIME and signature, up to the octets that would be sent. Beside
// mailshot it is done by go-mail, which leaves DKIM to go-msgauth. A file that all rows get is encoded once by mailshot, and
// for each message by go-mail. What counts is the time of the processors.
//
//	go test -run xxx -bench Compose
func BenchmarkCompose(b *testing.B) {
	for _, l := range letters(b) {
		ours := 0.0
		for _, by := range []struct {
			name string
			make func(testing.TB, letter) func(row int) []byte
		}{{"mailshot", composeMailshot}, {"go-mail", composeGoMail}} {
			b.Run(l.name+"/by="+by.name, func(b *testing.B) {
				compose := by.make(b, l)
				n, octets := 0, 0
				b.ReportAllocs()
				begun := processors()
				for b.Loop() {
					octets = len(compose(n))
					n++
				}
				took := float64(processors()-begun) / float64(n) / 1000
				if by.name == "mailshot" {
					ours = took
				}
				b.ReportMetric(took, "cpu-µs/message")
				b.ReportMetric(took/ours, "x-mailshot")
				b.ReportMetric(float64(octets), "octets")
			})
		}
	}
}

// processors is the time that this process has had of all processors.
func processors() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var when = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// composeMailshot composes as a worker does.
func composeMailshot(tb testing.TB, l letter) func(row int) []byte {
	set, err := template.Parse(template.Config{
		Subject: template.Source{Name: "subject", Text: "Your renewal, {{.name}}"}, Text: template.Source{Name: "text", Text: l.text},
		HTML: template.Source{Name: "html", Text: l.html}, Columns: columns, Now: when,
	})
	if err != nil {
		tb.Fatal(err)
	}
	renderer := set.Renderer()
	var encoder msg.Encoder
	signer := msg.Signer{DKIM: &msg.DKIM{Domain: "club.example", Selector: "s1", Key: l.key}}
	encoded, err := (&msg.File{Size: int64(len(l.file)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(l.file)), nil }}).Encode()
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]byte, 0, 256<<10)
	return func(row int) []byte {
		t, err := renderer.Render(template.Row{Number: row, Line: row, Fields: fields})
		if err != nil {
			tb.Fatal(err)
		}
		m := &msg.Message{
			From: msg.Mailbox{Name: "Office", Address: sender}, To: []msg.Mailbox{{Name: "José", Address: recipient}},
			Subject: t.Subject, Date: when, MessageID: fmt.Sprintf("%d.x@club.example", row), Body: msg.Part{Text: t.Text},
		}
		if l.html != "" {
			m.Body = msg.Part{Type: "multipart/alternative", Parts: []msg.Part{{Text: t.Text}, {Type: "text/html", Text: t.HTML}}}
		}
		if l.file != nil {
			attached := msg.Part{Type: "application/pdf", FileName: "terms.pdf", Encoded: encoded}
			if l.each {
				attached.Content, attached.Encoded = l.file, nil
			}
			m.Body = msg.Part{Parts: []msg.Part{m.Body, attached}}
		}
		segments, err := encoder.Encode(m)
		if err != nil {
			tb.Fatal(err)
		}
		out = out[:0]
		if l.key != nil {
			field, err := signer.Sign(segments, when)
			if err != nil {
				tb.Fatal(err)
			}
			out = append(out, field.Data...)
		}
		for _, s := range segments {
			out = append(out, s.Data...)
		}
		return out
	}
}

// composeGoMail composes as go-mail is meant to be used, with templates that are parsed once.
func composeGoMail(tb testing.TB, l letter) func(row int) []byte {
	text := texttemplate.Must(texttemplate.New("text").Option("missingkey=error").Parse(l.text))
	html := htmltemplate.Must(htmltemplate.New("html").Option("missingkey=error").Parse(l.html))
	subject := texttemplate.Must(texttemplate.New("subject").Parse("Your renewal, {{.name}}"))
	o := &dkim.SignOptions{
		Domain: "club.example", Selector: "s1", Signer: l.key, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: []string{"from", "from", "to", "to", "subject", "subject", "date", "date", "message-id", "message-id", "mime-version", "content-type", "content-type"},
	}
	var out, signed bytes.Buffer
	var line strings.Builder
	try := func(err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	return func(row int) []byte {
		m := mail.NewMsg()
		try(m.FromFormat("Office", sender))
		try(m.AddToFormat("José", recipient))
		line.Reset()
		try(subject.Execute(&line, fields))
		m.Subject(line.String())
		m.SetDateWithValue(when)
		m.SetMessageIDWithValue(fmt.Sprintf("%d.x@club.example", row))
		try(m.SetBodyTextTemplate(text, fields))
		if l.html != "" {
			try(m.AddAlternativeHTMLTemplate(html, fields))
		}
		if l.file != nil {
			m.AttachReadSeeker("terms.pdf", bytes.NewReader(l.file), mail.WithFileContentType("application/pdf"))
		}
		out.Reset()
		if _, err := m.WriteTo(&out); err != nil {
			tb.Fatal(err)
		}
		if l.key == nil {
			return out.Bytes()
		}
		signed.Reset()
		try(dkim.Sign(&signed, &out, o))
		return signed.Bytes()
	}
}

// Both make a message that says the same, with a signature that holds.
func TestCompose(t *testing.T) {
	for _, l := range letters(t) {
		ours, theirs := composeMailshot(t, l)(1), composeGoMail(t, l)(1)
		if n, m := len(ours), len(theirs); n > m*5/4 || m > n*5/4 {
			t.Errorf("%s: mailshot makes %d octets and go-mail %d", l.name, n, m)
		}
		for _, b := range [][]byte{ours, theirs} {
			for _, part := range []string{"Company", "00FA1234", "=C3=BC=C3=9F"} {
				if !bytes.Contains(b, []byte(part)) {
					t.Errorf("%s: no %q in\n%.3000s", l.name, part, b)
				}
			}
			if l.key == nil {
				continue
			}
			record := (&msg.DKIM{Domain: "club.example", Selector: "s1", Key: l.key}).Record()
			found, err := dkim.VerifyWithOptions(bytes.NewReader(b), &dkim.VerifyOptions{LookupTXT: func(string) ([]string, error) { return []string{record}, nil }})
			if err != nil || len(found) != 1 || found[0].Err != nil {
				t.Errorf("%s: %v, %v", l.name, found, err)
			}
		}
	}
}
