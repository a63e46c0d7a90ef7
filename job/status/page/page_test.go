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

	"golang.org/x/net/html"

	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/status"
	"mailshot/job/status/page"
)

var update = flag.Bool("update", false, "rewrite the golden page")

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

// What is cut on an anonymous page is masked before, and no directory is on it.
func TestAnonymousCut(t *testing.T) {
	t.Parallel()
	s, _ := outcomes(t)
	job := strings.Replace(jobFile, `"Your number is {{.id}}, {{.name}}"`, "'"+strings.Repeat("x", 280)+`{{if eq .name "Anna-Smith"}}x{{end}}'`, 1)
	job = strings.Replace(job, "  text:", "  attachments: [anna-home/terms.pdf]\n  text:", 1)
	s.write("job.yaml", job)
	for _, text := range []string{
		strings.Repeat("x", 19_990) + ` {{if eq .name "Anna-Smith"}}x{{end}}`,
		strings.Repeat("x", 19_989) + " Anna-Smith@club.example",
	} {
		s.write("letter.txt", text)
		page, err := s.make(page.Options{Anonymous: true})
		if err != nil {
			t.Fatal(err)
		}
		if at := strings.Index(page, "nna-"); at >= 0 || strings.Contains(page, "anna-home") || !strings.Contains(page, "terms.pdf") {
			t.Errorf("somebody is on the page: %q", page[max(0, at-100):at+100])
		}
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

// The letter is that of today; where it can't be made its templates are shown, with the reason.
func TestLetter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		old, new   string // of the job file
		want, wont string
	}{
		{"the text", "", "", "Dear Person01,\n\nyou are the first. Ask", "templates"},
		{"HTML alone", "text: letter.txt", `html: {inline: "<p>Hi <b>{{.name}}</b></p><script>x</script>"}`, "Hi Person01\n", "&lt;b&gt;"},
		{"a bad template", "{{.id}}", "{{.nothing}}", "Your number is {{.nothing}}", "Dear Person01"},
		{"standard input", "file: people.csv", "file: '-'", "the recipients come from standard input", "Dear Person01"},
		{"no recipients", "file: people.csv", "file: none.csv", "none.csv", "Dear Person01"},
		{"a file of each row", "letter.txt", "'{{.kind}}.txt'", "{{.kind}}.txt", "Dear"},
	} {
		s, _ := outcomes(t)
		s.write("job.yaml", strings.Replace(jobFile, tt.old, tt.new, 1))
		text, err := s.make(page.Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		wantInert(t, text)
		_, text, _ = strings.Cut(html.UnescapeString(text), `<h2 id="letter">`)
		text, _, _ = strings.Cut(text, "</section>")
		if !strings.Contains(text, tt.want) || strings.Contains(text, tt.wont) {
			t.Errorf("%s: %s\nwant %q in it, and not %q", tt.name, text, tt.want, tt.wont)
		}
	}
}
