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
	lists   *template.Lists
	dirs    []rootDir
	perRow  bool         // some are each row's own
	sent    bool         // the letters that are checked are sent, see Sent
	checked fingerprints // of the rows' files
	seed    maphash.Seed // of these
	sizes   sizes        // of the rows' files
	ids     *identities
}

// New finds the shared files and parses the templates. c has what
// they know beside the row.
func New(j *jobfile.Job, f *Files, c template.Config) (*List, error) {
	pictures := ofRows(j.Message.Inline)
	if len(j.Message.Attachments)+len(pictures) == 0 {
		return nil, nil
	}
	a := &List{seed: maphash.MakeSeed(), ids: &identities{}}
	var lines []template.Header
	var lists []template.List
	line := func(field string, t jobfile.Text) int {
		if t.Value == "" {
			return -1
		}
		lines = append(lines, template.Header{Name: field, Value: template.Source{Name: j.Place(field, t), Text: t.Value}})
		return len(lines) - 1
	}
	var problems []error
	for i := range j.Message.Attachments {
		at := entry{Attachment: &j.Message.Attachments[i], path: -1, several: -1}
		at.name = line("name of the attachment", at.Name)
		at.contain = line("must_contain", at.MustContain)
		switch {
		case at.Several:
			at.several = len(lists)
			lists = append(lists, template.List{Name: "attachment", PerLine: true, Values: []template.Source{{Name: j.Place("attachment", at.File), Text: at.File.Value}}})
		case at.PerRow:
			at.path = line("attachment", at.File)
		default:
			var err error
			if at.shared, err = f.Attached(j.Resolve(at.File.Value)); err != nil {
				problems = append(problems, err)
				continue
			}
		}
		a.perRow = a.perRow || at.PerRow
		a.list = append(a.list, at)
	}
	for _, f := range pictures {
		file := &jobfile.Attachment{File: f.File, PerRow: true, Line: f.File.Line}
		a.list = append(a.list, entry{Attachment: file, inline: f.ID, path: line("inline."+f.ID, f.File), several: -1, name: -1, contain: -1})
		a.perRow = true
	}
	var err error
	if a.lists, err = template.ParseLists(lists, c); err != nil {
		problems = append(problems, problem.Split(err)...)
	}
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

// Remarks returns what the author of paths and names may have forgotten; see [template.Set.Remarks].
// A nil List has none.
func (a *List) Remarks() []string {
	if a == nil {
		return nil
	}
	return slices.Concat(a.lines.Remarks(), a.lists.Remarks())
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
		if at.Several {
			err = at.findBoth(j, a.dirs, a.ids)
		} else {
			at.folder, err = newFolder(j, at.File.Value, a.dirs, a.ids)
		}
		if err == nil {
			continue
		}
		err = fmt.Errorf("%s:%d: %s %s: %w", j.Path, at.File.Line, at.what(), at.File.Value, err)
		if errors.As(err, new(errOutside)) {
			err = problem.WithHint(err, "name the directory with the files in the job file: attachments_from")
		}
		problems = append(problems, err)
	}
	return problems
}

// Differ reports whether letters may have different numbers of attachments. nil has none.
func (a *List) Differ() bool {
	return a != nil && slices.ContainsFunc(a.list, func(at entry) bool { return at.Optional || at.Several })
}

// renderer returns what renders the templates, one row after the other.
func (a *List) renderer() pathRenderer {
	r := pathRenderer{lines: a.lines.Renderer()}
	if slices.ContainsFunc(a.list, func(at entry) bool { return at.Several }) {
		r.lists = a.lists.Renderer()
	}
	return r
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
	renderer pathRenderer
	checking bool // the rows' files are found for the first time, not again
	row      template.Row
	paths    rowPaths // of the row; the zero rowPaths is that they are not rendered yet
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
	return &Finder{List: a, renderer: a.renderer(), checking: checking, buffer: make([]byte, firstLine)}
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

// Found returns the row's own files that its message has.
func (a *Finder) Found() []File { return slices.Clone(a.found) }

// Begin goes on to a row. A nil Finder has nothing to do.
func (a *Finder) Begin(r template.Row) {
	if a != nil {
		a.row, a.paths, a.found = r, rowPaths{}, a.found[:0]
	}
}

// render renders the templates of the row, once.
func (a *Finder) render() (err error) {
	if a.paths.lines == nil {
		a.paths, err = a.renderer.render(a.row)
	}
	return err
}

// Inline returns the row's own file that the HTML shows by a name, without its ContentID.
func (a *Finder) Inline(id string) (message.Part, error) {
	if err := a.render(); err != nil {
		return message.Part{}, err
	}
	i := slices.IndexFunc(a.list, func(at entry) bool { return at.inline == id })
	at := &a.list[i]
	return at.part(a, a.paths.of(at)[0], a.paths.lines)
}

// Parts appends the attachments of the row to the parts of its message, when the files that its
// HTML shows are found.
func (a *Finder) Parts(parts []message.Part) ([]message.Part, error) {
	if err := a.render(); err != nil {
		return nil, err
	}
	for i := range a.list {
		at := &a.list[i]
		if at.inline != "" {
			continue
		}
		for _, shown := range a.paths.of(at) {
			p, err := at.part(a, shown, a.paths.lines)
			if err != nil {
				return nil, err
			}
			parts = append(parts, p)
		}
	}
	return parts, nil
}

// find finds a row's file. When it is checked, what it is then is what it must be
// when it is sent.
func (a *Finder) find(at *entry, shown string) (*checkedFile, error) {
	in := at.folderOf(shown)
	find := in.find
	if !a.checking {
		find = in.findAgain
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
		if f.want = a.checked.of(a.row.Number, len(a.found)); f.want == 0 {
			return nil, attachedError{shown, ErrChanged}
		}
	case a.sent:
		if err := f.learn(); err != nil {
			return nil, attachedError{shown, err}
		}
	}
	return f, nil
}

// part makes a part of the row's message, of the file with a path.
func (at *entry) part(a *Finder, shown string, lines []string) (message.Part, error) {
	p := message.Part{Disposition: "attachment"}
	if at.inline != "" {
		p.Disposition = "inline"
	}
	if shown == "" {
		return p, at.noPath()
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
		var err error
		if p.Params, err = at.typeParams(p.Type, &at.shared.charset); err != nil {
			return p, attachedError{shown, err}
		}
		return p, nil
	}
	f := rowFile{attachment: at, shown: shown, buffer: a.buffer}
	var err error
	if f.checkedFile, err = a.find(at, shown); err != nil {
		return p, err
	}
	f.sampled = a.checking && !a.sent && at.Unique && a.sizes.again(f.info.Size())
	p.Type = cmp.Or(at.Type, TypeByName(shown, p.FileName))
	if a.checking || p.Type == "" {
		if p.Type, err = f.look(p.Type, a.checking, lines); err != nil {
			return p, attachedError{shown, err}
		}
	}
	charset, err := f.charset(p.Type)
	if err == nil {
		p.Params, err = at.typeParams(p.Type, &charset)
	}
	if err != nil {
		return p, attachedError{shown, err}
	}
	p.File = f.file()
	a.found = append(a.found, a.fileOf(f.checkedFile, shown, at))
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
