package sheet

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mailshot/job/address"
	"mailshot/job/problem"
)

// A column is one cell of the header.
type column struct {
	name  string // trimmed; "" if the column has none, or shares it
	n     int    // its place in the file, counted from 1
	alike bool   // another column has its name too
}

// emailNames are those of the address column, in this order.
var emailNames = []string{"email", "e-mail", "mail"}

// resolve checks the header, finds the columns that the options name, and tells
// gocsv their names.
func (r *Reader) resolve(cells []string, line int) error {
	r.headerLine = line
	h := header{reader: r, line: line}
	h.read(cells)
	if h.problems.Len() == 0 {
		h.find()
	}
	if err := h.problems.Err(); err != nil {
		h.hintLayout()
		return err
	}
	r.layout = layout{}
	if r.book != nil {
		return nil
	}
	return r.gocsv.RenormalizeHeaders(func([]string) []string {
		ids := make([]string, len(r.header))
		for i := range ids {
			ids[i] = cellID
		}
		return ids
	})
}

// hintLayout says what the file looks like, where its header may not be the first record.
func (h *header) hintLayout() {
	r := h.reader
	r.layout.delim, r.layout.names = r.delim, emailNames
	if r.opts.Email != "" {
		r.layout.names = []string{r.opts.Email}
	}
	hint := r.layout.hint()
	for _, kind := range []string{"missing column", "duplicate column", "header"} {
		if hint != "" && h.problems.Has(kind) {
			h.problems.SetHint(kind, hint)
		}
	}
}

// A header is checked as a whole, so that its problems are told together.
type header struct {
	reader   *Reader
	line     int
	alike    []column // those that share a name, with it
	problems problem.List
}

func (h *header) add(kind, text, hint string) {
	h.problems.Add(problem.Problem{File: h.reader.opts.File, Line: h.line, Kind: kind, Text: text, Hint: hint})
}

// read sets the reader's columns.
func (h *header) read(cells []string) {
	r, places := h.reader, placesOf(cells)
	for i, cell := range cells {
		c := column{name: trimName(cell), n: i + 1}
		switch same := places[c.name]; {
		case !r.decoded([]byte(cell)):
			p := r.undecoded(fmt.Sprintf("the header of column %d", c.n), cell)
			h.add(p.Kind, p.Text, p.Hint)
			continue
		case strings.IndexByte(cell, 0) >= 0:
			h.add("nul", "the header has NUL characters", "if the file was saved as Unicode text, set `encoding: utf-16`")
			return
		case strings.Contains(cell, "\r"):
			h.add("line ends", "a carriage return stands in the header", "save the file with line ends of Windows (CRLF) or Unix (LF)")
		case c.name == "":
		case len(same) > 1:
			r.alike, h.alike = append(r.alike, c.name), append(h.alike, c)
			c.name, c.alike = "", true
		default:
			r.columns = append(r.columns, c.name)
		}
		r.header = append(r.header, c)
	}
	if len(r.columns)+len(r.alike) == 0 && h.problems.Len() == 0 {
		h.add("header", "the header names no column", "the first line has to name the columns")
	}
}

// placesOf returns where in a header each name stands, counted from 1.
func placesOf(cells []string) map[string][]int {
	places := make(map[string][]int)
	for i, cell := range cells {
		name := trimName(cell)
		places[name] = append(places[name], i+1)
	}
	return places
}

// shared notes that several columns have the name that is asked for, and reports whether they have.
func (h *header) shared(name string) bool {
	found := match(h.reader.alike, name)
	if len(found) == 0 || len(match(h.reader.columns, name)) > 0 && !slices.Contains(h.reader.alike, name) {
		return false
	}
	name = h.reader.alike[found[0]]
	var places []string
	for _, c := range h.alike {
		if c.name == name {
			places = append(places, strconv.Itoa(c.n))
		}
	}
	last, all := len(places)-1, "both"
	if last > 1 {
		all = "all"
	}
	h.add("duplicate column", fmt.Sprintf("columns %s and %s are %s named %q", strings.Join(places[:last], ", "), places[last], all, name),
		"give each column that is used a name of its own")
	return true
}

// find looks for the columns that the options name.
func (h *header) find() {
	r := h.reader
	r.email, r.name, r.key = -1, -1, -1
	if r.opts.Anyone {
		return
	}
	if r.opts.Email == "" {
		r.email = h.defaultEmail()
	} else {
		r.email = h.named(r.opts.Email, "email")
	}
	if r.opts.Name != "" {
		r.name = h.named(r.opts.Name, "name")
	}
	if r.opts.Key != "" {
		r.key = h.named(r.opts.Key, "key")
	}
	for _, name := range r.opts.Columns {
		if !slices.Contains(r.columns, name) && !h.shared(name) {
			h.missing(name, "columns")
		}
	}
}

func (h *header) defaultEmail() int {
	columns := h.reader.columns
	for _, name := range emailNames {
		if h.shared(name) {
			return -1
		}
		if found := match(columns, name); len(found) > 0 {
			return h.one(found, name)
		}
	}
	hint := "name it with `email:` in the section recipients; " + h.list()
	for _, c := range columns {
		if _, err := address.Parse(c); err == nil {
			hint = "the first line has to name the columns, and this one has an address"
		}
	}
	h.add("missing column", "no column is named email, e-mail or mail", hint)
	return -1
}

// named returns the index of the column that the option asks for, -1 if there is none.
func (h *header) named(name, option string) int {
	if h.shared(name) {
		return -1
	}
	found := match(h.reader.columns, name)
	if len(found) > 0 {
		return h.one(found, name)
	}
	h.missing(name, option)
	return -1
}

// missing notes that there is no column that the option asks for.
func (h *header) missing(name, option string) {
	hint := h.list()
	if near := nearest(name, h.reader.columns); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	h.add("missing column", fmt.Sprintf("no column %q, which `%s` names", name, option), hint)
}

// one returns the only index in found.
func (h *header) one(found []int, name string) int {
	if len(found) > 1 {
		a, b := h.reader.columns[found[0]], h.reader.columns[found[1]]
		h.add("ambiguous column", fmt.Sprintf("column %q may be %q or %q", name, a, b), "write the name as it is in the header")
		return -1
	}
	return found[0]
}

func (h *header) list() string {
	const most = 40
	names := h.reader.columns
	if len(names) == 1 && h.reader.book == nil {
		return fmt.Sprintf("the only column is %q; if it should be more, set `delimiter`", names[0])
	}
	rest := ""
	if n := len(names) - most; n > 0 {
		names, rest = names[:most], fmt.Sprintf(" and %d more", n)
	}
	return "the columns are " + strings.Join(names, ", ") + rest
}

// match returns the columns with that name: the one that has it exactly, else all
// that have it but for case and space around it.
func match(columns []string, name string) []int {
	var found []int
	for i, c := range columns {
		if c == name {
			return []int{i}
		}
		if strings.EqualFold(c, trimName(name)) {
			found = append(found, i)
		}
	}
	return found
}

// trimName cuts space and what cannot be seen around the name of a column.
func trimName(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' })
}

// headerError says what err, met in reading the header, means for the user.
func (r *Reader) headerError(err error, raw []byte, line int) error {
	err = r.readError(err, raw, line)
	if err == io.EOF {
		return r.fatal(0, "the file is empty", "the first line has to name the columns")
	}
	return err
}

// unnamed returns the problem of a row with data in a column that has no name.
func unnamed(c column) *problem.Problem {
	return &problem.Problem{
		Kind: "unnamed column",
		Text: fmt.Sprintf("column %d has data, but no name in the header", c.n),
		Hint: "name the column, or empty it",
	}
}
