// Package start makes the first job of somebody who has a spreadsheet, or nothing yet: it looks at the
// file through the reader that a run has, finds which column is what and how the file is written, and
// writes the job file and the letter.
//
// What can be read in two ways is asked or, where nobody is there, an error that names the option.
//
//	start.go     the order of the steps
//	options.go   what the user typed
//	ask.go       questions, and what is said where they can't be asked
//	book.go      the sheet of a spreadsheet
//	encoding.go  the encoding of a CSV file
//	header.go    the line of the header, and the delimiter
//	survey.go    what stands in the columns
//	roles.go     address, name and key
//	names.go     names of columns
//	forms.go     how numbers and dates are written
//	server.go    the server, by preset or by the sender's domain
//	jobtext.go   the text of the job file
//	letter.go    the text of the letter
//	files.go     writing, over nothing
package start

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"mailshot/job/inputfile"
	"mailshot/job/problem"
)

// A Draft is a job that is not written yet.
type Draft struct {
	Dir   string   // where its files go
	Job   string   // the name of the job file, in Dir
	Saw   []Seen   // what was found, to be told
	Notes []string // what is good to know

	sender string
	files  []file
	sheet  *survey // nil: there was none, and an example is made
	roles  roles
	forms  forms
	server server
	opts   Options
}

// A Seen is one thing that was found.
type Seen struct{ What, Words string }

// Sender returns the address that the letters come from.
func (d *Draft) Sender() string { return d.sender }

// JobPath returns the path of the job file.
func (d *Draft) JobPath() string { return filepath.Join(d.Dir, d.Job) }

// Files returns the names of what is to be made, in Dir.
func (d *Draft) Files() []string {
	var all []string
	for _, f := range d.files {
		all = append(all, f.name)
	}
	return all
}

// LetterFile returns the name of the letter's file.
func (d *Draft) LetterFile() string { return strings.TrimSuffix(d.Job, ".yaml") + ".txt" }

// New looks at what there is, asks what can't be found, and returns the job. It writes nothing.
func New(ctx context.Context, o Options, ask Asker) (*Draft, error) {
	d := &Draft{opts: o}
	q := &questions{ask: ask, ctx: ctx}
	sheet, err := d.place(q)
	if err != nil {
		return nil, err
	}
	if sheet != "" {
		if err := d.look(sheet, q); err != nil {
			return nil, err
		}
	}
	if err := d.choose(q); err != nil {
		return nil, err
	}
	d.compose(sheet)
	return d, nil
}

// place finds the directory, and the path of the spreadsheet; "" is none.
func (d *Draft) place(q *questions) (sheet string, err error) {
	path := cmp.Or(d.opts.Path, ".")
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.IsDir():
		d.Dir, d.Job = filepath.Dir(path), jobName(path)+".yaml"
		return path, nil
	case err == nil:
	case !errors.Is(err, os.ErrNotExist):
		return "", &problem.Error{Kind: problem.NoInput, Err: problem.FileError{Path: path, Err: err}}
	case isSheet(path):
		return "", &problem.Error{Kind: problem.NoInput, Err: problem.FileError{Path: path, Err: err}, Hint: "name the spreadsheet or CSV file with the recipients, or a directory for a new job"}
	}
	d.Dir, d.Job = path, jobName(path)+".yaml"
	if d.opts.Path != "" || q.ask == nil {
		return "", nil
	}
	name, err := q.put(Question{
		Text: "Which file has the recipients, a spreadsheet or CSV? (Enter: none yet, an example is made)",
		Check: func(answer string) error {
			if answer == "" {
				return nil
			}
			f, err := inputfile.Open(answer)
			if err != nil {
				return problem.FileError{Path: answer, Err: err}
			}
			return f.Close()
		},
	})
	if name == "" || err != nil {
		return "", err
	}
	d.Dir, d.Job = filepath.Dir(name), jobName(name)+".yaml"
	return name, nil
}

// jobName returns the name of a job by the path of its spreadsheet or directory.
func jobName(path string) string {
	base := filepath.Base(path)
	if isSheet(base) {
		base = strings.TrimSuffix(base, filepath.Ext(base))
	}
	name := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_', r == '.':
			return r
		}
		return '-'
	}, base), "-.")
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	return cmp.Or(name[:min(len(name), 80)], "letter")
}

// look reads the spreadsheet, and finds what its columns are.
func (d *Draft) look(path string, q *questions) error {
	in := &input{path: path, name: filepath.Base(path), ctx: q.ctx}
	in.options.Encoding, in.options.Delimiter, in.options.Header, in.options.Sheet = d.opts.Encoding, d.opts.Delimiter, d.opts.Header, d.opts.Sheet
	if err := in.findSheet(q); err != nil {
		return err
	}
	if err := in.findEncoding(q); err != nil {
		return err
	}
	if err := in.findHeader(d.opts.Email, q); err != nil {
		return err
	}
	s, err := in.survey(d.opts.Key)
	if err != nil {
		return err
	}
	d.sheet = s
	d.seeFile(in)
	return d.roles.find(s, d.opts, q)
}

// choose finds the rest: how numbers and dates are written, sender, server and subject.
func (d *Draft) choose(q *questions) error {
	if d.sheet != nil {
		if err := d.forms.find(d.sheet, d.opts, q); err != nil {
			return err
		}
	}
	from, err := q.sender(d.opts.From)
	if err != nil {
		return err
	}
	d.opts.From, d.sender = from.text, from.address
	if err := d.server.find(from, d.opts, q); err != nil {
		return err
	}
	if d.opts.Subject == "" {
		if d.opts.Subject, err = d.subject(q); err != nil {
			return err
		}
	}
	d.seeRest()
	return q.missing()
}

// subject returns the subject, which the user may type.
func (d *Draft) subject(q *questions) (string, error) {
	subject := "A letter to you"
	if name := d.roles.shortName(); name != "" {
		subject = "A letter to " + name
	}
	if q.ask == nil {
		return subject, nil
	}
	return q.put(Question{Text: "What is the subject?", Default: subject, Check: oneLine})
}
