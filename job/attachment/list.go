package attachment

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

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
	sent    bool         // the letters that are checked are sent, see Sent
	checked fingerprints // of the rows' files
	seed    maphash.Seed // of these
	sizes   sizes        // of the rows' files
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
	a := &List{seed: maphash.MakeSeed()}
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
	for i := range a.list {
		errs = append(errs, a.list[i].folder.close())
	}
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
	buffer   []byte
}

// Finder returns a Finder, or nil if there are no attachments. One that is
// checking finds the rows' files for the first time; others refuse files that are
// not those that were checked.
func (a *List) Finder(checking bool) *Finder {
	if a == nil {
		return nil
	}
	return &Finder{List: a, renderer: a.lines.Renderer(), checking: checking, buffer: make([]byte, firstLine)}
}

// Sent tells that the letters which are checked next are sent afterwards, with the
// rows' files as they are then: each is read to its end. nil is no attachments.
func (a *List) Sent() {
	if a != nil {
		a.sent = true
	}
}

// SetFingerprints keeps what the files of a row looked like when they were
// checked. Call it from one goroutine, before rows are sent.
func (a *List) SetFingerprints(row int, files []File) { a.checked.set(row, files) }

// Found returns the row's own files of the last message.
func (a *Finder) Found() []File { return slices.Clone(a.found) }

// A rowFile is a file of one row.
type rowFile struct {
	*checkedFile
	attachment *entry
	shown      string // its path, as the row has it
	buffer     []byte // of firstLine octets, to read into
	sampled    bool   // pieces of it are read, to compare them with those of other rows' files
}

// Parts appends the files of a row to the parts of its message.
func (a *Finder) Parts(parts []message.Part, r template.Row) ([]message.Part, error) {
	lines, err := a.renderer.Render(r)
	if err != nil {
		return nil, err
	}
	a.found = a.found[:0]
	for i := range a.list {
		p, err := a.list[i].part(a, r.Number, lines)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// find finds a row's file. When it is checked, what it is then is what it must be
// when it is sent.
func (a *Finder) find(at *entry, row int, shown string) (*checkedFile, error) {
	find := at.folder.find
	if !a.checking {
		find = at.folder.findAgain
	}
	f, err := find(shown)
	switch {
	case !a.checking && err != nil:
		return nil, changedError{err}
	case err != nil:
		return nil, at.notFound(shown, err)
	}
	f.seed = a.seed
	switch {
	case !a.checking:
		if f.want = a.checked.of(row, len(a.found)); f.want == 0 {
			return nil, attachedError{shown, ErrChanged}
		}
	case a.sent:
		if err := f.learn(); err != nil {
			return nil, attachedError{shown, err}
		}
	}
	return f, nil
}

// part makes a part of the row's message.
func (at *entry) part(a *Finder, row int, lines []string) (message.Part, error) {
	p := message.Part{Disposition: "attachment"}
	shown := at.File.Value
	if at.path >= 0 {
		shown = lines[at.path]
	}
	p.FileName = path.Base(shown)
	if at.name >= 0 {
		p.FileName = lines[at.name]
	}
	p.FileName = norm.NFC.String(p.FileName)
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
	f := rowFile{attachment: at, shown: shown, buffer: a.buffer}
	var err error
	if f.checkedFile, err = a.find(at, row, shown); err != nil {
		return p, err
	}
	f.sampled = a.checking && !a.sent && at.Unique && a.sizes.again(f.info.Size())
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
	a.found = append(a.found, a.fileOf(f.checkedFile, shown, at.Attachment))
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
