package preview

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mailshot/job/preview/pagetext"
	"mailshot/job/problem"
)

// An Earlier compares letters with those of a directory, which an earlier preview or a sandbox left
// there. It is not safe for concurrent use.
type Earlier struct {
	dir  string
	left map[string]bool     // names of files that no letter was compared with
	byTo map[string][]string // names of files by the field To; nil: not read yet
}

// A Difference is what became of a letter.
type Difference struct {
	New     bool // there was no such letter
	File    string
	Changes []Change // none: it is the same
}

// A Change is a part of a letter that is not what it was.
type Change struct {
	Part  string // "Subject", "text", …
	Lines []Line // that differ
}

// OpenEarlier lists the letters of a directory.
func OpenEarlier(dir string) (*Earlier, error) {
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, problem.Fail(problem.NoInput, "there is no directory %s", dir)
	case err != nil:
		return nil, problem.Fail(problem.NoInput, "%w", err)
	}
	e := &Earlier{dir: dir, left: make(map[string]bool)}
	for _, f := range list {
		if filepath.Ext(f.Name()) == ".eml" && f.Type().IsRegular() {
			e.left[f.Name()] = true
		}
	}
	if len(e.left) == 0 {
		return nil, problem.Fail(problem.NoInput, "there is no letter in %s", dir).WithHint("preview --eml writes them, and so does run --sandbox")
	}
	return e, nil
}

// Left returns the names of the files with which no letter was compared.
func (e *Earlier) Left() []string {
	var names []string
	for name := range e.left {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Compare compares a letter with the earlier one: that of its row if it is to the same reader, else the
// first one to that reader that no letter was compared with.
func (e *Earlier) Compare(l *Letter) (d Difference, err error) {
	now, err := l.Read()
	if err != nil {
		return d, err
	}
	name := fileName(l.Row)
	earlier, err := e.read(name)
	if err != nil {
		return d, err
	}
	if to := now.Get("To"); !e.left[name] || earlier.Get("To") != to {
		if name, err = e.first(to); err != nil {
			return d, err
		}
		if earlier, err = e.read(name); err != nil {
			return d, err
		}
	}
	if earlier == nil {
		return Difference{New: true}, nil
	}
	delete(e.left, name)
	return Difference{File: filepath.Join(e.dir, name), Changes: changes(earlier, now)}, nil
}

// read reads an earlier letter; nil is none.
func (e *Earlier) read(name string) (*Message, error) {
	if !e.left[name] {
		return nil, nil
	}
	f, err := os.Open(filepath.Join(e.dir, name))
	if err != nil {
		return nil, problem.Fail(problem.NoInput, "%w", err)
	}
	defer f.Close() // read only: nothing is lost
	m, err := ReadMessage(f)
	if err != nil {
		return nil, problem.Fail(problem.BadData, "%s: %w", f.Name(), err)
	}
	return m, nil
}

// first returns the name of the first letter with a field To that no letter was compared with, or "".
func (e *Earlier) first(to string) (string, error) {
	if e.byTo == nil {
		e.byTo = make(map[string][]string)
		for _, name := range e.Left() {
			m, err := e.read(name)
			if err != nil {
				return "", err
			}
			e.byTo[m.Get("To")] = append(e.byTo[m.Get("To")], name)
		}
	}
	for _, name := range e.byTo[to] {
		if e.left[name] {
			return name, nil
		}
	}
	return "", nil
}

// changes returns what differs between two letters, but for what is made anew each time.
func changes(a, b *Message) (all []Change) {
	add := func(part, earlier, now string) {
		if lines := compare(earlier, now); len(lines) > 0 {
			all = append(all, Change{part, lines})
		}
	}
	var names []string
	for _, f := range slices.Concat(a.Fields, b.Fields) {
		if !slices.Contains(names, f.Name) && !madeAnew(f.Name) {
			names = append(names, f.Name)
		}
	}
	for _, name := range names {
		add(name, a.all(name), b.all(name))
	}
	add("text", a.Text, b.Text)
	if page, earlier := b.page(), a.page(); page != earlier {
		lines := compare(pagetext.Of(earlier), pagetext.Of(page))
		all = append(all, Change{"HTML", lines})
	}
	add("calendar", a.Calendar, b.Calendar)
	add("pictures", told(a.Pictures), told(b.Pictures))
	add("attached", told(a.Attached), told(b.Attached))
	return all
}

// madeAnew reports whether a field is another one in each run, or says how the letter is encoded.
func madeAnew(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains([]string{"date", "message-id", "mime-version", "dkim-signature", "received", "return-path"}, name) || strings.HasPrefix(name, "content-")
}

// all returns the values of the fields of a name, one a line.
func (m *Message) all(name string) string {
	var b strings.Builder
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			b.WriteString(f.Value + "\n")
		}
	}
	return b.String()
}

// page returns the HTML without what is made of the Message-ID.
func (m *Message) page() string {
	return strings.ReplaceAll(m.HTML, strings.Trim(cmp.Or(m.Get("Message-Id"), "\n\n\n"), "<>"), "")
}

// told returns a line for each of some files.
func told(all []File) string {
	var b strings.Builder
	for _, f := range all {
		fmt.Fprintf(&b, "%s (%s, %d octets, SHA-256 %.8s…)\n", f.Name, f.Type, f.Size, f.Sum)
	}
	return b.String()
}
