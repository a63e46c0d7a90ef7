package job

import (
	"os"
	"path/filepath"
	"slices"
	"sync"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
	"mailshot/transport/message"
)

// files reads the templates and the shared files that a job names. Each is read once, so that what
// was checked is what is sent. Safe for concurrent use.
type files struct {
	job *jobfile.Job

	mu    sync.Mutex // guards have and carry
	have  map[fileKey][]byte
	carry map[string]*sharedFile // by path: those that all letters carry
}

type fileKey struct {
	path    string
	fromRow bool
}

// shared gives the content of a file by its resolved path.
func (f *files) shared(path string) ([]byte, error) { return f.once(fileKey{path, false}) }

// digested gives what the digest of the letter takes for the content of a file
// by its resolved path: that of a template, the sum of what letters carry.
func (f *files) digested(path string) ([]byte, error) {
	if !f.carries(path) {
		return f.shared(path)
	}
	s, err := f.attached(path)
	if err != nil {
		return nil, err
	}
	return s.sum[:], nil
}

// carries says whether all letters carry the file.
func (f *files) carries(path string) bool {
	m := &f.job.Message
	return slices.ContainsFunc(m.Attachments, func(a jobfile.Attachment) bool { return !a.PerRow && f.job.Resolve(a.File.Value) == path }) ||
		slices.ContainsFunc(m.Inline, func(i jobfile.InlineFile) bool { return f.job.Resolve(i.File.Value) == path })
}

// attached gives a file that all letters carry by its resolved path.
func (f *files) attached(path string) (*sharedFile, error) {
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
		f.carry = make(map[string]*sharedFile)
	}
	f.carry[path] = s
	return s, nil
}

// segments gives the checked octets of those that are kept in memory.
func (f *files) segments() map[*message.Encoded]transport.Segment {
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

// read gives the content of a file as a template names it. A path that was
// made from a row's cells can only name a file inside the job's directory;
// neither ".." nor a symbolic link leads out of it, nor to a secret.
func (f *files) read(path string, fromRow bool) ([]byte, error) {
	if !fromRow {
		path = f.job.Resolve(path)
	}
	return f.once(fileKey{path, fromRow})
}

func (f *files) once(key fileKey) ([]byte, error) {
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

// shown is how the job file names a path.
func (f *files) shown(path string) string {
	if rel, err := filepath.Rel(f.job.Dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

func (f *files) load(key fileKey) ([]byte, error) {
	if !key.fromRow {
		return os.ReadFile(key.path)
	}
	if !filepath.IsLocal(key.path) {
		return nil, errOutside{}
	}
	root, err := os.OpenRoot(f.job.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var b []byte
	info, err := root.Stat(key.path)
	if err == nil {
		err = checkRowFile(f.job, info)
	}
	if err == nil {
		b, err = root.ReadFile(key.path)
	}
	if escapes(err) {
		err = errOutside{}
	}
	return b, err
}
