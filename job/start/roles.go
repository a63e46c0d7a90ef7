package start

import (
	"fmt"
	"slices"
	"strings"

	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
	"mailshot/template"
)

// roles are which columns are what.
type roles struct {
	email       *column
	name        *column // of whole names; nil: there is none
	first, last *column // of their parts; nil: there is none
	key         *column // nil: rows are known by their address
	duplicates  string  // "": as is the default
}

// find finds the columns.
func (r *roles) find(s *survey, o Options, q *questions) error {
	for _, step := range []func(*survey, Options, *questions) error{r.findEmail, r.findName, r.findKey, r.findDuplicates} {
		if err := step(s, o, q); err != nil {
			return err
		}
	}
	return nil
}

// given returns the column that an option names.
func (s *survey) given(option, name string) (*column, error) {
	c := s.named(name)
	if c == nil {
		return nil, problem.Fail(problem.Usage, "%s has no column %q, which %s names", s.input.name, name, option).WithHint("the columns are %s", s.names())
	}
	return c, nil
}

// findEmail finds the address column: the only one with addresses.
func (r *roles) findEmail(s *survey, o Options, q *questions) (err error) {
	if o.Email != "" {
		r.email, err = s.given("--email", o.Email)
		return err
	}
	var found []*column
	for i := range s.columns {
		if c := &s.columns[i]; c.isAddressed() {
			found = append(found, c)
		}
	}
	found = distinct(found)
	if len(found) == 1 {
		r.email = found[0]
		return nil
	}
	if len(found) == 0 {
		for i := range s.columns {
			if c := &s.columns[i]; isMailName(c.name) {
				r.email = c
				return nil
			}
		}
		return problem.Fail(problem.BadData, "%s has no column with addresses in half of its cells or more", s.input.name).
			WithHint("the columns are %s; name the one with the addresses with --email", s.names())
	}
	name, err := q.choice(fmt.Sprintf("%s has addresses in several columns", s.input.name), choicesOf(found, s), "--email")
	if err != nil {
		return err
	}
	if name == "" {
		return q.missing() // nothing else can be found without it
	}
	r.email, err = s.given("--email", name)
	return err
}

// distinct leaves out columns that have in all rows what an earlier one has, unless the later one has the
// name of an address column.
func distinct(all []*column) (left []*column) {
	at := map[uint64]int{}
	for _, c := range all {
		i, seen := at[c.hash]
		switch {
		case !seen:
			at[c.hash] = len(left)
			left = append(left, c)
		case isMailName(c.name) && !isMailName(left[i].name):
			left[i] = c
		}
	}
	return left
}

// choicesOf returns columns to choose from, each with a cell.
func choicesOf(columns []*column, s *survey) (all []Choice) {
	for _, c := range columns {
		words := "such as " + problem.ShortQuote(c.sample)
		if c.filled < s.rows {
			words += fmt.Sprintf(", in %d of %d rows", c.filled, s.rows)
		}
		all = append(all, Choice{c.name, words})
	}
	return all
}

// findName finds the names of people: whole ones in one column, or first and last names in two.
func (r *roles) findName(s *survey, o Options, q *questions) (err error) {
	if o.Name == None {
		return nil
	}
	if o.Name != "" {
		r.name, err = s.given("--name", o.Name)
		return err
	}
	var whole, first, last []*column
	for i := range s.columns {
		switch c := &s.columns[i]; {
		case c.filled == 0 || c == r.email || c.addresses > 0:
		case isFullName(c.name):
			whole = append(whole, c)
		case isFirstName(c.name):
			first = append(first, c)
		case isLastName(c.name):
			last = append(last, c)
		}
	}
	whole, first, last = distinct(whole), distinct(first), distinct(last)
	asked := len(whole) > 1 || len(whole) == 0 && len(first) > 1
	if len(whole) == 1 && len(first) == 1 {
		differ, err := s.differ(whole[0], first[0])
		switch {
		case err != nil:
			return err
		case differ && len(last) == 0 && slices.Contains([]string{"name", "nom", "naam"}, plainName(whole[0].name)):
			whole, last = nil, whole // of families
		default:
			asked = differ
		}
	}
	if !asked {
		r.takeName(whole, first, last)
		return nil
	}
	name, err := q.choice(fmt.Sprintf("whom does the letter speak to? %s has several columns with names", s.input.name),
		append(choicesOf(append(whole, first...), s), Choice{None, "none of them"}), "--name")
	if err != nil || name == "" || name == None {
		return err
	}
	r.name, err = s.given("--name", name)
	return err
}

