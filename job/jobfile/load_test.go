package jobfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mailshot/job/address"
	"mailshot/job/jobfile/when"
	"mailshot/job/secret"
)

// full has every key that there is.
const full = `# the yearly renewal
version: 1
name: renewal-2026

recipients:
  file: members.csv
  email: mail
  name: full_name
  key: member_id
  delimiter: ";"
  encoding: windows-1252
  where: >
    {{eq .status "active"}}
  suppress:
    - do-not-mail.txt
    - lists/club.csv
  duplicates: first
  columns:
    member_id: {match: '\d{7}', unique: true}
    due: {date: 2026-01-01..2026-12-31, form: dd/mm/yyyy}
    amount: {number: 0..5000, required: true}
    lang: {one_of: [de, no]}
    vip: {yes_no: true}
    note: {text: true}
    until: date
  expect: 1200..1300
  max_age: 24h
  numbers: "1.234,50"
  dates: dd/mm/yyyy
  sheet: Members
message:
  from: Membership Office <office@club.example>
  envelope_from: bounces@club.example
  reply_to: "{{.branch}} <{{.branch_mail}}>"
  subject: >
    Your renewal,
    {{.first_name}}
  text:
    inline: |

      Dear {{.first_name}},
      # no comment
  headers: {X-Campaign: renewal-2026, X-Branch: "{{.branch}}"}
  sender: Ann <ann@club.example>
  cc: "board@club.example, {{.branch_mail}}"
  bcc:
    - archive@club.example
    - "{{.boss}}"
  html: letter.html
  include: [partials/*.html]
  inline:
    photo: p.jpg
    logo: logo.png
  attachments:
    - terms.pdf
    - file: invoices/{{.member_id}}.pdf
      name: Invoice {{.member_id}}.pdf
      must_contain: "{{.member_id}}"
      on_missing: skip-row
    - {file: "maps/{{.branch}}.bin", type: image/png, unique: false, max_age: 1h}
  attachments_from: ../accounts
  unsubscribe:
    url: https://club.example/u/{{.token}}
    mailto: leave@club.example
    one_click: true
  list_id: Club news <news.club.example>
  auto_submitted: no
  in_reply_to: <4f1c@club.example>
  dkim: {domain: Club.example, selector: s2026, key: {file: dkim.pem}}

server:
  host: smtp.club.example
  port: 2525
  tls: implicit
  username: office
  password: {command: [pass, show, "smtp"]}
  auth: scram-sha-256
  hello: "[192.0.2.1]"
  ca: ca.pem
  allow_plaintext_auth: true
  timeouts: {connect: 10s, reply: 1m, final: 20m}
  pipelining: never
  client_certificate: {cert: office.pem, key: office.key}

delivery:
  workers: 8
  per_session: 20
  rate: 50/5m # of the provider
  retry: {attempts: 5, wait: 10m, max_wait: 30m}
  give_up_after: 0
  keep_transcripts: failed

results: out/renewal.results.csv
`

var ignoreHidden = cmp.Options{
	cmpopts.IgnoreUnexported(Job{}),
	cmp.Comparer(func(a, b when.Window) bool { return a.String() == b.String() }),
}

