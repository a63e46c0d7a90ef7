package problem

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	for _, tt := range []struct {
		name string
		add  []Problem
		want []string
	}{
		{"one", []Problem{{File: "a", Line: 1, Text: "x"}}, []string{"a:1: x"}},
		{"hint", []Problem{{Text: "x", Hint: "do"}}, []string{"x", "hint: do"}},
		{"the same hint once", []Problem{{Text: "x", Hint: "do"}, {Text: "y", Hint: "do"}}, []string{"x", "y", "hint: do"}},
		{"another hint", []Problem{{Text: "x", Hint: "do"}, {Text: "y", Hint: "see"}}, []string{"x", "hint: do", "y", "hint: see"}},
		{"a hint and none", []Problem{{Text: "x", Hint: "do"}, {Text: "y"}}, []string{"x", "hint: do", "y"}},
		{"none and a hint", []Problem{{Text: "x"}, {Text: "y", Hint: "do"}}, []string{"x", "y", "hint: do"}},
		{"the same hint again", []Problem{{Text: "x", Hint: "do"}, {Text: "y"}, {Text: "z", Hint: "do"}},
			[]string{"x", "hint: do", "y", "z", "hint: do"}},
		{"kinds together, by their first", []Problem{{Kind: "k", Text: "x"}, {Text: "y"}, {Kind: "k", Text: "z"}, {Text: "u"}},
			[]string{"x", "z", "y", "u"}},
		{"a hint of each kind", []Problem{{Kind: "k", Text: "x", Hint: "do"}, {Kind: "l", Text: "y", Hint: "do"}},
			[]string{"x", "hint: do", "y", "hint: do"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l List
			for _, p := range tt.add {
				l.Add(p)
			}
			if got := strings.Split(l.Error(), "\n"); !slices.Equal(got, tt.want) {
				t.Errorf("Error of %+v\n%q\nwant\n%q", tt.add, got, tt.want)
			}
			if l.Len() != len(tt.add) {
				t.Errorf("Len = %d; want %d", l.Len(), len(tt.add))
			}
			if err := l.Err(); err != error(&l) {
				t.Errorf("Err = %v; want the list", err)
			}
		})
	}
}

// Each kind is cut by itself, and its rest is counted.
func TestListKeepsSoMany(t *testing.T) {
	for _, tt := range []struct {
		many int
		last []string
	}{
		{Listed - 1, []string{"text 18", "hint: do"}},
		{Listed, []string{"text 19", "hint: do"}},
		{Listed + 1, []string{"text 19", "… and 1 more of this kind", "hint: do"}},
		{3 * Listed, []string{"text 19", "… and 40 more of this kind", "hint: do"}},
	} {
		t.Run(fmt.Sprint(tt.many), func(t *testing.T) {
			var l List
			for i := range tt.many {
				l.Add(Problem{Kind: "many", Text: fmt.Sprint("text ", i), Hint: "do"})
			}
			l.Add(Problem{Kind: "other", Text: "another"})
			want := append([]string{}, tt.last...)
			got := strings.Split(l.Error(), "\n")
			if tail := got[max(0, len(got)-len(want)-1):]; !slices.Equal(tail, append(want, "another")) {
				t.Errorf("%d problems end in %q; want %q and another", tt.many, tail, want)
			}
			if got := strings.Count(l.Error(), "text "); got != min(tt.many, Listed) {
				t.Errorf("%d problems: %d are listed; want %d", tt.many, got, min(tt.many, Listed))
			}
			if l.Len() != tt.many+1 {
				t.Errorf("Len = %d; want %d", l.Len(), tt.many+1)
			}
		})
	}
}

func TestEmptyList(t *testing.T) {
	var l List
	if err := l.Err(); err != nil {
		t.Errorf("Err of an empty list = %#v; want nil", err)
	}
	if l.Len() != 0 || l.Error() != "" {
		t.Errorf("an empty list has %d problems, %q", l.Len(), l.Error())
	}
	l.Add(Problem{Text: "x"})
	if got, ok := errors.AsType[*List](fmt.Errorf("checking: %w", l.Err())); !ok || got != &l {
		t.Errorf("errors.AsType finds %v, %t; want the list", got, ok)
	}
}

