package jobfile

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"mailshot/job/jobfile/keys"
	"mailshot/job/problem"
)

// A decoder walks the tree of a job file and collects what is wrong with it.
type decoder struct {
	file     string
	keys     *keys.Key // the declaration of the whole file
	problems []problem.Problem
	lines    map[string]int
	mended   map[int]bool // lines whose value was left out: their problem is told
}

// add notes a problem. Nothing more is said about a mended line.
func (d *decoder) add(line int, text, hint string) {
	if !d.mended[line] {
		d.problems = append(d.problems, problem.Problem{File: d.file, Line: line, Text: text, Hint: hint})
	}
}

func (d *decoder) setMended(line int) {
	if d.mended == nil {
		d.mended = map[int]bool{}
	}
	d.mended[line] = true
}

// missing notes that a key is not given, unless a line was mended and the key may have stood there.
func (d *decoder) missing(line int, key, hint string) {
	if len(d.mended) == 0 {
		d.add(line, fmt.Sprintf("`%s` is missing", key), hint)
	}
}

// err returns the problems found, those without a line last.
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
