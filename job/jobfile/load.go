package jobfile

import (
	"fmt"
	"path/filepath"

	"mailshot/job/inputfile"
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// maxFile is how many octets a job file may have.
const maxFile = 16 << 20

// Load reads the job file at path. What is wrong with its content is a *problem.List; an error of
// the file system is kept for errors.Is.
func Load(path string) (*Job, error) { return LoadWith(path, Outside{}) }

// LoadWith is Load with what is said outside the job file.
func LoadWith(path string, o Outside) (*Job, error) {
	data, err := inputfile.Read(path, maxFile)
	if err != nil {
		return nil, fmt.Errorf("reading the job file: %w", err)
	}
	return parse(path, data, o)
}

// Parse reads a job from data. name is the path of its file, which messages name and other paths
// are relative to; it need not exist. Every error is a *problem.List, in the order of the lines.
func Parse(name string, data []byte) (*Job, error) { return parse(name, data, Outside{}) }

func parse(name string, data []byte, o Outside) (*Job, error) {
	d := decoder{Reader: fields.NewReader(name, keys.File()), outside: o}
	j := &Job{Path: name, Dir: filepath.Dir(name), lines: d.Lines, outside: o.Server}
	if s := d.Root(data); !s.Broken {
		d.job(s, j)
	}
	switch {
	case d.unread != nil && d.Good():
		return nil, d.unread.error(name)
	case d.unread != nil:
		d.Add(d.unread.line, d.unread.err.Error(), serverHint)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return j, nil
}
