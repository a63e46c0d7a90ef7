package job

import "mailshot/job/problem"

// A reject says why a row is not sent by this run, nor by any other until it
// is corrected.
type reject struct {
	reason    string
	own       bool // the row has a key of its own to be recorded under
	duplicate bool // left out on purpose: no fault, and no part of the outcome
	noFile    bool // without its attachment, and left out on purpose
	problem   problem.Problem
}

func (r *reject) onPurpose() bool { return r.duplicate || r.noFile }

// rejects collects bad rows: as problems that end the run or, where bad rows
// are to be skipped, as rows to leave out and record. Rows left out on purpose
// are kept either way. The memory it takes grows with the rows that
// are left out, not with those that are sent.
type rejects struct {
	skip     bool
	problems problem.List
	out      bits           // every row that is left out
	rows     map[int]reject // why, where it is to be recorded
}

func newRejects(skip bool) *rejects {
	return &rejects{skip: skip, rows: make(map[int]reject)}
}

// reject leaves a row out. The first reason stays.
func (r *rejects) reject(row int, why reject) {
	r.out.add(row)
	if !r.skip && !why.onPurpose() {
		r.problems.Add(why.problem)
	}
	if r.skip || why.onPurpose() {
		why.problem = problem.Problem{} // told already, or never
		if _, have := r.rows[row]; !have {
			r.rows[row] = why
		}
	}
}

// also leaves out an earlier row whose problem is told with a later one.
func (r *rejects) also(row int, why reject) {
	r.out.add(row)
	if r.skip {
		r.rows[row] = why
	}
}

// of gives the reason for which a row is left out, where it is known, and
// whether it is left out.
func (r *rejects) of(row int) (reject, bool) { return r.rows[row], r.out.has(row) }
