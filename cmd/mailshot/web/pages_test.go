package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mailshot/cmd/mailshot/web"
)

// script is what no cell and no name may do to a page.
const script = `"><script>alert(1)</script><img src=x onerror=alert(1)>` + "\u202e'"

// hostile returns a letter whose parts all try to leave their places.
func hostile() fake {
	page, err := os.ReadFile(filepath.Join("testdata", "hostile.html"))
	if err != nil {
		panic(err) // a caller's bug
	}
	message := "From: a@club.example\r\nSubject: " + script + "\r\nX" + script + ": 1\r\n" +
		"Content-Type: multipart/mixed; boundary=m\r\n\r\n" +
		"--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n" +
		"--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n</pre>" + script + "\r\n" +
		"--a\r\nContent-Type: text/calendar; charset=utf-8\r\n\r\n</pre>" + script + "\r\n" +
		"--a\r\nContent-Type: multipart/related; boundary=r\r\n\r\n" +
		"--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + string(page) + "\r\n" +
		"--r\r\nContent-Type: image/png\r\nContent-ID: <logo@club.example>\r\nContent-Disposition: inline; filename=logo.png\r\nContent-Transfer-Encoding: base64\r\n\r\nUE5H\r\n--r--\r\n" +
		"--a--\r\n" +
		"--m\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=\"../../.a\\\"<script>.html\"\r\n\r\n<script>alert(1)</script>\r\n--m--\r\n"
	return fake{{
		Entry:  web.Entry{ID: "1", Name: script, To: script, Detail: script, Marks: []web.Mark{{Kind: "bad", Text: script}, {Kind: "doubt", Text: "<b>row 17"}}},
		Octets: []byte(message), Hidden: script, Cells: []web.Cell{{Column: script, Value: script}},
	}}
}

// What a row or a letter has in it is text on a page.
func TestHostilePages(t *testing.T) {
	t.Parallel()
	b := enter(t, hostile())
	for _, path := range []string{"/", "/?q=" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E&only=%22%3E%3Cscript%3E", "/letter/1", "/letter/1/source", "/letter/1?look=%22%3E%3Cscript%3E&width=%22%3E%3Cscript%3E"} {
		a := b.get(path)
		page := strings.Replace(a.body, `<script src="/script.js" defer></script>`, "", 1)
		for _, bad := range []string{"<script", "<img", "</pre>\"", "<b>", "\u202e", " onerror=alert(1)>"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s has %q in it:\n%s", path, bad, page)
			}
		}
		if a.status != http.StatusOK || !strings.Contains(page, "&lt;script&gt;") {
			t.Errorf("%s gives %d:\n%s", path, a.status, page)
		}
	}
}

// The HTML of a letter has its own pictures in it, and fetches nothing.
func TestFrame(t *testing.T) {
	t.Parallel()
	b := enter(t, hostile())
	a := b.get("/letter/1/html")
	if got := strings.Count(a.body, "data:image/png;base64,UE5H"); got != 3 || strings.Contains(a.body, "src=\"cid:logo@") {
		t.Errorf("the picture is %d times in\n%s", got, a.body)
	}
	if !strings.Contains(a.body, "the words cid:logo@club.example are text") {
		t.Errorf("words were taken for a picture:\n%s", a.body)
	}
	for _, bad := range []string{"<link", "<base", "http-equiv", "<script", "<iframe", "<object", "<embed", "<frame", "<set", "<animate", "9/math", "9/mi", "9/xlink"} {
		if strings.Contains(strings.ToLower(a.body), bad) {
			t.Errorf("the frame has %q in it:\n%s", bad, a.body)
		}
	}
	for _, link := range regexp.MustCompile(`<a [^>]*>`).FindAllString(a.body, -1) {
		if !strings.Contains(link, `href="#"`) || strings.Contains(link, "127.0.0.1:9") || strings.Contains(link, "_") {
			t.Errorf("the frame has the link %s", link)
		}
	}
	if !strings.HasPrefix(a.body, "<!DOCTYPE html>") || !strings.Contains(a.body, "<style>html{color-scheme:light") {
		t.Errorf("the frame begins with %.200s", a.body)
	}
	if a := b.get("/letter/1/html?look=dark"); !strings.Contains(a.body, "<style>html{color-scheme:dark") {
		t.Errorf("the dark frame is\n%s", a.body)
	}
	a = b.get("/letter/1?width=phone&look=dark")
	for _, want := range []string{`<iframe sandbox src="/letter/1/html?look=dark" title="The HTML of the letter" class="phone dark"></iframe>`, "<dd>http://127.0.0.1:9/link</dd>", "<dd>javascript:alert(1)</dd>"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page has no %s:\n%s", want, a.body)
		}
	}
	if strings.Contains(a.body, `href="javascript:`) || strings.Contains(a.body, `href="http:`) {
		t.Errorf("the page leads elsewhere:\n%s", a.body)
	}
}

