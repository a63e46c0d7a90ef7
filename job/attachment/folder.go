package attachment

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
)

// A folder is where the files of rows are: what their path has before its first
// action, up to the last slash. Nothing outside is reached from it: not by a
// path that a cell made, and not by a symbolic link out of it; and no file that is
// not for recipients.
type folder struct {
	job   *jobfile.Job
	fixed string   // as it is written, with the slash; may be ""
	root  *os.Root // the job's directory, or that of attachments_from
	dir   string   // of the folder within the root
	from  bool     // the root is that of attachments_from
	names *spellings
	other common
	in    *os.Root    // the folder when it was first opened; root if it is that
	info  os.FileInfo // of in
	marks *markedDirs
	ids   *identities
}

// splitFolder cuts a path template into what is the same for all rows, and the
// rest.
func splitFolder(template string) (fixed, rest string) {
	fixed, _, _ = strings.Cut(strings.TrimLeft(template, " \t"), "{{")
	fixed = fixed[:strings.LastIndexByte(fixed, '/')+1]
	return fixed, strings.TrimLeft(template, " \t")[len(fixed):]
}

// A rootDir is a directory that rows' files may lie in.
type rootDir struct {
	path string // absolute
	root *os.Root
	from bool
}

// rootDirs opens the directories that rows' files may lie in. That of
// attachments_from is first: it may be a link in the job's directory.
func rootDirs(j *jobfile.Job) ([]rootDir, error) {
	var dirs []rootDir
	add := func(path string, from bool) error {
		path, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		root, err := os.OpenRoot(path)
		if err != nil {
			return err
		}
		dirs = append(dirs, rootDir{path, root, from})
		return nil
	}
	if from := j.Message.AttachmentsFrom; from != "" {
		if err := add(j.Resolve(from), true); err != nil {
			return nil, fmt.Errorf("%s:%d: attachments_from: %w", j.Path, j.Line("message.attachments_from"), problem.FileError{Path: from, Err: err})
		}
	}
	if err := add(cmp.Or(j.Dir, "."), false); err != nil {
		return dirs, err
	}
	return dirs, nil
}

// newFolder finds the root of a path template's folder.
func newFolder(j *jobfile.Job, template string, dirs []rootDir, ids *identities) (folder, error) {
	f := folder{job: j, names: &spellings{}, marks: &markedDirs{}, ids: ids}
	f.fixed, _ = splitFolder(template)
	at, err := filepath.Abs(j.Resolve(f.fixed))
	if err != nil {
		return f, err
	}
	for _, d := range dirs {
		if rel, err := filepath.Rel(d.path, at); err == nil && filepath.IsLocal(rel) {
			f.root, f.from = d.root, d.from
			if f.dir, err = f.names.spell(f.root, filepath.ToSlash(rel)); err != nil {
				return f, attachedError{f.fixed, err}
			}
			if f.dir == "." && !f.from {
				f.other = newCommon(j, d.path)
			}
			return f, f.begin()
		}
	}
	return f, errOutside{j.Message.AttachmentsFrom != ""}
}

// begin opens the folder, and sees that it is a directory: else each row would lack
// its file.
func (f *folder) begin() (err error) {
	f.info, err = f.root.Stat(f.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return attachedError{f.fixed, err}
	case err != nil:
		return f.outside(err)
	case !f.info.IsDir():
		return fmt.Errorf("%s is no directory", strings.TrimSuffix(f.fixed, "/"))
	}
	f.in = f.root
	if f.dir != "." {
		f.in, err = f.root.OpenRoot(filepath.FromSlash(f.dir))
	}
	return err
}

// path returns the path of a file for one within the folder.
func (f *folder) path(name string) string {
	return filepath.Join(f.in.Name(), filepath.FromSlash(name))
}

// close returns the folder back.
func (f *folder) close() error {
	if f.in == nil || f.in == f.root {
		return nil
	}
	return f.in.Close()
}

// within returns the path of a row's file within the folder.
func (f *folder) within(rendered string) (string, error) {
	rest, ok := strings.CutPrefix(rendered, f.fixed)
	switch {
	case !ok || filepath.IsAbs(rest) || strings.HasPrefix(rest, "/"):
		return "", errOutside{f.from}
	case strings.Contains("/"+filepath.ToSlash(rest)+"/", "/../"):
		return "", errors.New("a cell can't make a path with .. in it")
	case rest == "" || strings.HasSuffix(rest, "/"):
		return "", problem.WithHint(errors.New("the name of the file is empty"), noFileHint)
	case !filepath.IsLocal(filepath.FromSlash(rest)):
		return "", errOutside{f.from}
	}
	return path.Clean(filepath.ToSlash(rest)), nil
}

const noFileHint = "a row without a file is right with optional: true beside the path"

