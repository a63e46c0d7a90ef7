// Package columns holds the cells of rows against what the job file says of their columns, and
// tells what stands in columns.
package columns

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/template/cell"
)

// Rules are what recipients.columns says. The zero value says nothing. Once made they are safe for
// concurrent use.
type Rules struct {
	rules  []rule
	unique []int // indices of rules
}

// A rule is what holds of the cells of one column.
type rule struct {
	jobfile.Column
	at      int            // index of the column
	pattern *regexp.Regexp // nil: there is none
	forms   cell.Column    // how its cells are read
	least   *cell.Decimal  // bound of numbers; nil: there is none
	most    *cell.Decimal
	place   string // in the job file
	hint    string
}

// New returns the rules of a job for a file with these columns, which has all that the job names.
func New(j *jobfile.Job, columns []string) *Rules {
	r := &Rules{}
	forms := recipients.Forms(j)
	for _, c := range j.Recipients.Columns {
		place := fmt.Sprintf("%s:%d", j.Path, c.Line)
		r.rules = append(r.rules, rule{
			Column: c, at: slices.Index(columns, c.Name), pattern: c.Pattern(), forms: forms.Column(c.Name), place: place,
			least: bound(&c, c.Range.Least), most: bound(&c, c.Range.Most),
			hint: fmt.Sprintf("%s says what column %q must have; correct the cells, or that line", place, c.Name),
		})
		if c.Unique {
			r.unique = append(r.unique, len(r.rules)-1)
		}
	}
	return r
}

// TellsValues reports whether the job file tells which values a column has, by match or by one_of.
func (r *Rules) TellsValues(at int) bool {
	return r != nil && slices.ContainsFunc(r.rules, func(rule rule) bool {
		return rule.at == at && (rule.pattern != nil || len(rule.OneOf) > 0)
	})
}

// Check returns what is wrong with the cells of one row, but for what other rows have: a problem
// for each column at most, without its place. nil says nothing.
func (r *Rules) Check(row *recipients.Row) []problem.Problem {
	if r == nil {
		return nil
	}
	var broken []problem.Problem
	for i := range r.rules {
		rule := &r.rules[i]
		if p := rule.broken(rule.cell(row.Cells), rule.stored(row)); p != nil {
			broken = append(broken, *p)
		}
	}
	return broken
}

// cell returns the column's cell without the spaces around it.
func (r *rule) cell(cells []string) string {
	if r.at < 0 || r.at >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[r.at])
}

// stored returns what a spreadsheet keeps behind the column's cell.
func (r *rule) stored(row *recipients.Row) cell.Stored {
	if r.at < 0 || r.at >= len(row.Stored) {
		return ""
	}
	return row.Stored[r.at]
}

// problem returns a problem of the column. Those of one column are listed together.
func (r *rule) problem(text string) problem.Problem {
	return problem.Problem{Kind: "column " + r.Name, Text: text, Hint: r.hint}
}

// broken returns what is wrong with a cell, or nil. Only Required holds of a blank one.
func (r *rule) broken(cell string, stored cell.Stored) *problem.Problem {
	switch {
	case cell == "" && r.Required:
		p := r.problem(fmt.Sprintf("column %q is empty", r.Name))
		return &p
	case cell == "":
		return nil
	case r.pattern != nil && !r.pattern.MatchString(cell):
		return r.says(cell, "does not match "+r.Match)
	case r.OneOf != nil && !slices.Contains(r.OneOf, cell):
		return r.says(cell, "is not one of "+choice(r.OneOf))
	}
	return r.read(cell, stored)
}

// quote returns a cell in quotation marks, on one line, and no more than 60 characters of it.
func quote(cell string) string { return strconv.Quote(Shorten(cell, 60)) }

// Shorten returns the first characters of a text that is longer than most, with an ellipsis.
func Shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// choice returns the first of the values that there are to choose from.
func choice(of []string) string {
	const most = 12
	if len(of) <= most {
		return strings.Join(of, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(of[:most], ", "), len(of)-most)
}
