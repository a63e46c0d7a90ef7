package letter

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/job/jobfile"
	"mailshot/transport/message"
)

// everyKey is a letter that has every key of its section, and a cell wherever
// one can stand.
const everyKey = `recipients: {file: people.csv, name: cell}
message:
  from: Office <office@club.example>
  envelope_from: bounces@club.example
  sender: '"{{.cell}}" <clerk@club.example>'
  reply_to: '"{{.cell}}" <desk@club.example>'
  cc: ['"{{.cell}}" <board@club.example>, {{.mail}}']
  bcc: ['{{range split ";" .mail}}{{.}}{{end}}']
  subject: "S {{.cell}}"
  text: {inline: "T {{.cell}}"}
  html: {inline: '<style>p {color: red}</style><img src="cid:logo">{{template "cell" .}}<a href="https://club.example/{{.cell}}?q={{.cell}}">x</a>'}
  include: [partial.txt]
  inline: {logo: logo.png, sign: sign.png}
  attachments:
    - {file: terms.txt, name: "{{.cell}}.txt"}
    - {file: "bills/{{.file}}"}
    - {file: "{{.file}}", name: "b-{{.file}}", unique: false}
  unsubscribe: {url: "https://club.example/u?{{urlquery .cell}}", mailto: "leave@club.example", one_click: true}
  list_id: "{{.cell}} <news.club.example>"
  auto_submitted: auto-generated
  in_reply_to: "{{.id}}"
  headers: {X-Cell: "{{.cell}}"}
  dkim: {selector: s1, key: {file: dkim.pem}}
`

// keyed is a job with every key, in a directory beside which there is a secret,
// and links to it.
type keyed struct {
	letters *Letters
	dkim    *message.DKIM
}

// inside is what every file of the job has in it.
const inside = "in the job's directory"

func newKeyed(t testing.TB) *keyed {
	t.Helper()
	top := t.TempDir()
	dir := filepath.Join(top, "job")
	key, pem := edKey(1)
	for name, text := range map[string]string{
		"secret": "secret", "job/job.yaml": everyKey, "job/dkim.pem": pem, "job/logo.png": inside + " 1", "job/sign.png": inside + " 2", "job/terms.txt": inside,
		"job/partial.txt": `{{define "cell"}}<p title="{{.cell}}">{{.cell}}</p>{{end}}`,
		"job/bills/a.pdf": inside, "job/bills/Zoë.pdf": inside, "job/bills/sub/c.pdf": inside, "job/a.pdf": inside, "job/Zoë.pdf": inside, "job/sub/c.pdf": inside,
	} {
		file := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"out": "../secret", "bills/out": "../../secret", "bills/up": "../..", "up": "..", "bills/same.pdf": "a.pdf", "same.pdf": "bills/a.pdf"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	j, err := jobfile.Load(filepath.Join(dir, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d := &message.DKIM{Domain: "club.example", Selector: "s1", Key: key}
	l, err := lettersOf(j, []string{"cell", "mail", "id", "file"}, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &keyed{l, d}
}

// composer makes letters whose files nobody looked at before.
func (k *keyed) composer() *Composer {
	c := k.letters.Composer(false)
	c.finder = k.letters.Attachments.Finder(true)
	return c
}

// FuzzEveryKey: whatever the cells of a row have in them, and wherever they stand,
// the row is refused, or its letter says what they say and nothing more: there
// is no field, part, recipient or file that the job does not name, every value
// is read again as it was, and all of it keeps to the form of a message, is
// signed, and is the same when it is made again.
func FuzzEveryKey(f *testing.F) {
	k := newKeyed(f)
	first, second := k.composer(), k.composer()
	octets, _, err := composed(first, rowOf("x", "x", "boss@club.example", "<a@b>", "a.pdf"))
	if err != nil {
		f.Fatal(err)
	}
	shape := shapeOf(f, octets)
	for _, s := range []string{
		"x", "", " x ", "a\r\nBcc: eve@evil.example", "a, b", `" <eve@evil.example>, "`, `x" <eve@evil.example> (`, `\`, "\x1f", "Zoë Ångström", "=?utf-8?q?a=0D=0ABcc:_x?=",
		"cid:sign", "src=cid:sign", "url(cid:sign)", "cid:nobody", `"cid:sign`, "<img src=cid:sign>", "<style>", "../../etc/passwd", "a/b", "O'Neil", "utf-8''x", "50%", "안 리", "e\u0301", "ZgotmplZ",
		strings.Repeat("x", 1000), strings.Repeat("word ", 100), strings.Repeat("ü", 300), "--=_", ">, <https://evil.example", "From x\n.\n", "\u202ex", "\u2028", "\ufeff", "{{.id}}", "a\tb", "\xff", "a  b", "\u00a0x\u00a0",
	} {
		f.Add(s, "boss@club.example", "<a@b.example>", "a.pdf")
		f.Add("x", s, s, s)
	}
	for _, s := range []string{"out", "../secret", "up/secret", "bills/out", "/etc/passwd", "sub/c.pdf", "sub/../../secret", "same.pdf", "Zoë.pdf", "bills", "a.pdf\x00", "./a.pdf", "sub//c.pdf"} {
		f.Add("x", "büro@club.example", "", s)
	}
	for _, s := range []string{"a@b.example;c@d.example", "a@b.example, c@d.example", "Zoë <zoe@club.example>", `"a, b" <c@d.example>`, "board@club.example", `"a b"@c.example`} {
		f.Add("Zoë", s, "a@b", "a.pdf")
	}
	f.Fuzz(func(t *testing.T, cell, mailCell, id, file string) {
		r := rowOf(cell, cell, mailCell, id, file)
		octets, to, err := composed(first, r)
		again, _, errAgain := composed(second, r)
		if (err == nil) != (errAgain == nil) || !bytes.Equal(octets, again) {
			t.Errorf("the same row makes another message: %v, %v", err, errAgain)
		}
		if err != nil {
			return // a bad row
		}
		wantRecipients(t, to, mailCell)
		if got := shapeOf(t, octets); got != shape {
			t.Errorf("another form of message:\n%s\nwant\n%s", got, shape)
		}
		wantForm(t, octets, to.wide)
		wantRead(t, octets, cell, id, file)
		if err := verify(t, octets, k.dkim); err != nil {
			t.Errorf("the signature: %v", err)
		}
		if t.Failed() {
			t.Logf("cell %q, mail %q, id %q, file %q:\n%s", cell, mailCell, id, file, octets)
		}
	})
}
