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
)

// A trait is something by which letters differ: the letters with the greatest numbers are outliers.
type trait struct {
	of    func(f *outlierFinder, r *recipients.Row, m *letter.Mail) int
	words func(f *outlierFinder, r *recipients.Row, n int) string
}

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
	o := &in.options
	f := &outlierFinder{most: o.Outliers, columns: in.table.Columns, used: in.letters.MayUse(), traits: traits()}
	f.best = make([][]ranking, runtime.GOMAXPROCS(0))
	for i := range f.best {
		f.best[i] = make([]ranking, len(f.traits))
	}
	if err := in.look(ctx, f.seen); err != nil {
		return err
	}
	in.report.Bad = in.report.Candidates - in.plan.Send.Len()
	chosen := f.chosen(&in.plan.Send)
	for row := range chosen {
		in.shown.Add(row)
	}
	in.because = make(map[int]string)
	rows := in.spool.Rows()
	for left := in.shown.Len(); left > 0; left-- {
		r, err := rows.NextOf(&in.shown)
		if err != nil {
			return problem.InternalError(err)
		}
		var words []string
		for _, c := range chosen[r.Number] {
			words = append(words, f.traits[c.trait].words(f, r, c.n))
		}
		in.because[r.Number] = strings.Join(words, "; ")
	}
	return nil
}

// seen implements preflight.Seen.
func (f *outlierFinder) seen(worker int, r *recipients.Row, m *letter.Mail, _ *letter.Rendered) {
	for i, t := range f.traits {
		if n := t.of(f, r, m); n > 0 {
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
