package attachment

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"mailshot/job/jobfile"
)

// What a row's path must not lead to.
var (
	errOwnFile = errors.New("this is a file of the job itself, and for no recipient")
	errHidden  = errors.New("what begins with a dot is for no recipient")
	errJobFile = errors.New("a .yaml file is that of a job, and for no recipient")
	errWritten = errors.New("mailshot wrote this, and it is for no recipient")
)

// checkRowFile sees that a file is one that a row's cells may name: a regular
// one, and none of the job's own.
func checkRowFile(j *jobfile.Job, info os.FileInfo, path string) error {
	if err := regular(info); err != nil {
		return err // which must not be opened: a pipe would wait
	}
	for _, name := range j.OwnFiles() {
		own, err := os.Stat(name)
		if err != nil {
			continue
		}
		if n := (namedFile{name, own}); n.is(info, path) {
			return errOwnFile
		}
	}
	return nil
}

// A common directory is the job's own, where rows' files are beside others that
// are for no recipient. The zero value is a directory that has only rows' files.
type common struct {
	dir   string      // its path; "" is none
	named []namedFile // the files that keys of the job name
}

func newCommon(j *jobfile.Job, dir string) common {
	c := common{dir: dir}
	for _, name := range namedFiles(j) {
		if info, err := os.Stat(name); err == nil {
			c.named = append(c.named, namedFile{name, info})
		}
	}
	return c
}

// namedFiles returns the files that keys of the job name, but for those whose paths are
// made of rows: there is none of such a name.
func namedFiles(j *jobfile.Job) []string {
	m := &j.Message
	named := []string{m.Text.File.Value, m.HTML.File.Value, j.Server.CA, j.Server.ClientCertificate.Cert}
	for _, f := range m.Inline {
		named = append(named, f.File.Value)
	}
	for _, a := range m.Attachments {
		if !a.PerRow {
			named = append(named, a.File.Value)
		}
	}
	if include, err := j.IncludeFiles(); err == nil { // else that is told elsewhere
		for _, t := range include {
			named = append(named, t.Value)
		}
	}
	all := j.OwnFiles()
	for _, name := range named {
		if name != "" {
			all = append(all, j.Resolve(name))
		}
	}
	return all
}

// check sees that a file of the directory is one that a row's cells may name.
func (c *common) check(name string, info os.FileInfo) error {
	if c.dir == "" {
		return nil
	}
	real, err := c.real(name)
	switch {
	case err != nil:
		return err
	case hasHidden(name, false) || hasHidden(real, true):
		return errHidden
	case isJobFile(name) || isJobFile(real):
		return errJobFile
	case slices.ContainsFunc(c.named, func(n namedFile) bool { return n.is(info, filepath.Join(c.dir, name)) }):
		return errOwnFile
	}
	return nil
}

// real returns a path in the directory with links followed.
func (c *common) real(name string) (string, error) {
	dir, err := filepath.EvalSymlinks(c.dir)
	if err != nil {
		return "", err
	}
	file, err := filepath.EvalSymlinks(filepath.Join(dir, name))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(dir, file)
	return filepath.ToSlash(rel), err
}

// hasHidden reports whether an element of a path begins with a dot. Those that
// begin with two are where a cluster keeps what its links lead to.
func hasHidden(name string, linked bool) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(elem string) bool {
		return strings.HasPrefix(elem, ".") && !(linked && strings.HasPrefix(elem, ".."))
	})
}

func isJobFile(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// markedDirs remember which directories are those of sandbox runs. They are safe for
// concurrent use.
type markedDirs struct {
	mu  sync.Mutex      // guards what follows
	dir map[string]bool // few
}

// maxMarks is how many directories are remembered.
const maxMarks = 1000

// marked reports whether a file lies in a directory of sandbox runs.
func (m *markedDirs) marked(lstat func(string) (os.FileInfo, error), name string) bool {
	dir := path.Dir(name)
	m.mu.Lock()
	defer m.mu.Unlock()
	is, known := m.dir[dir]
	if !known {
		is = inSandbox(lstat, name)
		if m.dir == nil || len(m.dir) >= maxMarks {
			m.dir = make(map[string]bool)
		}
		m.dir[dir] = is
	}
	return is
}

// inSandbox reports whether a file lies in a directory of sandbox runs.
func inSandbox(lstat func(string) (os.FileInfo, error), name string) bool {
	for _, mark := range jobfile.SandboxMarks() {
		if _, err := lstat(filepath.Join(filepath.Dir(name), mark)); err == nil {
			return true
		}
	}
	return false
}
