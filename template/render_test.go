package template

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestRender(t *testing.T) {
	c := config("Dear {{.first_name}},\n\n{{define \"sign\"}}-- {{.city}}{{end}}{{template \"sign\" .}}\n")
	c.Subject.Text = "{{.first_name}}, your renewal\n"
	c.Headers = []Header{
		{"X-Reply", Source{Name: "renewal.yaml:15 (X-Reply)", Text: "{{address .first_name .email}}"}},
		{"X-Campaign", Source{Name: "renewal.yaml:16 (X-Campaign)", Text: "renewal"}},
		{"X-Empty", Source{Name: "renewal.yaml:17 (X-Empty)", Text: "{{.empty}} "}},
		{"X-Key", Source{Name: "renewal.yaml:18 (X-Key)", Text: " {{key}} "}},
	}
	got, err := mustParse(t, c).Renderer().Render(someRow())
	if err != nil {
		t.Fatal(err)
	}
	want := Letter{
		Subject: "Ann, your renewal",
		Headers: []Field{{"X-Reply", `"Ann" <ann@club.example>`}, {"X-Campaign", "renewal"}, {"X-Key", "M-17"}},
		Text:    "Dear Ann,\n\n-- Zürich\n",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Render gives %#v\nwant %#v", got, want)
	}
}

