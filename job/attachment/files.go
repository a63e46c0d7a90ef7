package attachment

import (
	"os"
	"path/filepath"
	"slices"
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
	s, err := readShared(path)
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
	if !key.fromRow {
		return inputfile.Read(key.path, maxTemplate)
	}
	if !filepath.IsLocal(key.path) {
		return nil, errOutside{}
	}
	root, err := os.OpenRoot(f.Job.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var b []byte
	info, err := root.Stat(key.path)
	if err == nil {
		err = checkRowFile(f.Job, info)
	}
	if err == nil {
		b, err = root.ReadFile(key.path)
	}
	if escapes(err) {
		err = errOutside{}
	}
	return b, err
}
