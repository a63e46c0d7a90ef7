package template

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"
)

// noon returns a start of a run.
func noon() time.Time { return time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC) }

// someRow returns a row with cells of every sort.
func someRow() Row {
	return Row{Number: 17, Line: 18, Key: "M-17", Fields: map[string]string{
		"email": "ann@club.example", "first_name": "Ann", "city": "Zürich", "First name": "Ann Mary",
		"n": "3", "amount": "1234.5", "due": "2026-12-31", "tags": "gold; ; vip", "empty": "", "lines": "a\nb",
		"lang": "de", "up": "../secret", "odd": "{{.city}} <no value> %d",
	}}
}

func someColumns() []string {
	return []string{"email", "first_name", "city", "First name", "n", "amount", "due", "tags", "empty", "lines", "lang", "up", "odd"}
}

// config returns a letter with this text in letter.txt, as a file of its own.
func config(text string) Config {
	return Config{
		Subject: Source{Name: "renewal.yaml:14 (subject)", Text: "Hello"},
		Text:    Source{Name: "letter.txt", Text: text},
		Columns: someColumns(),
		Now:     noon(),
		Mailing: "2026-12",
	}
}

// files returns a ReadFile that has a few files, and notes in asked what it was asked for.
func files(byPath map[string]string, asked *[]string) func(string, bool) ([]byte, error) {
	return func(path string, fromRow bool) ([]byte, error) {
		if asked != nil {
			*asked = append(*asked, fmt.Sprint(path, " ", fromRow))
		}
		if strings.Contains(path, "..") {
			return nil, errors.New("outside the job's directory")
		}
		text, ok := byPath[path]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return []byte(text), nil
	}
}

func mustParse(t testing.TB, c Config) *Set {
	t.Helper()
	s, err := Parse(c)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return s
}

// shown returns an error and its hint, as a user sees them.
func shown(err error) string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []string
		for _, err := range joined.Unwrap() {
			all = append(all, shown(err))
		}
		return strings.Join(all, "\n")
	}
	var e *Error
	if !errors.As(err, &e) {
		return fmt.Sprintf("not an *Error: %v", err)
	}
	if e.Hint == "" {
		return e.Error()
	}
	return e.Error() + " | " + e.Hint
}

// renderText renders a text with someRow.
func renderText(t testing.TB, text string) (string, error) {
	t.Helper()
	s, err := Parse(config(text))
	if err != nil {
		return "", err
	}
	l, err := s.Renderer().Render(someRow())
	return l.Text, err
}
