package recipients

import (
	"cmp"
	"slices"

	"mailshot/job/index"
	"mailshot/job/problem"
)

// A Reason says why a row is not sent by this run, nor by any other until it
// is corrected.
type Reason struct {
	Text      string
	Own       bool // the row has a key of its own to be recorded under
	Duplicate bool // left out on purpose: no fault, and no part of the outcome
	Equal     bool // another row with its address is sent, or was
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
	equal    []equalRow     // of the rows left out, in order, those that have the address of another
	like     Reason         // for these, but for its Text
}

// An equalRow is a row and the one that is taken in its place.
type equalRow struct{ row, other uint32 }

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

// addEqual leaves a row out since another one has its address. It takes 8 octets,
// and must be called in the order of the rows.
func (r *Rejected) addEqual(row, other int, like Reason) {
	r.out.Add(row)
	r.equal, r.like = append(r.equal, equalRow{uint32(row), uint32(other)}), like
}

// equalTo returns the row that is taken in the place of a row.
func (r *Rejected) equalTo(row int) (other int, ok bool) {
	i, ok := slices.BinarySearchFunc(r.equal, uint32(row), func(e equalRow, n uint32) int { return cmp.Compare(e.row, n) })
	if !ok {
		return 0, false
	}
	return int(r.equal[i].other), true
}

// Of returns the reason for which a row is left out, where it is known, and
// whether it is left out. The Text of a row that is Equal is that of Why.
func (r *Rejected) Of(row int) (Reason, bool) {
	if why, ok := r.rows[row]; ok {
		return why, true
	}
	if _, ok := r.equalTo(row); ok {
		return r.like, true
	}
	return Reason{}, r.out.Has(row)
}

// Why returns the reason for which a row is left out, in the words of its record.
func (r *Rejected) Why(row *Row) Reason {
	why, _ := r.Of(row.Number)
	if other, ok := r.equalTo(row.Number); ok && why.Text == "" {
		why.Text = equalText(row, other)
	}
	return why
}

// EndsRun reports whether a row is one of those that end the run, and is not left out on purpose.
func (r *Rejected) EndsRun(row int) bool {
	why, out := r.Of(row)
	return out && !r.skip && r.problems.Len() > 0 && !why.onPurpose()
}

// Problems returns the problems that end the run.
func (r *Rejected) Problems() *problem.List { return &r.problems }
