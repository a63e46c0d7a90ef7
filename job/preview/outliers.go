package preview

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"mailshot/job/index"
	"mailshot/job/letter"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/template/branches"
)

// A trait is something by which letters differ: the letters with the greatest numbers are outliers.
type trait struct {
	of    func(f *outlierFinder, r *recipients.Row, m *letter.Mail) int
	words func(f *outlierFinder, r *recipients.Row, n int) string
}

// rarest is the place of the trait that is known of all letters together: the branches of templates
// that few rows take.
const rarest = 2

// traits are the traits in the order in which they are asked for outliers.
func traits() []trait {
	return []trait{
		{(*outlierFinder).empty, (*outlierFinder).emptyWords},
		{
			func(_ *outlierFinder, _ *recipients.Row, m *letter.Mail) int {
				return utf8.RuneCountInString(m.Subject)
			},
			func(_ *outlierFinder, _ *recipients.Row, n int) string {
				return fmt.Sprintf("among the longest subjects, %d characters", n)
			},
		},
		{nil, (*outlierFinder).branchWords},
		{
			func(_ *outlierFinder, _ *recipients.Row, m *letter.Mail) int { return int(m.Message.Size()) },
			func(_ *outlierFinder, _ *recipients.Row, n int) string {
				return fmt.Sprintf("among the largest, %d octets", n)
			},
		},
	}
}

// An outlierFinder looks for the letters that differ most from the others. Only the best of each trait
// are kept, whatever the number of rows.
type outlierFinder struct {
	most    int
	columns []string
	used    []int // indices of the columns that letters may use
	traits  []trait
	best    [][]ranking // by worker, then by trait
	taken   [][]branch  // by worker, then by the number of the branch
	marked  *branches.Set
	letters int // that are well
}

// A branch is how many rows take it, and the first of them.
type branch struct{ rows, first int }

func (b *branch) add(of branch) {
	if b.rows == 0 || of.rows > 0 && of.first < b.first {
		b.first = of.first
	}
	b.rows += of.rows
}

// A ranking is the rows with the greatest numbers, greatest first, and of equal ones the first row.
type ranking []ranked

type ranked struct{ n, row int }

func (r *ranking) add(x ranked, most int) {
	at, _ := slices.BinarySearchFunc(*r, x, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.row, b.row)) })
	if at >= most {
		return
	}
	*r = slices.Insert(*r, at, x)
	if len(*r) > most {
		*r = (*r)[:most]
	}
}

// chooseOutliers makes all letters of the chosen rows, and leaves those that differ most.
func (in *inputs) chooseOutliers(ctx context.Context) error {
	f := in.outlierFinder()
	if err := in.look(ctx, f.seen); err != nil {
		return err
	}
	in.report.Bad = in.report.Candidates - in.plan.Send.Len()
	because, err := f.found(&in.plan.Send, in.spool)
	for row := range because {
		in.shown.Add(row)
	}
	in.because = because
	return err
}

func (in *inputs) outlierFinder() *outlierFinder {
	f := &outlierFinder{most: in.options.Outliers, columns: in.table.Columns, used: in.letters.MayUse(), traits: traits(), marked: in.branches}
	f.taken = make([][]branch, runtime.GOMAXPROCS(0))
	f.best = make([][]ranking, runtime.GOMAXPROCS(0))
	for i := range f.best {
		f.best[i] = make([]ranking, len(f.traits))
	}
	return f
}

// found returns why which rows differ most, once all letters were seen. send are the rows whose letters
// are well.
func (f *outlierFinder) found(send *index.Bits, spool *recipients.Spool) (because map[int]string, err error) {
	f.letters = send.Len()
	chosen := f.chosen(send)
	var numbers index.Bits
	for row := range chosen {
		numbers.Add(row)
	}
	because = make(map[int]string)
	rows := spool.Rows()
	for left := numbers.Len(); left > 0; left-- {
		r, err := rows.NextOf(&numbers)
		if err != nil {
			return nil, problem.InternalError(err)
		}
		var words []string
		for _, c := range chosen[r.Number] {
			words = append(words, f.traits[c.trait].words(f, r, c.n))
		}
		because[r.Number] = strings.Join(words, "; ")
	}
	return because, nil
}

