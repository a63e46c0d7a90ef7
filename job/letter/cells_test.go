package letter

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/address"
	"mailshot/job/attachment"
	"mailshot/job/jobfile"
	"mailshot/job/recipients"
	"mailshot/transport/message"
)

// everyField is a letter in which a cell stands wherever one can.
const everyField = `recipients: {file: people.csv, name: cell}
message:
  from: Office <office@club.example>
  sender: '"{{.cell}}" <clerk@club.example>'
  reply_to: '"{{.cell}}" <desk@club.example>, {{.mail}}'
  cc: '"{{.cell}}" <board@club.example>, {{.mail}}'
  bcc: ["{{.mail}}", '"{{.cell}}" <archive@club.example>']
  subject: "S {{.cell}}"
  text: {inline: "T {{.cell}}"}
  html: {inline: '<p title="{{.cell}}">{{.cell}}</p><a href="https://club.example/{{.cell}}">x</a><img src="cid:logo">'}
  inline: {logo: logo.png}
  attachments: [{file: terms.txt, name: "{{.cell}}.txt"}]
  unsubscribe: {url: "https://club.example/u?{{urlquery .cell}}", mailto: "leave@club.example"}
  list_id: "{{.cell}} <news.club.example>"
  in_reply_to: "{{.id}}"
  headers: {X-Cell: "{{.cell}}"}
`

// composerOf is a composer of letters of a job with a few files.
func composerOf(t testing.TB, job string, columns ...string) *Composer {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"job.yaml": job, "logo.png": "\x89PNG\r\n\x1a\n", "terms.txt": "Terms.\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j, err := jobfile.Load(filepath.Join(dir, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := lettersOf(j, columns, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l.Composer(false)
}

// lettersOf makes the letters of a job, which d signs; nil: nobody does.
func lettersOf(j *jobfile.Job, columns []string, d *message.DKIM) (*Letters, error) {
	return New(Config{
		Job: j, Columns: columns, Files: &attachment.Files{Job: j}, Now: time.Now(), Random: zeros{}, DKIM: d,
		Suppressed: func(address.Address) string { return "" },
	})
}

// zeros are random numbers that are none.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func rowOf(name string, cells ...string) *recipients.Row {
	return &recipients.Row{Number: 1, Line: 2, Key: "k", Address: address.Address{Local: "ann", Domain: "club.example"}, Name: name, Cells: cells}
}

// composed is a message as its octets.
func composed(c *Composer, r *recipients.Row) ([]byte, delivery, error) {
	m, err := c.Compose(r, "id@club.example", time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	if err != nil {
		return nil, delivery{}, err
	}
	var b bytes.Buffer
	for _, s := range m.octets {
		b.Write(s.Data)
		if s.Open != nil {
			f, err := s.Open()
			if err != nil {
				return nil, delivery{}, err
			}
			if _, err := io.Copy(&b, f); err != nil {
				return nil, delivery{}, err
			}
			f.Close()
		}
	}
	var to []string
	for _, box := range m.Envelope(c.job.Message.EnvelopeFrom.Address).To {
		to = append(to, box.String())
	}
	return b.Bytes(), delivery{to, m.Wide}, nil
}

// delivery is what of a mail is not in its octets.
type delivery struct {
	to   []string
	wide bool
}

// shapeOf is the form of a message: its fields, and those of its parts.
func shapeOf(t testing.TB, octets []byte) string {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(octets))
	if err != nil {
		t.Fatalf("net/mail: %v\n%s", err, octets)
	}
	var b strings.Builder
	var part func(header map[string][]string, body io.Reader)
	part = func(header map[string][]string, body io.Reader) {
		var names []string
		for name, values := range header {
			if len(values) == 1 && slices.Contains([]string{"In-Reply-To", "References", "X-Cell"}, name) {
				continue // without a value there is no such field
			}
			names = append(names, fmt.Sprint(name, len(values)))
		}
		slices.Sort(names)
		fmt.Fprint(&b, names)
		kind, params, err := mime.ParseMediaType(netmail.Header(header).Get("Content-Type"))
		if err != nil {
			t.Fatalf("mime: %v", err)
		}
		b.WriteString(kind)
		if !strings.HasPrefix(kind, "multipart/") {
			return
		}
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if err != nil {
				break
			}
			part(p.Header, p)
		}
		b.WriteString(".")
	}
	part(m.Header, m.Body)
	return b.String()
}

// Whatever a cell has in it, and wherever it stands, it adds no field, no part
// and no recipient.
func FuzzCellOfLetter(f *testing.F) {
	c := composerOf(f, everyField, "cell", "mail", "id")
	octets, harmless, err := composed(c, rowOf("x", "x", "boss@club.example", "<a@b>"))
	if err != nil {
		f.Fatal(err)
	}
	want := shapeOf(f, octets)
	if len(harmless.to) != 4 {
		f.Fatalf("the letter goes to %q", harmless.to)
	}
	for _, s := range []string{
		"x", "", "a\r\nBcc: eve@evil.example", "a, b", `"`, `" <eve@evil.example>, "`, "a@b.example, c@d.example", "<eve@evil.example>", "\x00", "\x1f",
		"Zoë", "büro@club.example", "=?utf-8?q?a=0D=0ABcc:_x?=", "a;b", "(", ")", `\`, "../../etc/passwd", "cid:logo", "\u2028", strings.Repeat("x", 1000), "--=_", ">, <https://evil.example",
	} {
		f.Add(s, "boss@club.example", "")
		f.Add("x", s, s)
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, cell, mailCell, id string) {
		octets, got, err := composed(c, rowOf(cell, cell, mailCell, id))
		if err != nil {
			return // a bad row
		}
		if len(got.to) > len(harmless.to) {
			t.Errorf("%q, %q: it goes to %q", cell, mailCell, got.to)
		}
		for _, a := range got.to {
			own := slices.Contains([]string{"ann@club.example", "board@club.example", "archive@club.example"}, a)
			if box, err := address.ParseMailbox(mailCell); !own && (err != nil || box.Address.String() != a) {
				t.Errorf("%q, %q: it goes to %s", cell, mailCell, a)
			}
		}
		shape := shapeOf(t, octets)
		if shape != want {
			t.Errorf("%q, %q, %q make another message:\n%s\nwant\n%s\n%s", cell, mailCell, id, shape, want, octets)
		}
		for line := range bytes.SplitSeq(octets, []byte("\r\n")) {
			if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") {
				t.Errorf("%q: the line %q", cell, line)
			}
		}
		if !got.wide && bytes.ContainsFunc(octets, func(r rune) bool { return r >= 0x80 }) {
			t.Errorf("%q: octets that are not ASCII", cell)
		}
		again, _, err := composed(c, rowOf(cell, cell, mailCell, id))
		if err != nil || !bytes.Equal(again, octets) {
			t.Errorf("%q: the same row makes another message: %v", cell, err)
		}
	})
}