// Cells of one column that are wrong alike are one line: how many, the first three of them, and the
// ways out that are good for all.
func TestListTellsColumnsOnce(t *testing.T) {
	cell := func(row int, column, value, what string, ways ...string) Problem {
		return Problem{
			File: "m.csv", Line: row + 1, Row: row, Kind: "letter", Text: "is " + value, Hint: "write",
			Cell: &Cell{Column: column, Value: value, What: what, Ways: ways},
		}
	}
	for _, tt := range []struct {
		name string
		add  []Problem
		want []string
	}{
		{"one", []Problem{cell(2, "due", "1/2/27", "no date", "a", "b")},
			[]string{"m.csv:3: row 2: is 1/2/27", "hint: write a, or b"}},
		{"one without a way", []Problem{cell(2, "due", "1/2/27", "no date")},
			[]string{"m.csv:3: row 2: is 1/2/27", "hint: write"}},
		{"two", []Problem{cell(2, "due", "1", "no date", "a", "b"), cell(4, "due", "2", "no date", "b")},
			[]string{`m.csv:3: column "due", 2 rows: no date: "1" (row 2), "2" (row 4)`, "hint: write b"}},
		{"no way for all", []Problem{cell(2, "due", "1", "no date", "a"), cell(4, "due", "2", "no date", "b")},
			[]string{`m.csv:3: column "due", 2 rows: no date: "1" (row 2), "2" (row 4)`, "hint: write a; but no such line fits all of these rows"}},
		{"four", []Problem{cell(1, "d", "1", "x"), cell(2, "d", "2", "x"), cell(3, "d", "3", "x"), cell(4, "d", "4", "x")},
			[]string{`m.csv:2: column "d", 4 rows: x: "1" (row 1), "2" (row 2), "3" (row 3) …`, "hint: write"}},
		{"another column, and another matter",
			[]Problem{cell(1, "d", "1", "x"), cell(1, "e", "1", "x"), cell(2, "d", "2", "x"), cell(3, "d", "3", "y")},
			[]string{`m.csv:2: column "d", 2 rows: x: "1" (row 1), "2" (row 2)`, "m.csv:2: row 1: is 1", "m.csv:4: row 3: is 3", "hint: write"}},
		{"a row without a cell between", []Problem{cell(1, "d", "1", "x"), {Kind: "letter", Row: 2, Text: "u", Hint: "write"}, cell(3, "d", "3", "x")},
			[]string{`m.csv:2: column "d", 2 rows: x: "1" (row 1), "3" (row 3)`, "row 2: u", "hint: write"}},
		{"long, and of two lines", []Problem{cell(1, "d", strings.Repeat("x", 61)+"\n", "x"), cell(2, "d", "\n", "x")},
			[]string{`m.csv:2: column "d", 2 rows: x: "` + strings.Repeat("x", 60) + `…" (row 1), "\n" (row 2)`, "hint: write"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l List
			for _, p := range tt.add {
				l.Add(p)
			}
			if got := strings.Split(l.Error(), "\n"); !slices.Equal(got, tt.want) {
				t.Errorf("Error\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			if l.Len() != len(tt.add) {
				t.Errorf("Len = %d; want %d", l.Len(), len(tt.add))
			}
		})
	}
}

// Columns are counted as problems are: so many are told, with all of their rows.
func TestListCountsCells(t *testing.T) {
	var l List
	for column := range Listed + 2 {
		for row := range 100 {
			l.Add(Problem{Row: row + 1, Text: "x", Cell: &Cell{Column: fmt.Sprint(column), What: "x"}})
		}
	}
	got := strings.Split(l.Error(), "\n")
	if len(got) != Listed+1 || got[Listed] != "… and 200 more of this kind" {
		t.Errorf("%d lines, the last is %q; want %d and 200 more", len(got), got[len(got)-1], Listed+1)
	}
}

// The problems of a kind may be told in one line, and are counted as ever.
func TestListSetText(t *testing.T) {
	var l List
	l.SetText("twins", "nobody has them")
	for row := range 30 {
		l.Add(Problem{File: "m.csv", Line: row + 3, Row: row + 2, Kind: "twins", Text: "is that of row 1"})
		l.Add(Problem{Row: row + 1, Kind: "other", Text: "other"})
	}
	l.SetHint("twins", "write")
	l.SetText("twins", "")
	if got := strings.Count(l.Error(), "is that of row 1"); got != Listed {
		t.Errorf("without a text %d are told; want %d", got, Listed)
	}
	l.SetText("twins", "31 rows are one")
	if got := l.Error(); !strings.HasPrefix(got, "m.csv:3: 31 rows are one\nhint: write\nrow 1: other\n") || strings.Contains(got, "is that") || l.Len() != 60 {
		t.Errorf("%d problems:\n%s", l.Len(), got)
	}
}

// What is wrong with all rows alike, whatever stands in them, is told once.
func TestListAlike(t *testing.T) {
	var l List
	for row := 1; row <= 1800; row++ {
		l.Add(Problem{File: "m.csv", Line: row + 1, Row: row, Kind: "letter", Text: "a.txt:1: no layout", Cell: &Cell{What: "a.txt:1: no layout"}})
	}
	l.Add(Problem{File: "m.csv", Line: 9, Row: 8, Kind: "letter", Text: "a.txt:2: other", Cell: &Cell{What: "a.txt:2: other"}})
	const want = "m.csv:2: 1800 rows: a.txt:1: no layout: rows 1, 2, 3 …\nm.csv:9: row 8: a.txt:2: other"
	if got := l.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