// seen implements preflight.Seen.
func (f *outlierFinder) seen(worker int, r *recipients.Row, m *letter.Mail, l *letter.Rendered) {
	for i, t := range f.traits {
		if i == rarest {
			f.take(worker, r.Number, l.Branches)
		} else if n := t.of(f, r, m); n > 0 {
			f.best[worker][i].add(ranked{n, r.Number}, f.most)
		}
	}
}

// A choice is the trait by which a row was chosen, and the number that it has.
type choice struct{ trait, n int }

// chosen returns the rows that were chosen, with the traits by which they were: the greatest of each
// trait in turn, then the second, until there are enough.
func (f *outlierFinder) chosen(send *index.Bits) map[int][]choice {
	all := make([]ranking, len(f.traits))
	for _, of := range f.best {
		for i := range of {
			for _, x := range of[i] {
				if send.Has(x.row) {
					all[i].add(x, f.most)
				}
			}
		}
	}
	all[rarest] = f.rare(send)
	chosen := make(map[int][]choice)
	for place := range f.most {
		for i, r := range all {
			if place < len(r) && (len(chosen) < f.most || chosen[r[place].row] != nil) {
				chosen[r[place].row] = append(chosen[r[place].row], choice{i, r[place].n})
			}
		}
	}
	return chosen
}

// take takes in the branches of a letter, each of which may be there several times.
func (f *outlierFinder) take(worker, row int, numbers []int) {
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		for len(f.taken[worker]) <= n {
			f.taken[worker] = append(f.taken[worker], branch{})
		}
		f.taken[worker][n].add(branch{1, row})
	}
}

// rare returns the first rows of the branches that the fewest rows take, the rarest first, with the
// number of the branch. One that more than half of the rows take is not rare.
func (f *outlierFinder) rare(send *index.Bits) (r ranking) {
	all := f.counts()
	numbers := make([]int, len(all))
	for n := range numbers {
		numbers[n] = n
	}
	slices.SortStableFunc(numbers, func(a, b int) int { return cmp.Compare(all[a].rows, all[b].rows) })
	for _, n := range numbers {
		b := all[n]
		known := slices.ContainsFunc(r, func(x ranked) bool { return x.row == b.first })
		if b.rows > 0 && 2*b.rows <= f.letters && send.Has(b.first) && !known && len(r) < f.most {
			r = append(r, ranked{n, b.first})
		}
	}
	return r
}

// counts returns the branches with what all workers know of them.
func (f *outlierFinder) counts() (all []branch) {
	for _, of := range f.taken {
		for n := range of {
			for len(all) <= n {
				all = append(all, branch{})
			}
			all[n].add(of[n])
		}
	}
	return all
}

// branchWords names a branch by its number.
func (f *outlierFinder) branchWords(_ *recipients.Row, n int) string {
	b := f.marked.All()[n]
	return fmt.Sprintf("takes %s (%s), as %d of %d do", b.Text, b.Place, f.counts()[n].rows, f.letters)
}

// empty counts the empty cells of a row that letters may show.
func (f *outlierFinder) empty(r *recipients.Row, _ *letter.Mail) (n int) {
	for _, at := range f.used {
		if at < len(r.Cells) && strings.TrimSpace(r.Cells[at]) == "" {
			n++
		}
	}
	return n
}

func (f *outlierFinder) emptyWords(r *recipients.Row, _ int) string {
	var names []string
	for _, at := range f.used {
		if at < len(r.Cells) && strings.TrimSpace(r.Cells[at]) == "" {
			names = append(names, f.columns[at])
		}
	}
	return "empty: " + strings.Join(names, ", ")
}
