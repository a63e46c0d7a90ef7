package words

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Columns are the columns that there are, in the order of the file. A name that is there more than
// once is that of several columns, and reaches none of them.
type Columns []string

// Has reports whether there is one column with a name.
func (c Columns) Has(name string) bool { return c.count(name) == 1 }

func (c Columns) count(name string) int {
	n := 0
	for _, have := range c {
		if have == name {
			n++
		}
	}
	return n
}

// Missing says that there is no such column, and which one may be meant, or that there are several.
func (c Columns) Missing(name string) *Failure {
	if c.count(name) > 1 {
		return Failf("several columns are named %s", Quote(name)).WithHint("give each column that a letter uses a name of its own")
	}
	f := Failf("no column %s", Quote(name))
	if near, ok := Nearest(name, c); ok {
		return f.WithHint("did you mean %s? %s", Action(near), c.List())
	}
	return f.WithHint("%s", c.List())
}

// Action returns how a template reaches a column: {{.name}}, or {{field "First name"}}.
func Action(name string) string {
	if IsIdentifier(name) {
		return "{{." + name + "}}"
	}
	return fmt.Sprintf("{{field %s}}", strconv.Quote(name))
}

// Operand returns how a template reaches a column where a value is needed: .name, or (field "First
// name").
func Operand(name string) string {
	if IsIdentifier(name) {
		return "." + name
	}
	return fmt.Sprintf("(field %s)", strconv.Quote(name))
}

// Example returns an action that reaches one of the columns.
func (c Columns) Example() string {
	if len(c) == 0 {
		return Action("name")
	}
	return Action(c[0])
}

// List names the columns, 30 of them at most.
func (c Columns) List() string {
	const most = 30
	if len(c) == 0 {
		return "there are no columns"
	}
	shown := make([]string, 0, most)
	for _, name := range c[:min(len(c), most)] {
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r == ',' || !unicode.IsPrint(r) }) {
			name = strconv.Quote(name)
		}
		shown = append(shown, name)
	}
	list := "the columns are " + strings.Join(shown, ", ")
	if more := len(c) - len(shown); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// IsIdentifier reports whether {{.name}} is how a template reaches a column.
func IsIdentifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

// Nearest returns the name that is most like the one that was written: the same but for case and
// punctuation, or a few slips away. It reports false where none is.
func Nearest(written string, names []string) (string, bool) {
	const longest = 80 // what is longer is no slip, and comparing takes its time
	if len(written) > longest {
		return "", false
	}
	plain := bare(written)
	type candidate struct {
		name string
		far  int
	}
	var best []candidate
	for _, name := range names {
		if len(name) > longest {
			continue
		}
		far := distance(plain, bare(name))
		if far <= max(1, len([]rune(plain))/3) && far < len([]rune(plain)) {
			best = append(best, candidate{name, far})
		}
	}
	if len(best) == 0 {
		return "", false
	}
	return slices.MinFunc(best, func(a, b candidate) int { return cmp.Compare(a.far, b.far) }).name, true
}

// bare returns a name without what is mistaken most easily.
func bare(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// distance returns the number of letters to insert, delete, replace or swap with their neighbour to
// make b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range y {
		rows[0][j+1] = j + 1
	}
	for i := range x {
		for j := range y {
			d := min(rows[i][j+1], rows[i+1][j]) + 1
			if x[i] == y[j] {
				d = min(d, rows[i][j])
			}
			d = min(d, rows[i][j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				d = min(d, rows[i-1][j-1]+1)
			}
			rows[i+1][j+1] = d
		}
	}
	return rows[len(x)][len(y)]
}