func TestRenderErrors(t *testing.T) {
	const aSpace = ` | where it comes from a cell, {{replace "\n" " " .column}} makes it a space`
	for _, tt := range []struct{ name, subject, text, want string }{
		{"line break", "Hello {{.lines}}!", "x", `renewal.yaml:14 (subject): subject has a line break` + aSpace},
		{"carriage return", "a{{\"\\r\"}}b", "x", `renewal.yaml:14 (subject): subject has a line break`},
		{"NUL", "a{{\"\\x00\"}}b", "x", `renewal.yaml:14 (subject): subject has a NUL character`},
		{"tab", "a{{\"\\t\"}}b", "x", `renewal.yaml:14 (subject): subject has a tab`},
		{"escape", "a{{\"\\x1b\"}}b", "x", `renewal.yaml:14 (subject): subject has a control character`},
		{"line separator", "a{{\"\\u2028\"}}b", "x", `renewal.yaml:14 (subject): subject has a line break`},
		{"half a letter", "{{slice .city 0 2}}", "x", `renewal.yaml:14 (subject): subject is not UTF-8`},
		{"empty subject", "{{.empty}}", "x", `renewal.yaml:14 (subject): subject is empty`},
		{"empty text", "a", "{{.empty}}\n", `letter.txt: text is empty`},
		{"half a letter in the text", "a", "{{slice .city 0 2}}", `letter.txt: text is not UTF-8 | slice cuts a letter like é in two; {{printf "%.1s" .name}} takes whole ones`},
		{"in with", "a", "\n{{with trim .city}}{{.city}}{{end}}", `letter.txt:2: .city: the dot is not the row here | inside {{with}} and {{range}} the dot is the value itself; the column is {{$.city}}`},
		{"range", "a", "{{range trim .lines}}{{end}}", `letter.txt:1: range needs a list | a cell is text; {{range split "," .column}} makes a list of it`},
		{"not a function", "a", `{{.city "a"}}`, `letter.txt:1: .city is no function, nothing can follow it | a column whose name has a space is {{field "First name"}}`},
		{"method", "a", `{{now.AddDate "1" 0 0}}`, `letter.txt:1: "1" does not work here`},
		{"in a list", "a", `{{(split ";" .tags).city}}`, `letter.txt:1: there is no .city here`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := config(tt.text)
			c.Subject.Text = tt.subject
			l, err := mustParse(t, c).Renderer().Render(someRow())
			if err == nil {
				t.Fatalf("Render gives %+v, want the error %s", l, tt.want)
			}
			if got := shown(err); got != tt.want {
				t.Errorf("Render gives\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestRowWithoutAColumn(t *testing.T) {
	s := mustParse(t, config("{{.city}}"))
	row := someRow()
	delete(row.Fields, "city")
	_, err := s.Renderer().Render(row)
	if want := `letter.txt:1: no column "city" | did you mean {{.city}}? ` + columnsHint; err == nil || shown(err) != want {
		t.Errorf("Render gives %v, want %s", err, want)
	}
}

func TestTooLong(t *testing.T) {
	s := mustParse(t, config(`{{range 40}}{{$.city}}{{end}}`))
	row := someRow()
	row.Fields["city"] = strings.Repeat("x", 1<<20)
	_, err := s.Renderer().Render(row)
	if want := "letter.txt: text is longer than 32 MiB"; err == nil || err.Error() != want {
		t.Errorf("Render gives %v, want %s", err, want)
	}
}

func TestPathFromRow(t *testing.T) {
	var asked []string
	c := config("")
	c.Text = Source{}
	c.TextFile = Source{Name: "renewal.yaml:15 (text)", Text: "letter.{{.lang}}.txt"}
	c.ReadFile = files(map[string]string{
		"letter.de.txt": "Hallo {{.first_name}} {{row}}",
		"letter.en.txt": "Hello {{.first_name}} {{row}}",
		"letter.xx.txt": "\n{{.cty}}",
	}, &asked)
	s := mustParse(t, c)
	if len(asked) > 0 {
		t.Errorf("Parse asks for %q", asked)
	}
	one, two := s.Renderer(), s.Renderer()
	for _, tt := range []struct {
		r          *Renderer
		lang       string
		path, want string
	}{
		{one, "de", "letter.de.txt", "Hallo Ann 17"},
		{one, "en", "letter.en.txt", "Hello Ann 17"},
		{two, "de", "letter.de.txt", "Hallo Ann 17"},
		{one, "de", "letter.de.txt", "Hallo Ann 17"},
		{one, "../x", "", `renewal.yaml:15 (text): template "letter.../x.txt": outside the job's directory`},
		{one, "fr", "", `renewal.yaml:15 (text): template "letter.fr.txt": file does not exist`},
		{one, "xx", "", `letter.xx.txt:2: no column "cty"`},
		{one, "a\nb", "", `renewal.yaml:15 (text): text has a line break`},
	} {
		row := someRow()
		row.Fields["lang"] = tt.lang
		l, err := tt.r.Render(row)
		got := l.Text
		if err != nil {
			got = err.Error()
		}
		if got != tt.want || l.Path != tt.path {
			t.Errorf("lang %q: %q from %q, want %q from %q", tt.lang, got, l.Path, tt.want, tt.path)
		}
		if isMissing := tt.lang == "fr"; errors.Is(err, fs.ErrNotExist) != isMissing {
			t.Errorf("lang %q: errors.Is(%v, fs.ErrNotExist) = %t", tt.lang, err, !isMissing)
		}
	}
	want := []string{"letter.de.txt true", "letter.en.txt true", "letter.../x.txt true", "letter.fr.txt true", "letter.xx.txt true"}
	if !slices.Equal(asked, want) {
		t.Errorf("ReadFile was asked for %q, want %q", asked, want)
	}
}

func TestStaticPath(t *testing.T) {
	var asked []string
	c := config("")
	c.Text = Source{}
	c.TextFile = Source{Name: "renewal.yaml:15 (text)", Text: "letter.txt"}
	c.ReadFile = files(map[string]string{"letter.txt": "\ufeffDear {{.first_name}}\r\n"}, &asked)
	s := mustParse(t, c)
	for range 2 {
		l, err := s.Renderer().Render(someRow())
		if err != nil || l.Text != "Dear Ann\n" || l.Path != "letter.txt" {
			t.Errorf("Render gives %+v, %v", l, err)
		}
	}
	if !slices.Equal(asked, []string{"letter.txt false"}) {
		t.Errorf("ReadFile was asked for %q", asked)
	}
	c.TextFile.Text = "nope.txt"
	_, err := Parse(c)
	if want := `renewal.yaml:15 (text): template "nope.txt": file does not exist`; err == nil || err.Error() != want || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Parse gives %v, want %s", err, want)
	}
	c.ReadFile = nil
	if _, err = Parse(c); err == nil {
		t.Error("Parse without ReadFile has no error")
	}
}

func TestFunctionThatPanics(t *testing.T) {
	s := mustParse(t, config("x"))
	s.functions["boom"] = func() string { panic("at the disco") }
	p, errs := s.parse(nil, "text", Source{Name: "letter.txt", Text: "{{boom}}"})
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	r := s.Renderer()
	r.text = bindBody(&body{part: p})
	_, err := r.Render(someRow())
	if want := "letter.txt:1: boom can't be used like this"; err == nil || err.Error() != want {
		t.Errorf("Render gives %v, want %s", err, want)
	}
}

// A bad file is read for each row that names it, and must not use up the room for the good ones.
func TestBadFileTakesNoRoom(t *testing.T) {
	c := config("")
	c.Text = Source{}
	c.TextFile = Source{Name: "renewal.yaml:15 (text)", Text: "{{.lang}}.txt"}
	c.ReadFile = files(map[string]string{"bad.txt": "{{", "de.txt": "Hallo"}, nil)
	s := mustParse(t, c)
	r := s.Renderer()
	for _, lang := range []string{"bad", "none", "bad", "de", "de", "bad"} {
		row := someRow()
		row.Fields["lang"] = lang
		if _, err := r.Render(row); (err == nil) != (lang == "de") {
			t.Errorf("%s.txt: %v", lang, err)
		}
	}
	if len(s.files) != 1 || s.fileCount != 1 || s.fileSize != len("Hallo") {
		t.Errorf("%d files are kept, counted as %d of %d octets", len(s.files), s.fileCount, s.fileSize)
	}
}

// A path for every row must not fill the memory.
func TestTooManyFiles(t *testing.T) {
	c := config("")
	c.Text = Source{}
	c.TextFile = Source{Name: "renewal.yaml:15 (text)", Text: "{{.lang}}.txt"}
	c.ReadFile = func(path string, _ bool) ([]byte, error) { return []byte("I am " + path), nil }
	s := mustParse(t, c)
	r := s.Renderer()
	for i := range maxFiles + 2 {
		row := someRow()
		row.Fields["lang"] = fmt.Sprint(i)
		l, err := r.Render(row)
		switch {
		case i < maxFiles && (err != nil || l.Text != fmt.Sprintf("I am %d.txt", i)):
			t.Fatalf("file %d: %q, %v", i, l.Text, err)
		case i >= maxFiles && err == nil:
			t.Errorf("file %d is taken", i)
		}
	}
	if len(r.files) > 32 {
		t.Errorf("a Renderer keeps %d files", len(r.files))
	}
	if len(s.files) != maxFiles {
		t.Errorf("%d files are kept, want %d", len(s.files), maxFiles)
	}
	c.ReadFile = func(string, bool) ([]byte, error) { return make([]byte, maxFileSize+1), nil }
	if _, err := mustParse(t, c).Renderer().Render(someRow()); err == nil {
		t.Error("a file beyond the limit is taken")
	}
}

func TestRenderersAtOnce(t *testing.T) {
	var mu sync.Mutex
	asked := 0
	c := config("")
	c.Text = Source{}
	c.Subject.Text = `{{row}} {{key}} {{field "First name"}}`
	c.TextFile = Source{Name: "renewal.yaml:15 (text)", Text: "letter.{{.lang}}.txt"}
	c.ReadFile = func(path string, _ bool) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		return []byte(path + ` {{row}} {{index . "First name"}}`), nil
	}
	s := mustParse(t, c)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			r := s.Renderer()
			for i := range 200 {
				row := someRow()
				row.Number = worker*1000 + i
				row.Key = fmt.Sprint("K", row.Number)
				row.Fields["First name"] = fmt.Sprint("F", row.Number)
				row.Fields["lang"] = []string{"de", "en"}[i%2]
				l, err := r.Render(row)
				subject := fmt.Sprintf("%d K%d F%d", row.Number, row.Number, row.Number)
				text := fmt.Sprintf("letter.%s.txt %d F%d", row.Fields["lang"], row.Number, row.Number)
				if err != nil || l.Subject != subject || l.Text != text {
					t.Errorf("row %d gives %+v, %v", row.Number, l, err)
				}
			}
		})
	}
	wg.Wait()
	if asked != 2 {
		t.Errorf("2 files were read %d times", asked)
	}
}

