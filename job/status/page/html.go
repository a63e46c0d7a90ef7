package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"html/template"
	"io"

	"mailshot/job/problem"
)

//go:embed page.html
var pageHTML string

//go:embed style.css
var styleCSS string

// mark is how a report begins. By its first line package attachment knows it, and gives it to no row.
const mark = "<!DOCTYPE html><html lang=\"en\" class=\"mailshot-report\">\n"

// Is reports whether a file begins as a report does.
func Is(begin []byte) bool { return bytes.HasPrefix(begin, []byte(mark)) }

// MarkSize is how many octets Is looks at.
const MarkSize = len(mark)

// Write writes the page.
func (p *Page) Write(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"shown": shown, "lines": shownLines, "grouped": grouped, "counted": counted, "short": short,
	}).Parse(mark + pageHTML)
	if err != nil {
		return problem.InternalError(err)
	}
	sum := sha256.Sum256([]byte(styleCSS))
	var b bytes.Buffer // so that an error writes nothing; it is less than a megabyte
	err = t.Execute(&b, struct {
		*view
		Style  template.CSS
		Policy string
	}{p.view, template.CSS(styleCSS), "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"})
	if err != nil {
		return problem.InternalError(err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return problem.Fail(problem.CantWrite, "writing the report: %w", err)
	}
	return nil
}