// takeName takes the columns that can be taken in one way.
func (r *roles) takeName(whole, first, last []*column) {
	if len(whole) == 1 {
		r.name = whole[0]
	}
	if len(first) == 1 {
		r.first = first[0]
	}
	if len(last) == 1 && len(first) <= 1 {
		r.last = last[0]
	}
}

// differ reports whether a column of whole names is about other people than one of first names, or has
// family names alone: mostly no first name is in it.
func (s *survey) differ(whole, first *column) (bool, error) {
	with, without := 0, 0
	err := s.input.read(s.input.options, nil, func(row *sheet.Row) bool {
		f := ""
		if !row.Doubtful {
			f = strings.TrimSpace(row.Cells[first.at])
		}
		switch {
		case f == "":
		case strings.Contains(strings.ToLower(row.Cells[whole.at]), strings.ToLower(f)):
			with++
		default:
			without++
		}
		return with+without < maxKept
	})
	return without > with, err
}

// findKey finds the column that rows are known by: its name says that it has numbers or codes, and all
// are different. One that counts the rows is none: the next export counts anew.
func (r *roles) findKey(s *survey, o Options, q *questions) (err error) {
	if o.Key == None {
		return nil
	}
	if o.Key != "" {
		if r.key, err = s.given("--key", o.Key); err == nil && !r.key.differs(s.rows-s.ragged) {
			err = problem.Fail(problem.BadData, "the cells of column %q, which --key names, are not all filled and different", r.key.name)
		}
		return err
	}
	var found []*column
	for i := range s.columns {
		if c := &s.columns[i]; isKeyName(c.name) && !c.running && c.addresses == 0 && c.differs(s.rows-s.ragged) {
			found = append(found, c)
		}
	}
	if found = distinct(found); len(found) == 1 {
		r.key = found[0]
	}
	if len(found) < 2 {
		return nil
	}
	name, err := q.choice(fmt.Sprintf("by which column are the rows of %s known? It must not change from one export to the next", s.input.name),
		append(choicesOf(found, s), Choice{None, "by their address"}), "--key")
	if err != nil || name == "" || name == None {
		return err
	}
	r.key, err = s.given("--key", name)
	return err
}

// findDuplicates finds what to do about rows with one address.
func (r *roles) findDuplicates(s *survey, o Options, q *questions) (err error) {
	switch o.Duplicates {
	case "first", "error", "all":
		r.duplicates = o.Duplicates
		return nil
	case "":
	default:
		return problem.Fail(problem.Usage, "--duplicates %s: it is first, all or error", o.Duplicates)
	}
	if r.key != nil || r.email.repeated == 0 {
		return nil
	}
	choices := []Choice{
		{"first", "one letter to each address, by the first of its rows"},
		{"error", "no letters until the rows are mended"},
	}
	r.duplicates, err = q.choice(fmt.Sprintf("%s has addresses that stand in several rows, and no column with a number or code by which rows are known", s.input.name), choices, "--duplicates")
	return err
}

// shortName returns the action by which a subject calls the reader, or "".
func (r *roles) shortName() string {
	switch {
	case r.name != nil && r.first == nil:
		return action(r.name.name)
	case r.first != nil:
		return action(r.first.name)
	}
	return ""
}

// greeting returns the actions by which the letter calls the reader, or "".
func (r *roles) greeting() string {
	switch {
	case r.first != nil && r.last != nil:
		return action(r.first.name) + " " + action(r.last.name)
	case r.name != nil:
		return action(r.name.name)
	case r.first != nil:
		return action(r.first.name)
	case r.last != nil:
		return action(r.last.name)
	}
	return ""
}

// action returns what shows a column in a template.
func action(column string) string { return "{{" + strings.Trim(template.Operand(column), "()") + "}}" }
