package recipients

import (
	"errors"
	"os"
	"slices"
	"time"

	"mailshot/job/inputfile"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
	"mailshot/template"
	"mailshot/template/cell"
)

// An Exclusion is why a row is no recipient of this run, though there may be
// nothing wrong with it.
type Exclusion uint8

const (
	Included   Exclusion = iota
	filtered             // recipients.where does not take it
	Suppressed           // a list of recipients.suppress has its address, or its domain
)

// A Filter tells the recipients of a run from the other rows of the file. The
// zero value lets all through. It is not safe for concurrent use.
type Filter struct {
	where    *template.Condition // nil: every row
	columns  []string
	fields   map[string]string      // of the row that is looked at
	stored   map[string]cell.Stored // likewise
	lists    []suppression
	problems problem.List    // of the lists
	asked    map[string]bool // columns that the condition asks for
	compared []comparedTexts
}

// comparedTexts are those with which the condition compares the cells of a column.
type comparedTexts struct {
	at    int // index of the column
	texts []string
}

// NewFilter reads the lists of recipients.suppress. What is wrong with their
// lines is told with what is wrong with the rows.
func NewFilter(j *jobfile.Job) (*Filter, error) {
	f := &Filter{}
	for _, path := range j.Recipients.Suppress {
		if err := f.readList(j, path); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *Filter) readList(j *jobfile.Job, path jobfile.SuppressList) error {
	file, err := inputfile.Open(j.Resolve(path.Value))
	if err != nil {
		return j.InputError(path.Line, problem.FileError{Path: path.Value, Err: err})
	}
	defer file.Close() // read only: nothing is lost
	s, err := readSuppression(file, path.Value, path.Email, &f.problems)
	if pe := new(os.PathError); errors.As(err, &pe) { // a directory, say
		return j.InputError(path.Line, problem.FileError{Path: path.Value, Err: err})
	}
	if err != nil {
		return &problem.Error{Kind: problem.BadData, Err: err}
	}
	f.lists = append(f.lists, s)
	return nil
}

// Parse parses recipients.where for a file with these columns. now is the run's
// start, and mailing its name.
func (f *Filter) Parse(j *jobfile.Job, columns []string, now time.Time, mailing string) error {
	w := j.Recipients.Where
	if w.Value == "" {
		return nil
	}
	f.columns, f.fields = columns, make(map[string]string, len(columns))
	f.stored = make(map[string]cell.Stored)
	var err error
	f.where, err = template.ParseCondition("where", template.Source{Name: j.Place("where", w), Text: w.Value},
		template.Config{Columns: columns, Forms: Forms(j), Now: now, Mailing: mailing, Used: f.ask})
	if err != nil {
		return err
	}
	for column, texts := range f.where.Compared() {
		f.compared = append(f.compared, comparedTexts{slices.Index(columns, column), texts})
	}
	slices.SortFunc(f.compared, func(a, b comparedTexts) int { return a.at - b.at })
	return nil
}

func (f *Filter) ask(column string) {
	if f.asked == nil {
		f.asked = make(map[string]bool)
	}
	f.asked[column] = true
}

// asks reports whether the condition asks for a column.
func (f *Filter) asks(column string) bool { return f.asked[column] }

// Empty returns the lists that are well and name nobody.
func (f *Filter) Empty() (files []string) {
	for _, l := range f.lists {
		if len(l.entries) == 0 && !l.isBroken {
			files = append(files, l.file)
		}
	}
	return files
}

// Problems returns what is wrong with the lists.
func (f *Filter) Problems() *problem.List { return &f.problems }

// match returns why a row is left out, if it is. Where the condition can't be
// decided the error says so, and the row is a bad one. So is a row whose cells
// can't be relied on: nobody knows what the condition would make of it.
func (f *Filter) match(in *sheet.Row) (Exclusion, error) {
	if in.Doubtful {
		return Included, nil
	}
	if f.where != nil {
		r := Row{Cells: in.Cells, Stored: in.Stored}
		r.Fields(f.columns, f.fields)
		takes, err := f.where.Holds(template.Row{Number: in.Number, Line: in.Line, Key: in.Key, Fields: f.fields, Stored: r.StoredFields(f.columns, f.stored)})
		if err != nil {
			return Included, err
		}
		if !takes {
			return filtered, nil
		}
	}
	if f.SuppressedBy(in.Address) != "" {
		return Suppressed, nil
	}
	return Included, nil
}

// Reason returns why a row is left out, in the words of its record.
func (f *Filter) Reason(r *Row, why Exclusion) string {
	if why == Suppressed {
		return f.SuppressedBy(r.Address)
	}
	return "left out by recipients.where"
}
