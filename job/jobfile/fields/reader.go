package fields

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"mailshot/job/jobfile/keys"
	"mailshot/job/problem"
)

// A Reader walks the tree of a job file and collects what is wrong with it.
type Reader struct {
	file     string
	keys     *keys.Key      // the declaration of the whole file
	Lines    map[string]int // of the keys that are given, by their paths
	problems *[]problem.Problem
	mended   map[int]bool // lines whose value was left out: their problem is told
}

// NewReader returns a reader of a file of this name, whose keys are declared by those of all.
func NewReader(name string, all *keys.Key) *Reader {
	return &Reader{file: name, keys: all, Lines: map[string]int{}, problems: new([]problem.Problem)}
}

// Beside returns a reader of something else that has values of the job, such as another file, whose
// problems are told with those of d. name says in messages what it is.
func (d *Reader) Beside(name string, all *keys.Key) *Reader {
	return &Reader{file: name, keys: all, Lines: map[string]int{}, problems: d.problems}
}

// Good reports whether nothing is wrong so far.
func (d *Reader) Good() bool { return len(*d.problems) == 0 }

// Add notes a problem. Nothing more is said about a mended line.
func (d *Reader) Add(line int, text, hint string) {
	if !d.mended[line] {
		*d.problems = append(*d.problems, problem.Problem{File: d.file, Line: line, Text: text, Hint: hint})
	}
}

func (d *Reader) setMended(line int) {
	if d.mended == nil {
		d.mended = map[int]bool{}
	}
	d.mended[line] = true
}

// Missing notes that a key is not given, unless a line was mended and the key may have stood there.
func (d *Reader) Missing(line int, key, hint string) {
	if len(d.mended) == 0 {
		d.Add(line, fmt.Sprintf("`%s` is missing", key), hint)
	}
}

// Err returns the problems found, those of other files first and those without a line last.
func (d *Reader) Err() error {
	at := func(p problem.Problem) int {
		if p.Line == 0 {
			return math.MaxInt
		}
		return p.Line
	}
	own := func(p problem.Problem) int {
		if p.File == d.file {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(*d.problems, func(a, b problem.Problem) int {
		return cmp.Or(cmp.Compare(own(a), own(b)), cmp.Compare(a.File, b.File), cmp.Compare(at(a), at(b)))
	})
	var list problem.List
	for _, p := range *d.problems {
		list.Add(p)
	}
	return list.Err()
}
