package attachment

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"mailshot/job/inputfile"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
	"mailshot/transport/message"
)

// Files reads the templates and the shared files that a job names. Each is read once, so that what
// was checked is what is sent. Safe for concurrent use.
type Files struct {
	Job *jobfile.Job

	mu    sync.Mutex // guards have and carry
	have  map[fileKey][]byte
	carry map[string]*SharedFile // by path: those that all letters carry
}

// maxTemplate is how many octets a template may have.
const maxTemplate = 64 << 20

type fileKey struct {
	path    string
	fromRow bool
}

// Shared returns the content of a file by its resolved path.
func (f *Files) Shared(path string) ([]byte, error) { return f.once(fileKey{path, false}) }

// Digested returns what the digest of the letter takes for the content of a file
// by its resolved path: that of a template, the sum of what letters carry.
func (f *Files) Digested(path string) ([]byte, error) {
	if !f.carries(path) {
		return f.Shared(path)
	}
	s, err := f.Attached(path)
	if err != nil {
		return nil, err
	}
	return s.Sum[:], nil
}

// carries reports whether all letters carry the file.
func (f *Files) carries(path string) bool {
	m := &f.Job.Message
	return slices.ContainsFunc(m.Attachments, func(a jobfile.Attachment) bool { return !a.PerRow && f.Job.Resolve(a.File.Value) == path }) ||
		slices.ContainsFunc(m.Inline, func(i jobfile.InlineFile) bool { return f.Job.Resolve(i.File.Value) == path })
}

// Attached returns a file that all letters carry by its resolved path.
func (f *Files) Attached(path string) (*SharedFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.carry[path]; s != nil {
		return s, nil
	}
	spelled, err := f.spelled(path)
	var s *SharedFile
	if err == nil {
		s, err = readShared(spelled)
	}
	if err != nil {
		return nil, problem.FileError{Path: f.shown(path), Err: err}
	}
	if f.carry == nil {
		f.carry = make(map[string]*SharedFile)
	}
	f.carry[path] = s
	return s, nil
}

// Segments returns the checked octets of those that are kept in memory.
func (f *Files) Segments() map[*message.Encoded]transport.Segment {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make(map[*message.Encoded]transport.Segment, len(f.carry))
	for _, s := range f.carry {
		if s.encoded != nil {
			all[s.encoded] = s.segment
		}
	}
	return all
}

// Read returns the content of a file as a template names it. A path that was
// made from a row's cells can only name a file inside the job's directory;
// neither ".." nor a symbolic link leads out of it, nor to a secret.
func (f *Files) Read(path string, fromRow bool) ([]byte, error) {
	if !fromRow {
		path = f.Job.Resolve(path)
	}
	return f.once(fileKey{path, fromRow})
}

func (f *Files) once(key fileKey) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if b, ok := f.have[key]; ok {
		return b, nil
	}
	b, err := f.load(key)
	if err != nil {
		return nil, problem.FileError{Path: f.shown(key.path), Err: err}
	}
	if f.have == nil {
		f.have = make(map[fileKey][]byte)
	}
	f.have[key] = b
	return b, nil
}

// shown returns how the job file names a path.
func (f *Files) shown(path string) string {
	if rel, err := filepath.Rel(f.Job.Dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

func (f *Files) load(key fileKey) ([]byte, error) {
	if key.fromRow {
		return f.loadRowFile(key.path)
	}
	path, err := f.spelled(key.path)
	if err != nil {
		return nil, err
	}
	return inputfile.Read(path, maxTemplate)
}

// spelled returns a path as its directories spell its names, from that of the job
// on.
func (f *Files) spelled(path string) (string, error) {
	rel, err := filepath.Rel(f.Job.Dir, path)
	if err != nil || isASCII(rel) || !filepath.IsLocal(rel) {
		return path, nil
	}
	dir, err := os.OpenRoot(cmp.Or(f.Job.Dir, "."))
	if err != nil {
		return path, nil // opening the file will tell the reason
	}
	defer dir.Close()
	rel, err = (&spellings{}).spell(dir, filepath.ToSlash(rel))
	return filepath.Join(f.Job.Dir, filepath.FromSlash(rel)), err
}

// loadRowFile reads a template whose path was made of a row's cells.
func (f *Files) loadRowFile(path string) ([]byte, error) {
	if !filepath.IsLocal(path) {
		return nil, errOutside{}
	}
	root, err := os.OpenRoot(cmp.Or(f.Job.Dir, "."))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	in := folder{job: f.Job, root: root, in: root, dir: ".", names: &spellings{}, marks: &markedDirs{}}
	if f.anywhere() {
		in.other = common{dir: cmp.Or(f.Job.Dir, ".")}
	}
	o, err := in.locate(filepath.ToSlash(filepath.Clean(path)), in.held)
	if err != nil {
		return nil, err
	}
	r, err := o.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close() // read only: nothing is lost
	b, err := io.ReadAll(r)
	if err == nil && isWritten(b[:min(len(b), longLine)]) {
		err = errWritten
	}
	return b, err
}

// anywhere reports whether the path of a row's template has no folder of its own.
func (f *Files) anywhere() bool {
	m := &f.Job.Message
	return slices.ContainsFunc([]jobfile.Text{m.Text.File, m.HTML.File}, func(t jobfile.Text) bool {
		fixed, rest := splitFolder(t.Value)
		return strings.Contains(rest, "{{") && filepath.Clean(fixed) == "."
	})
}
