package job

import (
	"fmt"
	"strconv"
	"strings"

	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// A selection is the part of the rows that the user asked for by --rows,
// --key or --again, and --limit. The zero value is all of them.
type selection struct {
	ranges []span
	keys   map[string]bool
	flag   string // by which the keys are given
	limit  int    // rows to send at most; 0: no limit
}

// span is a range of row numbers, both ends in it; last 0 is open.
type span struct{ first, last int }

func newSelection(o Options) (selection, error) {
	s := selection{limit: o.Limit, flag: "--key"}
	keys := o.Keys
	if len(o.Again) > 0 {
		keys, s.flag = o.Again, "--again"
	}
	if o.Limit < 0 {
		return s, problem.Fail(problem.Usage, "--limit %d: a limit is a number of rows, 1 or more", o.Limit)
	}
	var err error
	if s.ranges, err = parseRanges(o.Rows); err != nil {
		return s, &problem.Error{Kind: problem.Usage, Err: err, Hint: "rows are given as 1-10,42 or 13-"}
	}
	if len(keys) > 0 {
		s.keys = make(map[string]bool, len(keys))
	}
	for _, k := range keys {
		s.keys[strings.TrimSpace(k)] = true
	}
	return s, nil
}

func parseRanges(text string) ([]span, error) {
	if text == "" {
		return nil, nil
	}
	var spans []span
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		from, to, isRange := strings.Cut(part, "-")
		first, err := strconv.Atoi(from)
		if err != nil || first < 1 {
			return nil, fmt.Errorf("--rows %s: %q is no row number", text, part)
		}
		last := first
		if isRange {
			last = 0
			if to != "" {
				if last, err = strconv.Atoi(to); err != nil || last < first {
					return nil, fmt.Errorf("--rows %s: %q is no range of rows", text, part)
				}
			}
		}
		spans = append(spans, span{first, last})
	}
	return spans, nil
}

// resolve makes the keys those of the rows. A key that no row has is a slip.
func (s *selection) resolve(b *recipients.Table) error {
	keys := make(map[string]bool, len(s.keys))
	for k := range s.keys {
		own := b.TypedKey(k)
		r, err := b.WithKey(own)
		if err != nil {
			return &problem.Error{Kind: problem.Internal, Err: err}
		}
		if r == nil {
			return problem.Fail(problem.BadData, "%s %s: no row of %s has this key", s.flag, k, b.File)
		}
		keys[own] = true
	}
	if s.keys != nil {
		s.keys = keys
	}
	return nil
}

// narrowed says whether --rows or --key was given.
func (s *selection) narrowed() bool { return len(s.ranges) > 0 || s.keys != nil }

// takes says whether the row is among those asked for; the limit is not
// looked at. Row and key both narrow.
func (s *selection) takes(number int, key string) bool {
	if s.keys != nil && !s.keys[key] {
		return false
	}
	if len(s.ranges) == 0 {
		return true
	}
	for _, r := range s.ranges {
		if number >= r.first && (r.last == 0 || number <= r.last) {
			return true
		}
	}
	return false
}
