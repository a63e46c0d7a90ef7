package plan

import (
	"fmt"
	"strconv"
	"strings"

	"mailshot/job/problem"
	"mailshot/job/recipients"
)

// A Selection is the part of the rows that the user asked for. The zero value is
// all of them. Rows and keys both narrow.
type Selection struct {
	Rows  []Range  // empty: all
	Keys  []string // as they are typed; empty: all
	Limit int      // rows to send at most; 0: no limit
}

// A Range is a range of row numbers, both ends in it. A Last of 0 is open.
type Range struct{ First, Last int }

// ParseRanges parses ranges of row numbers as they are typed: 1-10,42 or 13-.
func ParseRanges(text string) ([]Range, error) {
	if text == "" {
		return nil, nil
	}
	var all []Range
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		from, to, isRange := strings.Cut(part, "-")
		first, err := strconv.Atoi(from)
		if err != nil || first < 1 {
			return nil, fmt.Errorf("%s: %q is no row number", text, part)
		}
		last := first
		if isRange {
			last = 0
			if to != "" {
				if last, err = strconv.Atoi(to); err != nil || last < first {
					return nil, fmt.Errorf("%s: %q is no range of rows", text, part)
				}
			}
		}
		all = append(all, Range{first, last})
	}
	return all, nil
}

// FormatRanges returns ranges in the form that ParseRanges takes.
func FormatRanges(all []Range) string {
	texts := make([]string, len(all))
	for i, r := range all {
		switch {
		case r.Last == 0:
			texts[i] = fmt.Sprintf("%d-", r.First)
		case r.First == r.Last:
			texts[i] = strconv.Itoa(r.First)
		default:
			texts[i] = fmt.Sprintf("%d-%d", r.First, r.Last)
		}
	}
	return strings.Join(texts, ",")
}

// Narrowed reports whether rows or keys were asked for.
func (s *Selection) Narrowed() bool { return len(s.Rows) > 0 || len(s.Keys) > 0 }

// A KeyError is a key that was asked for and that no row has.
type KeyError struct{ Key, File string }

func (e *KeyError) Error() string { return fmt.Sprintf("%s: no row of %s has this key", e.Key, e.File) }

// keySet returns typed keys in the form that rows have; nil if there are none. A
// key that no row has is a slip, and a *KeyError.
func keySet(typed []string, t *recipients.Table) (map[string]bool, error) {
	if len(typed) == 0 {
		return nil, nil
	}
	keys := make(map[string]bool, len(typed))
	for _, k := range typed {
		own := t.TypedKey(k)
		r, err := t.WithKey(own)
		if err != nil {
			return nil, problem.InternalError(err)
		}
		if r == nil {
			return nil, &KeyError{strings.TrimSpace(k), t.File}
		}
		keys[own] = true
	}
	return keys, nil
}

// takes reports whether a row is among those asked for; the limit is not looked
// at. keys are those asked for, nil is all.
func (s *Selection) takes(number int, key string, keys map[string]bool) bool {
	if keys != nil && !keys[key] {
		return false
	}
	if len(s.Rows) == 0 {
		return true
	}
	for _, r := range s.Rows {
		if number >= r.First && (r.Last == 0 || number <= r.Last) {
			return true
		}
	}
	return false
}