func FuzzCells(f *testing.F) {
	c := config("{{.a}} {{field \"b c\"}} {{.a | default .a}} {{title .a}} {{split .d .a}} {{printf \"%s %q %.3s\" .a .a .a}} x")
	c.Columns = []string{"a", "b c", "d"}
	c.Subject.Text = `S {{.a}} {{field "b c"}} {{index . "d"}}`
	c.Headers = []Header{{"X-R", Source{Name: "r", Text: `{{address .a "x@club.example"}}`}}, {"X-A", Source{Name: "h", Text: "{{.a}}"}}, {"X-B", Source{Name: "h", Text: `{{eq .a "b"}}{{if ne .a 5}}{{.d}}{{end}}`}}}
	s, err := Parse(c)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("a", "b", "c")
	f.Add("a\r\nBcc: x@evil.example", "\x00", "\u2028")
	f.Add("{{.x}}", "\xff", "%!d(")
	f.Add(`"\`, "<no value>", "x")
	r := s.Renderer()
	f.Fuzz(func(t *testing.T, a, b, d string) {
		l, err := r.Render(Row{Number: 1, Fields: map[string]string{"a": a, "b c": b, "d": d}})
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || strings.ContainsFunc(e.Error()+e.Hint, unicode.IsControl) {
				t.Errorf("the error %q", err)
			}
			return
		}
		for _, line := range []string{l.Subject, l.Headers[0].Value, l.Headers[len(l.Headers)-1].Value} {
			if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) || !utf8.ValidString(line) {
				t.Errorf("a line of a header is %q", line)
			}
		}
		if want := strings.TrimSpace("S " + a + " " + b + " " + d); l.Subject != want {
			t.Errorf("subject %q, want %q", l.Subject, want)
		}
	})
}

// Whatever the template, its errors are words with a place.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"{{.a}}", "{{range split \",\" .a}}{{.}}{{end}}", "{{define \"x\"}}{{end}}{{template \"x\" .}}", "{{with $x := .a}}{{$x}}{{end}}", "{{printf \"%d\" .a}}", "{{index . \"a\"}}", "{{break}}", "{{now.Unix}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "range") && strings.ContainsAny(text, "0123456789n") {
			return // range 1000000000 takes its time
		}
		c := config(text)
		c.Columns = []string{"a"}
		s, err := Parse(c)
		if err == nil {
			var l Letter
			l, err = s.Renderer().Render(Row{Number: 1, Fields: map[string]string{"a": "b"}})
			if err == nil && strings.Contains(l.Text, "<no value>") && !strings.Contains(text, "no value") {
				t.Errorf("%q gives %q", text, l.Text)
			}
		}
		if err != nil && strings.Contains(shown(err), root) {
			t.Errorf("%q: %s", text, shown(err))
		}
	})
}

func BenchmarkRender(b *testing.B) {
	benchmarkRender(b, config, "This is a line of the letter, and here is {{.%s}} with more words.\n")
}

// benchmarkRender renders a letter of 20 lines with a column each.
func benchmarkRender(b *testing.B, letter func(text string) Config, line string) {
	fields := map[string]string{}
	var columns []string
	var text strings.Builder
	for i := range 20 {
		name := fmt.Sprintf("c%02d", i)
		columns = append(columns, name)
		fields[name] = "value of " + name
		fmt.Fprintf(&text, line, name)
	}
	c := letter(text.String())
	c.Columns = columns
	r := mustParse(b, c).Renderer()
	row := Row{Number: 1, Fields: fields}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Render(row); err != nil {
			b.Fatal(err)
		}
	}
}
