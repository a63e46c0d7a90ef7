package jobfile

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mailshot/job/problem"
)

// Load reads the job file at path. What is wrong with its content is a
// *problem.List; an error of the file system is kept for errors.Is.
func Load(path string) (*Job, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the job file: %w", err)
	}
	return Parse(path, data)
}

// Parse reads a job from data. name is the path of its file, which messages
// name and other paths are relative to; it need not exist. Every error is a
// *problem.List, in the order of the lines.
func Parse(name string, data []byte) (*Job, error) {
	d := decoder{file: name, lines: map[string]int{}}
	j := &Job{Path: name, Dir: filepath.Dir(name), lines: d.lines}
	if root := d.tree(data); root != nil {
		d.job(root, j)
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	return j, nil
}

// err gives the problems found, those without a line last.
func (d *decoder) err() error {
	at := func(p problem.Problem) int {
		if p.Line == 0 {
			return math.MaxInt
		}
		return p.Line
	}
	slices.SortStableFunc(d.problems, func(a, b problem.Problem) int { return cmp.Compare(at(a), at(b)) })
	var list problem.List
	for _, p := range d.problems {
		list.Add(p)
	}
	return list.Err()
}

// defaultName is the name of a job whose file does not give one.
func defaultName(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// validName reports whether a job may be named s: its run ids and the names of
// its files begin with s.
func validName(s string) bool {
	return s != "" && len(s) <= maxName && only(s, ".-_") && s[0] != '.' && s[0] != '-'
}

const maxName = 100
