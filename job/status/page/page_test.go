package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/secret"
	"mailshot/job/status"
	"mailshot/job/status/page"
)

var update = flag.Bool("update", false, "rewrite the golden page")

const jobFile = `version: 1
recipients: {file: people.csv, key: id, name: name, where: '{{ne .kind "no"}}', suppress: [stop.txt]}
message:
  from: Club Office <office@club.example>
  subject: "Your number is {{.id}}, {{.name}}"
  text: letter.txt
server: {host: smtp.club.example, username: office, password: {env: SMTP_PASSWORD}}
`

const letterFile = `Dear {{.name}},

{{if eq .id "K-0001"}}you are the first.{{else}}hello.{{end}} Ask treasurer@club.example.
`

// A site is a job with its log.
type site struct {
	t      *testing.T
	dir    string
	people strings.Builder
}

// at is the time of a second of the first run.
func at(second int) time.Time {
	return time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC).Add(time.Duration(second) * time.Second)
}

func newSite(t *testing.T) *site {
	s := &site{t: t, dir: t.TempDir()}
	s.write("job.yaml", jobFile)
	s.write("letter.txt", letterFile)
	s.write("stop.txt", "stop@mail.example\n")
	s.people.WriteString("id,email,name,kind\n")
	return s
}

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// run appends records to the log as a run does, whose rows it adds to the recipients too where they are new.
func (s *site) run(second int, digest string, records ...result.Record) {
	s.t.Helper()
	h := result.NewHistory(result.OS{}, filepath.Join(s.dir, "job.results.csv"), result.ReadOptions{}, func(a string) string { return a })
	if err := h.Read(); err != nil {
		s.t.Fatal(err)
	}
	id := result.RunID("job", at(second), digest)
	w, err := h.Begin(id)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range records {
		records[i].Run = id
		if records[i].Line == 0 {
			records[i].Line = records[i].Row + 1
		}
		if err := w.Record(&records[i]); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// make makes the page.
func (s *site) make(o page.Options) (string, error) {
	s.t.Helper()
	s.write("people.csv", s.people.String())
	o.Path = filepath.Join(s.dir, "job.yaml")
	p, err := page.Make(s.t.Context(), o, s.env())
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = p.Write(&b)
	return strings.ReplaceAll(b.String(), s.dir+"/", ""), err
}

func (s *site) env() page.Env {
	var e page.Env
	e.Now = func() time.Time { return time.Date(2026, 12, 1, 9, 0, 0, 0, time.FixedZone("", 3600)) }
	e.Secrets = secret.Env{Lookup: func(string) (string, bool) { return "s3cret-Passw0rt!", true }}
	return e
}

// The hostile texts that cells and replies have.
const (
	script = "<script>alert(1)</script>"
	link   = `javascript:alert(1)" onload="alert(1)`
	turned = "a\u202eb\x1b[31m"
)

// outcomes makes a log with all kinds of outcomes, and what is somebody's own in it.
func outcomes(t *testing.T) (s *site, private []string) {
	s = newSite(t)
	address := func(row int) string {
		if row%10 == 3 {
			return fmt.Sprintf("p%02d@own.example", row)
		}
		return fmt.Sprintf("p%02d@%s", row, []string{"club.example", "mail.example"}[row%2])
	}
	name := func(row int) string { return fmt.Sprintf("Person%02d", row) }
	key := func(row int) string { return fmt.Sprintf("K-%04d", row) }
	for row := 1; row <= 30; row++ {
		kind := "yes"
		if row == 9 {
			kind = "no"
		}
		id, called := key(row), name(row)
		if row == 12 {
			id, called = script, script
		}
		a := address(row)
		if row == 10 {
			a = "stop@mail.example"
		}
		fmt.Fprintf(&s.people, "%s,%s,%s,%s\n", id, a, called, kind)
		private = append(private, id, a, called)
	}
	attempt := func(row int, status result.Status, d time.Duration) result.Record {
		return result.Record{Time: at(row), Row: row, Key: key(row), Recipient: address(row), Attempt: 1, Status: status, MessageID: fmt.Sprintf("m%d@club.example", row), Duration: d, Stage: "final"}
	}
	failed := func(row int, class result.Class, stage string, code int, enhanced, reply string) result.Record {
		r := attempt(row, result.Failed, 40*time.Millisecond)
		r.Class, r.Stage, r.Code, r.Enhanced, r.Reply = class, stage, code, enhanced, reply
		return r
	}
	skipped := func(row int, why string) result.Record {
		return result.Record{Time: at(0), Row: row, Key: key(row), Recipient: address(row), Status: result.Skipped, Error: why}
	}
	var first []result.Record
	suppressed := skipped(10, "suppressed: the address is in stop.txt")
	suppressed.Recipient = "stop@mail.example"
	first = append(first, skipped(9, "left out by recipients.where"), suppressed, skipped(11, `column amount: "Person11" is no number`))
	first = append(first,
		failed(1, result.Permanent, "rcpt", 550, "5.1.1", "<p01@mail.example>: no such user"),
		failed(2, result.Permanent, "rcpt", 550, "5.1.1", "User unknown"),
		failed(3, result.Temporary, "rcpt", 450, "4.2.0", "<p03@own.example>: greylisted, come again in 287 seconds"),
		failed(4, result.Permanent, "final", 554, "", link+" "+turned),
		failed(5, result.Permanent, "final", 599, "", "what Person05 sent, s3cret-Passw0rt! too"),
	)
	lost := attempt(6, result.Failed, 30*time.Second)
	lost.Class, lost.Stage, lost.Error = result.Temporary, "dial", "dialing smtp.club.example:587: connection refused"
	gone := attempt(7, result.Unknown, 10*time.Second)
	gone.Error = "reading the reply: connection reset"
	also := attempt(8, result.Unknown, 10*time.Second)
	also.Error = gone.Error
	first = append(first, lost, gone, also)
	for row := 12; row <= 28; row++ {
		r := attempt(row, result.Sent, time.Duration(row*row)*time.Millisecond)
		if r.Code, r.Reply = 250, "2.0.0 queued as "+key(row); row == 12 {
			r.Key = script
		}
		if row > 20 {
			r.Time = r.Time.Add(2 * time.Minute)
		}
		first = append(first, r)
	}
	s.run(0, "0123abcd", first...)
	again := attempt(3, result.Sent, 200*time.Millisecond)
	again.Time, again.Attempt = at(3600), 2
	s.run(3590, "4567cdef", again)
	settled := attempt(7, result.Sent, 0)
	settled.Time, settled.Stage, settled.Error = at(7200), result.StageSettle, "Person07 rang and has it "+script
	s.run(7200, "4567cdef", settled)
	private = append(private, "m7@club.example", "Person07 rang", "treasurer@club.example", "office@", "what Person05")
	return s, private
}

// The page of a log with all kinds of outcomes is this one.
func TestGolden(t *testing.T) {
	t.Parallel()
	s, _ := outcomes(t)
	got, err := s.make(page.Options{})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "report.html", got)
}

// The page without personal data is this one.
func TestGoldenAnonymous(t *testing.T) {
	t.Parallel()
	s, _ := outcomes(t)
	got, err := s.make(page.Options{Anonymous: true})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "anonymous.html", got)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the page differs from %s; look at the difference after -update", path)
	}
}