func TestParseFull(t *testing.T) {
	got, err := Parse("jobs/renewal.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	want := &Job{
		Path: "jobs/renewal.yaml",
		Dir:  "jobs",
		Name: "renewal-2026",
		Recipients: Recipients{
			File: "members.csv", Email: "mail", Name: "full_name", Key: "member_id",
			Delimiter: ";", Encoding: "windows-1252", Duplicates: "first",
			Where:    Text{Value: `{{eq .status "active"}}`, Line: 13},
			Suppress: []SuppressList{{Text{Value: "do-not-mail.txt", Line: 15}, ""}, {Text{Value: "lists/club.csv", Line: 16}, ""}},
			Numbers:  Text{Value: "1.234,50", Line: 28},
			Dates:    Text{Value: "dd/mm/yyyy", Line: 29},
			Columns: []Column{
				{Name: "member_id", Match: `\d{7}`, Unique: true, Line: 19},
				{Name: "due", Kind: DateColumn, Form: Text{Value: "dd/mm/yyyy", Line: 20}, Range: Range{"2026-01-01", "2026-12-31"}, Line: 20},
				{Name: "amount", Kind: NumberColumn, Range: Range{"0", "5000"}, Required: true, Line: 21},
				{Name: "lang", OneOf: []string{"de", "no"}, Line: 22},
				{Name: "vip", Kind: YesNoColumn, Line: 23},
				{Name: "note", Kind: TextColumn, Line: 24},
				{Name: "until", Kind: DateColumn, Line: 25},
			},
			Sheet:  "Members",
			Expect: CountRange{Least: 1200, Most: 1300}, MaxAge: 24 * time.Hour,
		},
		Message: Message{
			From: address.Mailbox{
				Name:    "Membership Office",
				Address: address.Address{Local: "office", Domain: "club.example"},
			},
			EnvelopeFrom: address.Mailbox{Address: address.Address{Local: "bounces", Domain: "club.example"}},
			ReplyTo:      []Text{{Value: "{{.branch}} <{{.branch_mail}}>", Line: 34}},
			Subject:      Text{Value: "Your renewal, {{.first_name}}", Line: 36},
			Text:         Template{Inline: Text{Value: "\nDear {{.first_name}},\n# no comment\n", Line: 40}},
			Headers: []Header{
				{Name: "X-Campaign", Value: Text{Value: "renewal-2026", Line: 43}},
				{Name: "X-Branch", Value: Text{Value: "{{.branch}}", Line: 43}},
			},
			Sender:  Text{Value: "Ann <ann@club.example>", Line: 44},
			Cc:      []Text{{Value: "board@club.example, {{.branch_mail}}", Line: 45}},
			Bcc:     []Text{{Value: "archive@club.example", Line: 47}, {Value: "{{.boss}}", Line: 48}},
			HTML:    Template{File: Text{Value: "letter.html", Line: 49}},
			Include: []Text{{Value: "partials/*.html", Line: 50}},
			Inline:  []InlineFile{{ID: "photo", File: Text{Value: "p.jpg", Line: 52}}, {ID: "logo", File: Text{Value: "logo.png", Line: 53}}},
			Attachments: []Attachment{
				{File: Text{Value: "terms.pdf", Line: 55}, OnMissing: "error", Line: 55},
				{
					File: Text{Value: "invoices/{{.member_id}}.pdf", Line: 56}, PerRow: true, Unique: true,
					Name:        Text{Value: "Invoice {{.member_id}}.pdf", Line: 57},
					MustContain: Text{Value: "{{.member_id}}", Line: 58}, OnMissing: "skip-row", Line: 56,
				},
				{File: Text{Value: "maps/{{.branch}}.bin", Line: 60}, PerRow: true, Type: "image/png", OnMissing: "error", MaxAge: time.Hour, Line: 60},
			},
			AttachmentsFrom: "../accounts",
			Unsubscribe: Unsubscribe{
				URL: Text{Value: "https://club.example/u/{{.token}}", Line: 63}, Mailto: Text{Value: "leave@club.example", Line: 64}, OneClick: true,
			},
			ListID:        Text{Value: "Club news <news.club.example>", Line: 66},
			AutoSubmitted: "no",
			InReplyTo:     Text{Value: "<4f1c@club.example>", Line: 68},
			DKIM:          DKIM{Domain: "club.example", Selector: "s2026", Key: secret.Source{File: "dkim.pem", Line: 69}},
		},
		Server: Server{
			Host: "smtp.club.example", Port: 2525, TLS: Implicit,
			HasAuth: true, Username: "office", Password: secret.Source{Command: []string{"pass", "show", "smtp"}, Line: 76},
			Auth: "scram-sha-256", Hello: "[192.0.2.1]", CA: "ca.pem", AllowPlaintextAuth: true,
			ClientCertificate: Certificate{Cert: "office.pem", Key: "office.key"},
			Timeouts:          Timeouts{Connect: 10 * time.Second, Reply: time.Minute, Final: 20 * time.Minute},
			Pipelining:        "never",
		},
		Delivery: Delivery{
			Workers: 8, PerSession: 20, Rate: when.Rate{Count: 50, Per: 5 * time.Minute},
			Retry: Retry{Attempts: 5, Wait: 10 * time.Minute, MaxWait: 30 * time.Minute}, KeepTranscripts: "failed",
		},
		Results: "out/renewal.results.csv",
	}
	if diff := cmp.Diff(want, got, ignoreHidden); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
	for key, line := range map[string]int{"name": 3, "recipients.key": 9, "recipients.where": 12, "message.headers.X-Branch": 43, "server.ca": 79, "server.nothing": 0} {
		if got := got.Line(key); got != line {
			t.Errorf("Line(%q) = %d; want %d", key, got, line)
		}
	}
	if err := got.CheckServer(); err != nil {
		t.Errorf("CheckServer: %v", err)
	}
}