// Files are kept, not shown, under a name that is one.
func TestFiles(t *testing.T) {
	t.Parallel()
	b := enter(t, hostile())
	for _, tt := range []struct{ path, kind, disposition, body string }{
		{"/letter/1/file/0", "application/octet-stream", `attachment; filename="a\"<script>.html"`, "<script>alert(1)</script>"},
		{"/letter/1/file/1", "image/png", `attachment; filename=logo.png`, "PNG"},
		{"/letter/1/message.eml", "application/octet-stream", `attachment; filename=1.eml`, string(hostile()[0].Octets)},
	} {
		a := b.get(tt.path)
		if a.header.Get("Content-Type") != tt.kind || a.header.Get("Content-Disposition") != tt.disposition || a.body != tt.body {
			t.Errorf("%s is %s, %s:\n%s", tt.path, a.header.Get("Content-Type"), a.header.Get("Content-Disposition"), a.body)
		}
	}
}

// Entries are on pages, are searched, and lead from one to the next.
func TestList(t *testing.T) {
	t.Parallel()
	source := letters(250)
	source[41].Marks = []web.Mark{{Kind: "bad", Text: "no day"}}
	b := enter(t, source)
	for _, tt := range []struct {
		path string
		want []string
		not  string
	}{
		{"/", []string{"250 rows, 1 to 100", "The check says", `href="/letter/100"`, `<a href="/?page=2" rel="next"`, `&lt;b&gt;`, `<a href="/letter/2">row 2</a>`, `<a href="/" aria-current="page">all`}, `rel="prev"`},
		{"/?page=3", []string{"201 to 250", `<a href="/?page=2" rel="prev"`, `start="201"`}, `rel="next"`},
		{"/?page=99", []string{`<a href="/?page=3" rel="prev"`, "There is nothing yet"}, `rel="next"`},
		{"/?page=-1", []string{"1 to 100"}, `rel="prev"`},
		{"/?q=m25", []string{"2 of 250 rows, 1 to 2", `href="/letter/250?q=m25"`, `value="m25"`}, `rel="next"`},
		{"/?q=none", []string{"0 of 250 rows", "None of them is here"}, `<ol`},
		{"/?q=m25", nil, "The check says"},
		{"/?page=2", nil, "The check says"},
		{"/?only=bad", []string{"1 of 250 rows", `href="/letter/42?only=bad"`, "no day", `name="only" value="bad"`}, `rel="next"`},
		{"/letter/150?q=m1", []string{`<a href="/letter/149?q=m1" rel="prev" data-key="p">`, `<a href="/letter/151?q=m1" rel="next" data-key="n">`, `<a href="/?page=2&amp;q=m1" data-key="u">`, "150 of 250", "Dear 150,"}, ""},
		{"/letter/1?look=dark", []string{`<a href="/letter/2?look=dark" rel="next"`, `<span class="none">Previous</span>`}, `rel="prev"`},
		{"/letter/42", []string{"no day"}, ""},
	} {
		a := b.get(tt.path)
		for _, want := range tt.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s has no %s:\n%s", tt.path, want, a.body)
			}
		}
		if tt.not != "" && strings.Contains(a.body, tt.not) {
			t.Errorf("%s has %s:\n%s", tt.path, tt.not, a.body)
		}
	}
}