// find finds a row's file and sees that it is one that can be opened, and that is
// for recipients.
func (f *folder) find(rendered string) (*checkedFile, error) { return f.findIn(rendered, f.held) }

// findAgain is find for a file that was checked: its folder may be another one now.
func (f *folder) findAgain(rendered string) (*checkedFile, error) { return f.findIn(rendered, f.enter) }

func (f *folder) findIn(rendered string, enter enterFunc) (*checkedFile, error) {
	name, err := f.within(rendered)
	if err != nil {
		return nil, attachedError{rendered, err}
	}
	o, err := f.locate(name, enter)
	if err != nil {
		return nil, attachedError{rendered, err}
	}
	return o, nil
}

// locate finds a file by its path within the folder.
func (f *folder) locate(name string, enter enterFunc) (*checkedFile, error) {
	in, done, err := enter()
	if err != nil {
		return nil, f.outside(err)
	}
	defer done()
	if name, err = f.names.spell(in, name); err != nil {
		return nil, err
	}
	o, err := openRegular(filepath.FromSlash(name), in.Stat, func(name string, flag int, perm os.FileMode) (*os.File, error) {
		return f.openFile(name, flag, perm, enter)
	})
	if err != nil {
		return nil, f.leaves(name, err)
	}
	o.rules = func(info os.FileInfo) error { return checkRowFile(f.job, info, f.path(name)) }
	if err := cmp.Or(o.rules(o.info), f.other.check(name, o.info)); err != nil {
		return nil, err
	}
	if f.marks.marked(in.Lstat, name) || f.linksToMarked(in, name) {
		return nil, errWritten
	}
	return o, nil
}

// linksToMarked reports whether a path leads by a link into a directory of sandbox runs.
func (f *folder) linksToMarked(in *os.Root, name string) bool {
	if info, err := in.Lstat(filepath.FromSlash(name)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return false
	}
	real, err := filepath.EvalSymlinks(f.path(name))
	return err != nil || inSandbox(os.Lstat, real)
}

// An enterFunc returns the open folder. The caller calls done.
type enterFunc func() (in *os.Root, done func(), err error)

// held returns the folder as it was first opened.
func (f *folder) held() (in *os.Root, done func(), err error) { return f.in, func() {}, nil }

// enter returns the open folder, so that no link in it leads out of it. If another
// one was put in its place, that is opened. The caller calls done.
func (f *folder) enter() (in *os.Root, done func(), err error) {
	if f.dir == "." {
		return f.root, func() {}, nil
	}
	if info, err := f.root.Stat(f.dir); err == nil && os.SameFile(info, f.info) {
		return f.in, func() {}, nil
	}
	in, err = f.root.OpenRoot(filepath.FromSlash(f.dir))
	return in, func() { _ = in.Close() }, err // nothing was written
}

// openFile opens a file by its path within the folder.
func (f *folder) openFile(name string, flag int, perm os.FileMode, enter enterFunc) (*os.File, error) {
	in, done, err := enter()
	if err != nil {
		return nil, f.outside(err)
	}
	defer done()
	file, err := in.OpenFile(name, flag, perm)
	return file, f.leaves(filepath.ToSlash(name), err)
}

// leaves tells an error about a path within the folder: a link may lead out of the
// folder, or out of all where files of rows may be.
func (f *folder) leaves(name string, err error) error {
	if escapes(err) && f.dir != "." {
		if _, err := f.root.Stat(path.Join(f.dir, name)); err == nil {
			return fmt.Errorf("it leads out of %s", f.fixed)
		}
	}
	return f.outside(err)
}

// outside tells os.Root's refusal in words of its own.
func (f *folder) outside(err error) error {
	if escapes(err) {
		return errOutside{f.from}
	}
	return err
}

// escapes reports whether an error is os.Root's refusal to leave the root, which has
// no name.
func escapes(err error) bool {
	return err != nil && strings.Contains(err.Error(), "escapes from parent")
}

// errOutside is a path that leads where no row's file may be.
type errOutside struct{ from bool }

func (e errOutside) Error() string {
	if e.from {
		return "it leads out of attachments_from"
	}
	return "it leads out of the job's directory"
}

// An attachedError says what is the matter with a row's file.
type attachedError struct {
	path string
	err  error
}

func (e attachedError) Error() string { return problem.FileWords(e.path, e.err, "") }

func (e attachedError) Unwrap() error { return e.err }

// eachName returns the names in the folder, but for those of directories, until
// yield says no.
func (f *folder) eachName(yield func(name string) bool) error {
	dir, err := f.root.Open(f.dir)
	if err != nil {
		return attachedError{f.fixed, err}
	}
	defer dir.Close() // read only: nothing is lost
	for {
		entries, err := dir.ReadDir(256)
		for _, e := range entries {
			if !e.IsDir() && !yield(e.Name()) {
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return attachedError{f.fixed, err}
		}
	}
}
