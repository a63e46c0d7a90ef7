package attachment

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/template"
	"mailshot/transport/message"
)

// List are the files that go with the letters of a run. They are safe
// for concurrent use once made.
type List struct {
	list    []entry
	lines   *template.Lines
	dirs    []rootDir
	perRow  bool         // some are each row's own
	checked fingerprints // of the rows' files
}

// An entry is one that all letters have, or one that is each row's own.
// Its lines are places in those of the template; -1 is none.
type entry struct {
	*jobfile.Attachment
	shared  *SharedFile // nil: a row's own
	folder  folder
	path    int
	name    int
	contain int
}

// New finds the shared files and parses the templates. c has what
// they know beside the row.
func New(j *jobfile.Job, f *Files, c template.Config) (*List, error) {
	if len(j.Message.Attachments) == 0 {
		return nil, nil
	}
	a := &List{}
	var lines []template.Header
	line := func(field string, t jobfile.Text) int {
		if t.Value == "" {
			return -1
		}
		lines = append(lines, template.Header{Name: field, Value: template.Source{Name: j.Place(field, t), Text: t.Value}})
		return len(lines) - 1
	}
	var problems []error
	for i := range j.Message.Attachments {
		at := entry{Attachment: &j.Message.Attachments[i], path: -1}
		at.name = line("name of the attachment", at.Name)
		at.contain = line("must_contain", at.MustContain)
		if at.PerRow {
			a.perRow = true
			at.path = line("attachment", at.File)
		} else {
			var err error
			if at.shared, err = f.Attached(j.Resolve(at.File.Value)); err != nil {
				problems = append(problems, err)
				continue
			}
		}
		a.list = append(a.list, at)
	}
	var err error
	if a.lines, err = template.ParseLines(lines, c); err != nil {
		problems = append(problems, problem.Split(err)...)
	}
	if a.perRow {
		problems = append(problems, a.findFolders(j)...)
	}
	if len(problems) > 0 {
		return nil, errors.Join(append(problems, a.Close())...)
	}
	return a, nil
}

// findFolders opens the directories of the rows' files.
func (a *List) findFolders(j *jobfile.Job) (problems []error) {
	var err error
	if a.dirs, err = rootDirs(j); err != nil {
		return []error{err}
	}
	for i := range a.list {
		at := &a.list[i]
		if !at.PerRow {
			continue
		}
		if at.folder, err = newFolder(j, at.File.Value, a.dirs); err == nil {
			continue
		}
		err = fmt.Errorf("%s:%d: attachment %s: %w", j.Path, at.File.Line, at.File.Value, err)
		if errors.As(err, new(errOutside)) {
			err = problem.WithHint(err, "name the directory with the files in the job file: attachments_from")
		}
		problems = append(problems, err)
	}
	return problems
}

// Close returns the directories back. nil is none.
func (a *List) Close() error {
	if a == nil {
		return nil
	}
	var errs []error
	for _, d := range a.dirs {
		errs = append(errs, d.root.Close())
	}
	return errors.Join(errs...)
}

// A Finder makes the parts of one row's message after the other. Each worker
// has its own.
type Finder struct {
	*List
	renderer *template.LinesRenderer
	checking bool // the rows' files are found for the first time, not again
	found    []File
}

// Finder returns a Finder, or nil if there are no attachments. One that is
// checking finds the rows' files for the first time; others refuse files that are
// not those that were checked.
func (a *List) Finder(checking bool) *Finder {
	if a == nil {
		return nil
	}
	return &Finder{List: a, renderer: a.lines.Renderer(), checking: checking}
}

// SetFingerprint keeps what the files of a row looked like when they were
// checked. Call it from one goroutine, before rows are sent.
func (a *List) SetFingerprint(row int, fingerprint uint64) { a.checked.set(row, fingerprint) }

// Found returns the row's own files of the last message, which are good until
// the next one, and their fingerprint.
func (a *Finder) Found() (files []File, fingerprint uint64) {
	if len(a.found) == 0 {
		return nil, 0
	}
	return slices.Clone(a.found), fingerprintOf(a.found)
}

// A rowFile is a file of one row.
type rowFile struct {
	*checkedFile
	attachment *entry
	shown      string // its path, as the row has it
}

// Parts appends the files of a row to the parts of its message.
func (a *Finder) Parts(parts []message.Part, r template.Row) ([]message.Part, error) {
	lines, err := a.renderer.Render(r)
	if err != nil {
		return nil, err
	}
	a.found = a.found[:0]
	for i := range a.list {
		p, err := a.list[i].part(a, lines)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	if a.perRow && !a.checking && a.checked.of(r.Number) != fingerprintOf(a.found) {
		return nil, a.changed()
	}
	return parts, nil
}

// changed says that a row's files are not those that were checked.
func (a *Finder) changed() error {
	var names []string
	for _, f := range a.found {
		names = append(names, f.Shown)
	}
	return fmt.Errorf("%s: %w", strings.Join(names, ", "), ErrChanged)
}

// part makes a part of the row's message.
func (at *entry) part(a *Finder, lines []string) (message.Part, error) {
	p := message.Part{Disposition: "attachment"}
	shown := at.File.Value
	if at.path >= 0 {
		shown = lines[at.path]
	}
	p.FileName = path.Base(shown)
	if at.name >= 0 {
		p.FileName = lines[at.name]
	}
	if err := checkName(p.FileName); err != nil {
		return p, err
	}
	if at.shared != nil {
		p.File, p.Encoded = at.shared.Content()
		p.Type = cmp.Or(at.Type, TypeByName(shown, p.FileName), TypeByContent(at.shared.Head))
		if strings.HasPrefix(p.Type, "text/") {
			p.Params = at.shared.charset.params()
		}
		return p, nil
	}
	f := rowFile{attachment: at, shown: shown}
	var err error
	if f.checkedFile, err = at.folder.find(shown); err != nil {
		return p, at.notFound(shown, err)
	}
	p.Type = cmp.Or(at.Type, TypeByName(shown, p.FileName))
	if a.checking || p.Type == "" {
		if p.Type, err = f.look(p.Type, a.checking, lines); err != nil {
			return p, attachedError{shown, err}
		}
	}
	if p.Params, err = f.charset(p.Type); err != nil {
		return p, attachedError{shown, err}
	}
	p.File = f.file()
	a.found = append(a.found, fileOf(f.info, shown, at.Attachment))
	return p, nil
}

// checkName refuses what is no name of a file.
func checkName(name string) error {
	switch {
	case name == "":
		return errors.New("the name of the attachment is empty")
	case strings.ContainsAny(name, `/\`) || name == "." || name == "..":
		return fmt.Errorf("the name of the attachment, %q, has a directory in it", name)
	}
	return nil
}