// A page has a language, one main part, one heading of the first kind, and a label for each field.
func TestStructure(t *testing.T) {
	t.Parallel()
	b := enter(t, hostile())
	for _, path := range []string{"/", "/letter/1", "/letter/1/source", "/nothing"} {
		page := b.get(path).body
		for what, want := range map[string]int{`<html lang="en">`: 1, `<main id="main"`: 1, `<h1>`: 1, `<title>`: 1, `<a class="skip" href="#main">`: 1} {
			if got := strings.Count(page, what); got != want {
				t.Errorf("%s has %s %d times:\n%s", path, what, got, page)
			}
		}
		for _, id := range regexp.MustCompile(`<input id="(\w+)"`).FindAllStringSubmatch(page, -1) {
			if !strings.Contains(page, `<label for="`+id[1]+`">`) {
				t.Errorf("%s: the field %s has no label", path, id[1])
			}
		}
		page = regexp.MustCompile(`(?s)<pre.*?</pre>`).ReplaceAllString(page, "")
		for _, bad := range []string{" style=", " onclick=", "<style"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s has %s, which its policy forbids", path, bad)
			}
		}
	}
}

// A message that can't be read is shown as its octets, and an item without one says why.
func TestUnread(t *testing.T) {
	t.Parallel()
	b := enter(t, fake{
		{Entry: web.Entry{ID: "1", Name: "row 1"}, Octets: []byte("Content-Transfer-Encoding: base64\r\n\r\n!!\r\n")},
		{Entry: web.Entry{ID: "2", Name: "row 2"}, Failed: "no day"},
	})
	for path, want := range map[string]string{"/letter/1": "The message can't be read: reading", "/letter/1/source": "!!", "/letter/2": "There is no letter: no day"} {
		if a := b.get(path); a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%s gives %d without %s:\n%s", path, a.status, want, a.body)
		}
	}
	for _, path := range []string{"/letter/1/html", "/letter/1/file/0", "/letter/2/html", "/letter/2/source", "/letter/2/message.eml"} {
		if a := b.get(path); a.status != 404 {
			t.Errorf("%s gives %d", path, a.status)
		}
	}
}

// What is large in a message, or would get so on the page, is left out of it.
func TestLarge(t *testing.T) {
	t.Parallel()
	picture := strings.Repeat("UE5H", 25_000)
	page := func(html string) []byte {
		return []byte("Content-Type: multipart/related; boundary=r\r\n\r\n" +
			"--r\r\nContent-Type: text/html\r\n\r\n" + html + "\r\n" +
			"--r\r\nContent-Type: image/png\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture + "\r\n--r--\r\n")
	}
	b := enter(t, fake{
		{Entry: web.Entry{ID: "pictures"}, Octets: page("<p>Hi</p>" + strings.Repeat("<img src=cid:a>", 1000))},
		{Entry: web.Entry{ID: "html"}, Octets: page("<p>Hi</p>" + strings.Repeat("<i>i</i>", 300_000))},
		{Entry: web.Entry{ID: "links"}, Octets: page("<svg>" + strings.Repeat("<a href=x>", 400) + strings.Repeat("word ", 20_000))},
		{Entry: web.Entry{ID: "names"}, Octets: []byte("Content-Disposition: attachment; filename*=utf-8''" + strings.Repeat("%C3%A9", 40_000) + ".pdf\r\n\r\nx")},
		{Entry: web.Entry{ID: "text"}, Octets: []byte("Subject: x\r\n\r\n" + strings.Repeat("<ü\x01>\r\n", 300_000))},
	})
	for _, tt := range []struct {
		path, want string
		status     int
		most       int // MB
	}{
		{"pictures/html", "<p>Hi</p>", 200, 40},
		{"html/html", "nothing at this address", 404, 1},
		{"html", "HTML is larger than", 200, 1},
		{"links", "200 links, and 200 more", 200, 1},
		{"text", "Only the beginning is shown", 200, 8},
		{"names", "ééé …", 200, 1},
	} {
		a := b.get("/letter/" + tt.path)
		if a.status != tt.status || !strings.Contains(a.body, tt.want) || len(a.body) > tt.most<<20 {
			t.Errorf("%s: %d, %d octets: %.400s", tt.path, a.status, len(a.body), a.body)
		}
	}
	if name := b.get("/letter/names/file/0").header.Get("Content-Disposition"); len(name) > 1000 || !strings.HasSuffix(name, "%C3%A9.pdf") {
		t.Errorf("the file is kept as %.200s", name)
	}
}
