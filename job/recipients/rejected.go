package recipients

import (
	"mailshot/job/index"
	"mailshot/job/problem"
)

// A Reason says why a row is not sent by this run, nor by any other until it
// is corrected.
type Reason struct {
	Text      string
	Own       bool // the row has a key of its own to be recorded under
	Duplicate bool // left out on purpose: no fault, and no part of the outcome
	NoFile    bool // without its attachment, and left out on purpose
	Problem   problem.Problem
}

func (r *Reason) onPurpose() bool { return r.Duplicate || r.NoFile }

// Rejected collects bad rows: as problems that end the run or, where bad rows
// are to be skipped, as rows to leave out and record. Rows left out on purpose
// are kept either way. The memory it takes grows with the rows that
// are left out, not with those that are sent.
type Rejected struct {
	skip     bool // bad rows are skipped
	problems problem.List
	out      index.Bits     // every row that is left out
	rows     map[int]Reason // why, where it is to be recorded
}

func NewRejected(skip bool) *Rejected {
	return &Rejected{skip: skip, rows: make(map[int]Reason)}
}

// Add leaves a row out. The first reason stays.
func (r *Rejected) Add(row int, why Reason) {
	r.out.Add(row)
	if !r.skip && !why.onPurpose() {
		r.problems.Add(why.Problem)
	}
	if r.skip || why.onPurpose() {
		why.Problem = problem.Problem{} // told already, or never
		if _, have := r.rows[row]; !have {
			r.rows[row] = why
		}
	}
}

// AddEarlier leaves out an earlier row whose problem is told with a later one.
func (r *Rejected) AddEarlier(row int, why Reason) {
	r.out.Add(row)
	if r.skip {
		r.rows[row] = why
	}
}

// Of returns the reason for which a row is left out, where it is known, and
// whether it is left out.
func (r *Rejected) Of(row int) (Reason, bool) { return r.rows[row], r.out.Has(row) }

// Problems returns the problems that end the run.
func (r *Rejected) Problems() *problem.List { return &r.problems }