// figures returns the numbers of a page by their names.
func figures(text string) map[string]int {
	all := make(map[string]int)
	for _, m := range regexp.MustCompile(`<data value="(\d+)" data-figure="(\w+)">`).FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		all[m[2]] += n
	}
	return all
}

// The figures are those of status, for the mailing and for what a run has in it.
func TestFigures(t *testing.T) {
	t.Parallel()
	s, _ := outcomes(t)
	text, err := s.make(page.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ref := mailing.Ref{Path: filepath.Join(s.dir, "job.yaml")}
	r, err := status.Read(t.Context(), ref, s.env().Env, func(*result.Record) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"sent": r.Counts.Sent, "failed_temporary": r.Counts.Temporary, "failed_permanent": r.Counts.Permanent,
		"unknown": r.Counts.Unknown, "skipped": r.Skipped, "untried": r.Untried, "reason": r.Counts.Failed(),
	}
	for name, n := range want {
		if n == 0 {
			t.Errorf("no row is %s: the log does not have all kinds of outcomes", name)
		}
		if got := figures(text)[name]; got != n {
			t.Errorf("%s: the page has %d, status %d", name, got, n)
		}
	}
	run := r.Runs[0].ID
	if text, err = s.make(page.Options{Run: run}); err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"sent", "unknown", "skipped", "untried"} {
		states, err := status.ParseStates(state)
		if err != nil {
			t.Fatal(err)
		}
		x, err := status.List(t.Context(), ref, s.env().Env, states, run, func(status.ListedRow) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if got := figures(text)[state]; got != x.Rows {
			t.Errorf("%s by the first run: the page has %d, status %d", state, got, x.Rows)
		}
	}
	if strings.Contains(text, r.Runs[1].ID) {
		t.Errorf("the page by one run names another")
	}
	_, err = s.make(page.Options{Run: "job-20260101T000000.000Z-0123abcd"})
	wantKind(t, err, problem.Usage)
}

func wantKind(t *testing.T, err error, kind problem.Kind) {
	t.Helper()
	if pe, ok := err.(*problem.Error); !ok || pe.Kind != kind {
		t.Errorf("%v; want an error of the kind %d", err, kind)
	}
}

// What cells, replies and notes have in them is text, whatever it is, and no secret is on the page.
func TestHostile(t *testing.T) {
	t.Parallel()
	s, _ := outcomes(t)
	for _, anonymous := range []bool{false, true} {
		text, err := s.make(page.Options{Anonymous: anonymous})
		if err != nil {
			t.Fatal(err)
		}
		wantInert(t, text)
		if strings.ContainsAny(text, "\u202e\x1b") {
			t.Error("the page has characters that turn or move others")
		}
		if strings.Contains(text, "s3cret") {
			t.Error("the page has the password")
		}
		for _, want := range []string{"&lt;script&gt;alert(1)&lt;/script&gt;", "javascript:alert(1)", `a\u202eb\u001b[31m`} {
			if strings.Contains(text, want) == anonymous {
				t.Errorf("anonymous %t: the page shows %s: %t", anonymous, want, !anonymous)
			}
		}
	}
}

// wantInert holds that a page needs nothing else and does nothing: it has only elements that are in
// page.html, no script, no address of a resource, and a policy that fits its style.
func wantInert(t *testing.T, text string) {
	t.Helper()
	may := make(map[string]bool)
	for name := range strings.FieldsSeq(`html head meta title style body header nav main section footer h1 h2 h3 p ul li dl div dt dd a table caption
		thead tbody tfoot tr th td figure figcaption svg rect data time bdi span code pre br`) {
		may[name] = true
	}
	z := html.NewTokenizer(strings.NewReader(text))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		token := z.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		if !may[token.Data] {
			t.Errorf("the page has a <%s>", token.Data)
		}
		for _, a := range token.Attr {
			href := a.Key == "href" && token.Data == "a" && strings.HasPrefix(a.Val, "#")
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" || a.Key == "href" && !href {
				t.Errorf("the page has <%s %s=%q>", token.Data, a.Key, a.Val)
			}
		}
	}
	style := between(text, "<style>", "</style>")
	sum := sha256.Sum256([]byte(style))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	if policy := html.UnescapeString(between(text, `Content-Security-Policy" content="`, `">`)); !strings.HasPrefix(policy, want) || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %s; want %s", policy, want)
	}
	if strings.Contains(style, "url(") || strings.Contains(style, "@import") {
		t.Error("the style names something outside")
	}
}

