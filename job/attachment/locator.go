package attachment

import (
	"cmp"
	"encoding/binary"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mailshot/template"
)

// A File is a file that a row has, as it was found.
type File struct {
	ID     string        // the same for two names of one file
	Shown  string        // its path, as the row has it
	Unique bool          // no other row may have it
	MaxAge time.Duration // how old it may be; 0 is no limit

	UniqueContent bool  // nor one with the same content
	Size          int64 // octets

	fingerprint uint64 // 0: it is not known
	file        *checkedFile
	sent        bool // see List.Sent: its content is known, or worth knowing
}

func (a *List) fileOf(f *checkedFile, shown string, at *entry) File {
	in := at.folderOf(shown)
	return File{
		ID: in.ids.of(f.info, in.path(f.path)), Shown: shown, Unique: at.Unique, UniqueContent: at.UniqueContent, MaxAge: at.MaxAge, Size: f.info.Size(),
		fingerprint: f.want, file: f, sent: a.sent,
	}
}

// Sample returns what stands for the size of the file and for pieces of its content,
// or for all of that where it is read anyway, as the letters are sent. Two files that
// are equal have the same.
func (f *File) Sample() (string, error) {
	if f.sent {
		return f.Content()
	}
	if f.file.pieces == 0 {
		if err := f.file.readSample(); err != nil {
			return "", err
		}
	}
	b := binary.LittleEndian.AppendUint64(nil, uint64(f.Size))
	return string(binary.LittleEndian.AppendUint64(b, f.file.pieces)), nil
}

// Content returns what stands for the size and the content of the file, which is read
// for it unless it was before: two files that are equal have the same.
func (f *File) Content() (string, error) {
	if f.file.want == 0 {
		if err := f.file.learn(); err != nil {
			return "", err
		}
	}
	b := binary.LittleEndian.AppendUint64(nil, uint64(f.Size))
	return string(binary.LittleEndian.AppendUint64(b, f.file.content)), nil
}

// Changed returns when the file was last changed.
func (f *File) Changed() time.Time { return f.file.info.ModTime() }

// A Shared is a file that goes with every letter.
type Shared struct {
	Shown   string // its path, as the job file has it
	Name    string // that its readers see, or the template that makes it
	Line    int    // of the job file
	Changed time.Time
	MaxAge  time.Duration // 0 is no limit
}

// Shared returns the files that go with every letter. nil has none.
func (a *List) Shared() []Shared {
	if a == nil {
		return nil
	}
	var all []Shared
	for _, at := range a.list {
		if at.shared != nil {
			all = append(all, Shared{at.File.Value, cmp.Or(at.Name.Value, path.Base(at.File.Value)), at.Line, at.shared.changed, at.MaxAge})
		}
	}
	return all
}

// A Locator finds the files of rows without looking at them. It is not safe for
// concurrent use.
type Locator struct {
	list     *List
	renderer pathRenderer
}

// Locator returns a Locator, or nil if no attachment is a row's own.
func (a *List) Locator() *Locator {
	if a == nil || !a.perRow {
		return nil
	}
	return &Locator{list: a, renderer: a.renderer()}
}

// Files returns the files of a row, those that there are.
func (l *Locator) Files(r template.Row) []File {
	paths, err := l.renderer.render(r)
	if err != nil {
		return nil
	}
	var all []File
	for i := range l.list.list {
		at := &l.list.list[i]
		if !at.PerRow {
			continue
		}
		for _, shown := range paths.of(at) {
			if f, err := at.folderOf(shown).find(shown); err == nil {
				f.seed = l.list.seed
				all = append(all, l.list.fileOf(f, shown, at))
			}
		}
	}
	return all
}

// SharedIDs returns the ids of the files that go with every letter.
func (a *List) SharedIDs() []string {
	var ids []string
	for _, at := range a.list {
		if at.shared == nil {
			continue
		}
		if info, err := os.Stat(at.shared.path); err == nil {
			path, err := filepath.Abs(at.shared.path)
			if err == nil {
				ids = append(ids, a.ids.of(info, path))
			}
		}
	}
	return ids
}

// Futile returns the path templates whose must_contain can't fail: the path is
// made with what the file must contain, and only a text is searched.
func (a *List) Futile() []string {
	var paths []string
	for _, at := range a.list {
		if at.contain >= 0 && at.tautology() && !isText(cmp.Or(at.Type, TypeByName(at.File.Value)), nil) {
			paths = append(paths, at.File.Value)
		}
	}
	return paths
}

// EachFolder calls yield for each folder of rows' files. It stops at the first
// error, and returns it. Folders that hold other files too, which can't be told
// from those of rows, are passed over.
func (a *List) EachFolder(yield func(*Folder) error) error {
	for i := range a.list {
		f := &a.list[i].folder
		same := func(o entry) bool { return o.path >= 0 && o.folder.root == f.root && o.folder.dir == f.dir }
		if a.list[i].path < 0 || slices.ContainsFunc(a.list[:i], same) {
			continue
		}
		takes := a.list[i].rowsName()
		if takes == nil {
			continue
		}
		if err := yield(&Folder{folder: f, takes: takes}); err != nil {
			return err
		}
	}
	return nil
}

// A Folder holds files of rows.
type Folder struct {
	folder *folder
	takes  func(name string) bool // reports whether a name is like those of rows' files
}

// Path returns the folder's path as the job file writes it, with a slash at the
// end. It may be empty.
func (f *Folder) Path() string { return f.folder.fixed }

// EachFile calls yield for each file that may be a row's, with its path and id.
// It stops at the first error, and returns it. Directories are passed over, and
// files that systems put there themselves.
func (f *Folder) EachFile(yield func(name, id string) error) error {
	var failed error
	err := f.folder.eachName(func(name string) bool {
		if strings.HasPrefix(name, ".") || name == "Thumbs.db" || name == "desktop.ini" || !f.takes(name) {
			return true
		}
		info, err := f.folder.in.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return true // gone meanwhile, or a link to where no row's file can be
		}
		failed = yield(f.folder.fixed+name, f.folder.ids.of(info, f.folder.path(name)))
		return failed == nil
	})
	return cmp.Or(failed, err)
}

// rowsName returns a function that reports whether a name in the folder is like
// those of rows' files; nil where that can't be told, as the files are in folders
// below. The job's own directory has other files too.
func (at *entry) rowsName() func(name string) bool {
	_, rest := splitFolder(at.File.Value)
	begin, end := rest, rest[strings.LastIndex(rest, "}}")+2:]
	begin, _, _ = strings.Cut(begin, "{{")
	if strings.Contains(begin+end, "/") || at.folder.fixed == "" && strings.Trim(end, ". ") == "" {
		return nil
	}
	return func(name string) bool {
		return at.folder.fixed != "" || strings.HasPrefix(name, begin) && strings.HasSuffix(name, strings.TrimRight(end, " "))
	}
}