const least = "recipients: members.csv\nmessage: {from: office@club.example, subject: Hi, text: letter.txt}\n"

// Lists of suppress may be one, none, or a list of them.
func TestParseSuppress(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []SuppressList
	}{
		{"a.txt", []SuppressList{{Text{Value: "a.txt", Line: 1}, ""}}},
		{"[a.txt, ../b.csv]", []SuppressList{{Text{Value: "a.txt", Line: 1}, ""}, {Text{Value: "../b.csv", Line: 1}, ""}}},
		{"{file: a.csv, email: Email Address}", []SuppressList{{Text{Value: "a.csv", Line: 1}, "Email Address"}}},
		{"[a.txt, {file: b.csv, email: to}, {file: c.csv}]", []SuppressList{{Text{Value: "a.txt", Line: 1}, ""}, {Text{Value: "b.csv", Line: 1}, "to"}, {Text{Value: "c.csv", Line: 1}, ""}}},
		{"[]", nil},
	} {
		got, err := Parse("job.yaml", []byte(strings.Replace(least, "members.csv", "{file: members.csv, suppress: "+tt.in+"}", 1)))
		if err != nil {
			t.Errorf("suppress: %s: %v", tt.in, err)
		} else if diff := cmp.Diff(tt.want, got.Recipients.Suppress); diff != "" {
			t.Errorf("suppress: %s (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestParseLeast(t *testing.T) {
	got, err := Parse("/srv/jobs/renewal.v2.yaml", []byte(least))
	if err != nil {
		t.Fatal(err)
	}
	office := address.Mailbox{Address: address.Address{Local: "office", Domain: "club.example"}}
	want := &Job{
		Path:       "/srv/jobs/renewal.v2.yaml",
		Dir:        "/srv/jobs",
		Name:       "renewal.v2",
		Recipients: Recipients{File: "members.csv", Delimiter: "auto", Encoding: "auto", Duplicates: "error"},
		Message: Message{
			From: office, EnvelopeFrom: office,
			Subject: Text{Value: "Hi", Line: 2},
			Text:    Template{File: Text{Value: "letter.txt", Line: 2}},
		},
		Delivery: Delivery{Workers: 3, PerSession: 1, Retry: Retry{Attempts: 3, Wait: 5 * time.Minute, MaxWait: time.Hour}, GiveUpAfter: 10, KeepTranscripts: "none"},
	}
	if diff := cmp.Diff(want, got, ignoreHidden); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
	if got.Line("recipients.file") != 1 {
		t.Errorf("Line(recipients.file) = %d; want 1", got.Line("recipients.file"))
	}
	wantErr := "/srv/jobs/renewal.v2.yaml: `server` is missing\nhint: add a `server` section with a `host`, or try the job without a server: --sandbox"
	if err := got.CheckServer(); err == nil || err.Error() != wantErr {
		t.Errorf("CheckServer: %v; want %s", err, wantErr)
	}
}

// parseForms are jobs with what follows from other keys, or is written in more than one way.
var parseForms = []struct {
	name  string
	input string
	got   func(*Job) any
	want  any
}{
	{"tls by default", formServer("ca: a"), tlsAndPort, [2]string{"starttls", "587"}},
	{"tls by port 465", formServer("port: 465"), tlsAndPort, [2]string{"implicit", "465"}},
	{"tls by port 25", formServer("port: 25"), tlsAndPort, [2]string{"starttls", "25"}},
	{"port by implicit", formServer("tls: implicit"), tlsAndPort, [2]string{"implicit", "465"}},
	{"port by starttls", formServer("tls: starttls"), tlsAndPort, [2]string{"starttls", "587"}},
	{"port by none", formServer("tls: none"), tlsAndPort, [2]string{"none", "25"}},
	{"starttls on 465", formServer("tls: starttls, port: 465"), tlsAndPort, [2]string{"starttls", "465"}},
	{"IPv6 in brackets", strings.Replace(formServer("port: 25"), "a.example", "'[::1]'", 1), func(j *Job) any { return j.Server.Host }, "::1"},
	{"host that is not ASCII", strings.Replace(formServer("port: 25"), "a.example", "smtp.Bücher.example", 1), func(j *Job) any { return j.Server.Host }, "smtp.xn--bcher-kva.example"},
	{"IPv6", strings.Replace(formServer("port: 25"), "a.example", "'::1'", 1), func(j *Job) any { return j.Server.Host }, "::1"},
	{"empty hello", formServer(`hello: ""`), func(j *Job) any { return j.Server.Hello }, ""},
	{"ask", formServer("username: a, password: ask"), password, secret.Source{Ask: true, Line: 3}},
	{"variable", formServer("username: a, password: {env: SMTP_PASSWORD}"), password, secret.Source{Env: "SMTP_PASSWORD", Line: 3}},
	{"file", formServer("username: a, password: {file: pw.txt}"), password, secret.Source{File: "pw.txt", Line: 3}},
	{"no auth", formServer("tls: none"), func(j *Job) any { return j.Server.HasAuth }, false},
	{"duplicates with a key", formRecipients("key: id"), func(j *Job) any { return j.Recipients.Duplicates }, "all"},
	{"duplicates as written", formRecipients("key: id, duplicates: error"), func(j *Job) any { return j.Recipients.Duplicates }, "error"},
	{"a kind alone", formRecipients("columns: {a: number}"), firstColumn, Column{Name: "a", Kind: NumberColumn, Line: 1}},
	{"a kind and no more", formRecipients("columns: {a: {number: true, form: '1.234,50'}}"), firstColumn, Column{Name: "a", Kind: NumberColumn, Form: Text{Value: "1.234,50", Line: 1}, Line: 1}},
	{"numbers from", formRecipients("columns: {a: {number: -0.5..}}"), firstColumn, Column{Name: "a", Kind: NumberColumn, Range: Range{"-0.5", ""}, Line: 1}},
	{"numbers to", formRecipients("columns: {a: {number: ..12}}"), firstColumn, Column{Name: "a", Kind: NumberColumn, Range: Range{"", "12"}, Line: 1}},
	{"how dates are written", formRecipients("columns: {a: {date: mm/dd/yyyy}}"), firstColumn, Column{Name: "a", Kind: DateColumn, Form: Text{Value: "mm/dd/yyyy", Line: 1}, Line: 1}},
	{"a column that says nothing", formRecipients("columns: {a: {unique: false}}"), firstColumn, Column{Name: "a", Line: 1}},
	{"no columns", formRecipients("columns: {}"), func(j *Job) any { return len(j.Recipients.Columns) }, 0},
	{"a column by its name", formRecipients("columns: {a: date, b c: yes_no}"), func(j *Job) any { return j.Recipients.Column("b c").Kind.String() }, "yes_no"},
	{"a column that is not told of", formRecipients("columns: {a: date}"), func(j *Job) any { return j.Recipients.Column("b") }, Column{Name: "b"}},
	{"so many rows", formRecipients("expect: 1200"), expected, CountRange{Least: 1200, Most: 1200}},
	{"so many rows in quotes", formRecipients(`expect: "1200"`), expected, CountRange{Least: 1200, Most: 1200}},
	{"at least so many rows", formRecipients("expect: 1200.."), expected, CountRange{Least: 1200, Most: 0}},
	{"at most so many rows", formRecipients("expect: ..1300"), expected, CountRange{Least: 0, Most: 1300}},
	{"tab", formRecipients("delimiter: tab"), func(j *Job) any { return j.Recipients.Delimiter }, "tab"},
	{"tab as written", formRecipients(`delimiter: "\t"`), func(j *Job) any { return j.Recipients.Delimiter }, "tab"},
	{"bar", formRecipients(`delimiter: "|"`), func(j *Job) any { return j.Recipients.Delimiter }, "|"},
	{"standard input", strings.Replace(least, "members.csv", `"-"`, 1), func(j *Job) any { return j.Recipients.File }, "-"},
	{"wait longer than the longest", least + "delivery: {retry: {wait: 2h}}\n", func(j *Job) any { return j.Delivery.Retry.MaxWait }, 2 * time.Hour},
	{"a number as text", strings.Replace(least, "Hi", "2026", 1), func(j *Job) any { return j.Message.Subject.Value }, "2026"},
	{"no as text", strings.Replace(least, "Hi", "no", 1), func(j *Job) any { return j.Message.Subject.Value }, "no"},
	{"1.10 as text", strings.Replace(least, "Hi", "1.10", 1), func(j *Job) any { return j.Message.Subject.Value }, "1.10"},
	{"hash in quotes", strings.Replace(least, "Hi", `"Renewal #2026"`, 1), func(j *Job) any { return j.Message.Subject.Value }, "Renewal #2026"},
	{"path that is a template", strings.Replace(least, "letter.txt", `"{{.lang}}.txt"`, 1), func(j *Job) any { return j.Message.Text.File.Value }, "{{.lang}}.txt"},
	{"CRLF", strings.ReplaceAll(least, "\n", "\r\n"), func(j *Job) any { return j.Message.Subject.Value }, "Hi"},
	{"BOM", "\ufeff" + least, func(j *Job) any { return j.Recipients.File }, "members.csv"},
	{"document marker", "---\n" + least, func(j *Job) any { return j.Recipients.File }, "members.csv"},
	{"header that is like a key", strings.Replace(least, "}", ", headers: {Text: a}}", 1), func(j *Job) any { return j.Message.Headers[0].Name }, "Text"},
}

func formServer(s string) string { return least + "server: {host: a.example, " + s + "}\n" }

func formRecipients(s string) string {
	return strings.Replace(least, "members.csv", "{file: members.csv, "+s+"}", 1)
}

func firstColumn(j *Job) any { return j.Recipients.Columns[0] }

func expected(j *Job) any { return j.Recipients.Expect }

// A pattern is for the whole cell, alternatives included.
func TestColumnPattern(t *testing.T) {
	c := Column{Match: `\d{2}|x`}
	for cell, want := range map[string]bool{"12": true, "x": true, "123": false, "xx": false, "12\n": false, "": false} {
		if got := c.Pattern().MatchString(cell); got != want {
			t.Errorf("%s matches %q: %t; want %t", c.Match, cell, got, want)
		}
	}
	if p := (&Column{}).Pattern(); p != nil {
		t.Errorf("the pattern of a column without is %v", p)
	}
}

func TestParseForms(t *testing.T) {
	for _, tt := range parseForms {
		t.Run(tt.name, func(t *testing.T) {
			j, err := Parse("job.yaml", []byte(tt.input))
			if err != nil {
				t.Fatalf("Parse(%q): %v", tt.input, err)
			}
			if diff := cmp.Diff(tt.want, tt.got(j)); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.input, diff)
			}
		})
	}
}

