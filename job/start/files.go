package start

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mailshot/job/inputfile"
	"mailshot/job/problem"
)

// A file is one that is made.
type file struct{ name, text string }

const ignoreFile = ".gitignore"

// ignoreText keeps what has names and addresses in it out of a repository. It is the same for all jobs of
// a directory.
const ignoreText = `# What mailshot leaves beside a job file, with addresses in it.
*.results.csv
*.results.csv.*
*.sandbox/
# Who gets the letters.
/*.csv
/*.xlsx
/*.ods
`

// Write makes the files, and the directory if it is not there. It writes over nothing: if there is any
// of the files, it makes none. It returns the names of those that it made.
func (d *Draft) Write() (made []string, err error) {
	files, err := d.wanted()
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(d.Dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, problem.Fail(problem.Exists, "making the directory: %w", err)
	}
	for _, f := range files {
		if err := create(filepath.Join(d.Dir, f.name), f.text); err != nil {
			for _, name := range made {
				err = errors.Join(err, os.Remove(filepath.Join(d.Dir, name)))
			}
			return nil, &problem.Error{Kind: problem.Exists, Err: err}
		}
		made = append(made, f.name)
	}
	return made, nil
}

// Check returns an error if there is any of the files.
func (d *Draft) Check() error {
	_, err := d.wanted()
	return err
}

// wanted returns the files that are to be made. A .gitignore with the same lines may be there.
func (d *Draft) wanted() (files []file, err error) {
	var there []string
	for _, f := range d.files {
		path := filepath.Join(d.Dir, f.name)
		_, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			files = append(files, f)
		case err != nil:
			return nil, problem.Fail(problem.Exists, "making %s: %w", path, err)
		case f.name == ignoreFile && ignores(path, f.text):
		default:
			there = append(there, path)
		}
	}
	if len(there) == 0 {
		return files, nil
	}
	e := problem.Fail(problem.Exists, "%s: there already, and never written over; nothing was made", strings.Join(there, ", "))
	if filepath.Base(there[0]) == ignoreFile {
		return nil, e.WithHint("add these lines to it, and begin anew: %s", strings.Join(rules(ignoreText), " "))
	}
	return nil, e.WithHint("move it away, or begin in another directory")
}

// rules returns the lines of a .gitignore that are no comments.
func rules(text string) (all []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			all = append(all, line)
		}
	}
	return all
}

// ignores reports whether the .gitignore at path has all rules of a text.
func ignores(path, text string) bool {
	data, err := inputfile.Read(path, 1<<20)
	if err != nil {
		return false
	}
	has := map[string]bool{}
	for _, rule := range rules(string(data)) {
		has[rule] = true
	}
	for _, rule := range rules(text) {
		if !has[rule] {
			return false
		}
	}
	return true
}

// create makes a file for its owner alone. One that is there is an error.
func create(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("making %s: %w", path, err)
	}
	if _, err = f.WriteString(text); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", path, errors.Join(err, os.Remove(path)))
	}
	return nil
}