func between(text, before, after string) string {
	_, text, _ = strings.Cut(text, before)
	text, _, _ = strings.Cut(text, after)
	return text
}

// A page without personal data has no address, key, name, reply, note or Message-ID.
func TestAnonymous(t *testing.T) {
	t.Parallel()
	s, private := outcomes(t)
	text, err := s.make(page.Options{Anonymous: true})
	if err != nil {
		t.Fatal(err)
	}
	named, err := s.make(page.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, named = html.UnescapeString(text), html.UnescapeString(named)
	seen := 0
	for _, p := range private {
		if strings.Contains(text, p) {
			t.Errorf("the page has %q", p)
		}
		if strings.Contains(named, p) {
			seen++
		}
	}
	if seen < len(private)/2 {
		t.Errorf("only %d of %d of what is looked for is on the page with names", seen, len(private))
	}
	for _, want := range []string{"club.example</bdi>", "all others", "{{.name}}", "…@club.example"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if small := "own.example</bdi>"; strings.Contains(text, small) || !strings.Contains(named, small) {
		t.Error("a domain with few rows is named, or not on the page with names")
	}
}

// The digest is that of the log, which the report leaves as it was.
func TestDigest(t *testing.T) {
	t.Parallel()
	s, _ := outcomes(t)
	before, err := os.ReadFile(filepath.Join(s.dir, "job.results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.make(page.Options{})
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(filepath.Join(s.dir, "job.results.csv"))
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the log is not as it was", err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(before)); !strings.Contains(text, sum) {
		t.Errorf("the page does not have the digest %s", sum)
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil || len(entries) != 5 {
		t.Errorf("the directory has %v, %v", entries, err)
	}
}

// Without a record there is nothing to report.
func TestNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := s.make(page.Options{})
	wantKind(t, err, problem.NoInput)
	_, err = s.make(page.Options{Run: "job-20260101T000000.000Z-0123abcd"})
	wantKind(t, err, problem.Usage)
}