func tlsAndPort(j *Job) any {
	ports := map[int]string{25: "25", 465: "465", 587: "587"}
	return [2]string{j.Server.TLS.String(), ports[j.Server.Port]}
}

func password(j *Job) any { return j.Server.Password }

// The zero value of TLS is a safe one.
func TestTLSZero(t *testing.T) {
	var zero TLS
	if zero != StartTLS {
		t.Errorf("the zero TLS is %v; want starttls", zero)
	}
}

func TestNameFromFile(t *testing.T) {
	for _, tt := range []struct{ path, want, err string }{
		{"renewal.yaml", "renewal", ""},
		{"jobs/renewal", "renewal", ""},
		{"../renewal.2026.yml", "renewal.2026", ""},
		{"my job.yaml", "", "my job.yaml: the job cannot be named `my job` after its file: a name is at most 100 letters, digits, `.`, `-` and `_`, the first no `.` or `-`\nhint: set `name` in the job file"},
		{"Mahnung-März.yaml", "", "Mahnung-März.yaml: the job cannot be named `Mahnung-März` after its file: a name is at most 100 letters, digits, `.`, `-` and `_`, the first no `.` or `-`\nhint: set `name` in the job file"},
		{".yaml", "", ".yaml: the job cannot be named empty after its file: a name is at most 100 letters, digits, `.`, `-` and `_`, the first no `.` or `-`\nhint: set `name` in the job file"},
	} {
		j, err := Parse(tt.path, []byte(least))
		got, gotErr := "", ""
		if err != nil {
			gotErr = err.Error()
		} else {
			got = j.Name
		}
		if got != tt.want || gotErr != tt.err {
			t.Errorf("Parse(%q) = %q, %s; want %q, %s", tt.path, got, gotErr, tt.want, tt.err)
		}
		if tt.err != "" {
			if j, err := Parse(tt.path, []byte("name: good\n"+least)); err != nil || j.Name != "good" {
				t.Errorf("Parse(%q) with a name: %v", tt.path, err)
			}
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "renewal.yaml")
	if err := os.WriteFile(path, []byte(least), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := j.Resolve(j.Recipients.File), filepath.Join(dir, "members.csv"); got != want {
		t.Errorf("Resolve = %s; want %s", got, want)
	}
	if got := j.Resolve("/etc/x/../y"); got != "/etc/y" {
		t.Errorf("Resolve = %s; want /etc/y", got)
	}
	if _, err := Load(filepath.Join(dir, "none.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load of no file: %v; want fs.ErrNotExist", err)
	}
}
