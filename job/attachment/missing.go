package attachment

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"mailshot/job/problem"
)

// A SkipRow is the error of a row that gets no letter because its file is
// missing, as the job wants it.
type SkipRow struct{ err error }

func (s SkipRow) Error() string { return s.err.Error() }
func (s SkipRow) Unwrap() error { return s.err }

// A MissingError is the error of a row whose file is not there.
type MissingError struct {
	err    error
	folder *folder
	shown  string
}

func (m *MissingError) Error() string { return m.err.Error() }
func (m *MissingError) Unwrap() error { return m.err }

// notFound is the error for a row's file that can't be found.
func (at *entry) notFound(shown string, err error) error {
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case at.OnMissing == "skip-row":
		return SkipRow{err}
	}
	missing := &MissingError{err, at.folderOf(shown), shown}
	switch {
	case !at.Several && separatorIn(shown) != "":
		return problem.WithHint(missing, fmt.Sprintf(severalHint, separatorIn(shown)))
	case at.Optional && strings.HasPrefix(strings.TrimSpace(path.Base(shown)), "."):
		return problem.WithHint(missing, optionalHint)
	}
	return missing
}

const (
	severalHint  = `several files from one cell are files: '{{range split %q .column}}{{trim .}}{{"\n"}}{{end}}', a template with one path on each line`
	optionalHint = `a path that is blank as a whole means no file: "{{with .column}}invoices/{{.}}.pdf{{end}}"`
)

// separatorIn returns what may stand between the paths of several files, or "".
func separatorIn(shown string) string {
	for _, s := range []string{";", "|", ", "} {
		if strings.Contains(shown, s) {
			return strings.TrimSpace(s)
		}
	}
	return ""
}

// noPath is the error for a row that names no file.
func (at *entry) noPath() error {
	switch {
	case at.inline != "":
		return fmt.Errorf("the path of %s is empty", at.what())
	case at.Several:
		return problem.WithHint(errors.New("there is no path of an attachment"), noFileHint)
	}
	return problem.WithHint(errors.New("the path of the attachment is empty"), noFileHint)
}

// maxMeant is how many names are compared with that of a file that is missing.
const maxMeant = 20_000

// Meant names the one file that may be meant instead, and says how its name can be made from the row
// where that is known. One that looks alike is not enough: where 0012.pdf is missing, 0013.pdf is another
// person's.
func (m *MissingError) Meant() (text, hint string) {
	dir, name := path.Split(strings.TrimPrefix(m.shown, m.folder.fixed))
	var found []string
	n := 0
	want := bareName(name)
	in := folder{root: m.folder.root, dir: path.Join(m.folder.dir, dir)}
	_ = in.eachName(func(other string) bool { // where there is no such directory, nothing is meant
		if n++; bareName(other) == want {
			found = append(found, other)
		}
		return n < maxMeant
	})
	if len(found) != 1 {
		return "", ""
	}
	return fmt.Sprintf("; did you mean %s?", m.folder.fixed+dir+found[0]), zerosHint(name, found[0])
}

// zerosHint says how a number gets the zeros before it that a file's name has, and the cell has not.
func zerosHint(asked, found string) string {
	has, wants := digits().FindAllString(asked, -1), digits().FindAllString(found, -1)
	if len(has) != len(wants) {
		return ""
	}
	for i, n := range wants {
		if len(n) > len(has[i]) && strings.TrimLeft(n, "0") == strings.TrimLeft(has[i], "0") {
			return fmt.Sprintf("the names of files have %d digits, with zeros in front: {{printf `%%0%dd` .column}} writes a cell so", len(n), len(n))
		}
	}
	return ""
}

// bareName returns a name without what is lost or changed most easily: the case of
// letters, spaces and punctuation but between two numbers, zeros before a
// number.
func bareName(name string) string {
	var b strings.Builder
	number, apart := false, false
	for _, r := range norm.NFC.String(strings.ToLower(name)) {
		switch {
		case r == '0' && (!number || apart):
			continue
		case r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r):
			apart = true
			continue
		}
		if apart && number && unicode.IsDigit(r) {
			b.WriteByte(' ')
		}
		number, apart = unicode.IsDigit(r), false
		b.WriteRune(r)
	}
	return b.String()
}
