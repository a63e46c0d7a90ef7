package preview

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"

	"mailshot/job/index"
	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// A Query asks for rows of a Book. The zero value asks for all.
type Query struct {
	Words string // each is the number of the row, or in its key, its address or a cell, in capital or small letters
	Only  Kind
}

// A Kind is a kind of rows. All but Every have no rows until the check has ended.
type Kind string

// These are the kinds.
const (
	Every    Kind = ""
	Bad      Kind = "bad"
	Out      Kind = "out"
	Doubted  Kind = "doubted"
	Outliers Kind = "outliers"
)

// A Selected is the rows that a query asks for. It may not be changed.
type Selected struct {
	all  int         // rows of the file, where rows is nil
	rows *index.Bits // nil: all
}

// searches keeps the last few answers, as those who look go from one row to the next.
type searches struct {
	mu   sync.Mutex // guards last
	last []answer
}

type answer struct {
	words string
	rows  *index.Bits
}

// answersKept is how many answers are kept, with one bit a row each.
const answersKept = 4

// Select returns the rows that a query asks for.
func (b *Book) Select(ctx context.Context, q Query) (*Selected, error) {
	s := &Selected{all: b.in.table.Total}
	if words := strings.Fields(strings.ToLower(q.Words)); len(words) > 0 {
		rows, err := b.search(ctx, words)
		if err != nil {
			return nil, err
		}
		s.rows = rows
	}
	if q.Only == Every {
		return s, nil
	}
	found, both := s.rows, &index.Bits{}
	for row := range b.ofKind(q.Only).All() {
		if found == nil || found.Has(row) {
			both.Add(row)
		}
	}
	s.rows = both
	return s, nil
}

// ofKind returns the rows of a kind that the check has found.
func (b *Book) ofKind(k Kind) *index.Bits {
	if b.Checked() {
		switch f := &b.Findings; k {
		case Bad:
			return &f.Bad
		case Out:
			return &f.Out
		case Doubted:
			return &f.Doubted
		case Outliers:
			return &f.Outliers
		}
	}
	return &index.Bits{}
}

// search returns the rows that have all words, which are in small letters.
func (b *Book) search(ctx context.Context, words []string) (*index.Bits, error) {
	key := strings.Join(words, " ")
	b.searches.mu.Lock()
	defer b.searches.mu.Unlock() // one search at a time, too
	for _, a := range b.searches.last {
		if a.words == key {
			return a.rows, nil
		}
	}
	var text []byte
	found, in := &index.Bits{}, b.in.spool.Rows()
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, problem.InternalError(err)
		}
		if r.Number%1024 == 0 && ctx.Err() != nil {
			return nil, problem.InterruptedBy(ctx)
		}
		var has bool
		if has, text = hasAll(r, words, text); has {
			found.Add(r.Number)
		}
	}
	last := append(b.searches.last, answer{key, found})
	b.searches.last = last[max(0, len(last)-answersKept):]
	return found, nil
}

// hasAll reports whether a row has all words. text is memory for it.
func hasAll(r *recipients.Row, words []string, text []byte) (has bool, used []byte) {
	text = append(append(text[:0], r.Key...), between...)
	if r.Address.Local != "" {
		text = append(append(text, r.Address.String()...), between...)
	}
	for _, c := range r.Cells {
		text = append(append(text, c...), between...)
	}
	lower := bytes.ToLower(text)
	for _, w := range words {
		if !bytes.Contains(lower, []byte(w)) && w != strconv.Itoa(r.Number) {
			return false, text
		}
	}
	return true, text
}

// between stands between cells, and in no word.
const between = "\n"

// Len returns how many rows there are.
func (s *Selected) Len() int {
	if s.rows == nil {
		return s.all
	}
	return s.rows.Len()
}

// Slice returns the numbers of up to n rows after the first skip.
func (s *Selected) Slice(skip, n int) (numbers []int) {
	if s.rows == nil {
		for row := skip + 1; row <= min(s.all, skip+n); row++ {
			numbers = append(numbers, row)
		}
		return numbers
	}
	for row := range s.rows.All() {
		if skip--; skip >= 0 {
			continue
		}
		if len(numbers) == n {
			break
		}
		numbers = append(numbers, row)
	}
	return numbers
}

// Around returns the place of a row among the rows, from 0, and the rows before and after it, which are 0
// where there is none. A row that is not one of them has the place where it would be.
func (s *Selected) Around(row int) (place, before, after int) {
	if s.rows == nil {
		if after = row + 1; after > s.all {
			after = 0
		}
		return row - 1, row - 1, after
	}
	for n := range s.rows.All() {
		switch {
		case n < row:
			place, before = place+1, n
		case n > row:
			return place, before, n
		}
	}
	return place, before, 0
}
