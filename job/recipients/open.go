package recipients

import (
	"errors"
	"io"
	"os"
	"time"

	"mailshot/job/inputfile"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
)

// Open opens the recipients file of a job; that of "-" is stdin, which
// may be nil: then there is none.
func Open(j *jobfile.Job, stdin io.Reader) (io.ReadCloser, error) {
	name := j.Recipients.File
	if name == "-" {
		if stdin == nil {
			return nil, problem.Fail(problem.NoInput, "the recipients come from standard input, and there is none")
		}
		return io.NopCloser(stdin), nil
	}
	f, err := inputfile.Open(j.Resolve(name))
	if err != nil {
		key := "recipients.file"
		if j.Line(key) == 0 {
			key = "recipients"
		}
		e := j.InputError(j.Line(key), problem.FileError{Path: name, Err: err})
		if errors.Is(err, inputfile.ErrNotRegular) {
			e.Hint = "name - for the recipients to come from standard input"
		}
		return nil, e
	}
	return f, nil
}

// Changed returns when a file that Open opened was last changed, or the zero time if it is no regular
// file.
func Changed(source io.Reader) time.Time {
	f, ok := source.(*os.File)
	if !ok {
		return time.Time{}
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return time.Time{}
	}
	return info.ModTime()
}

// SheetOptions returns how the recipients file of a job is to be read.
func SheetOptions(j *jobfile.Job) sheet.Options {
	rc := &j.Recipients
	var columns []string
	for _, c := range rc.Columns {
		columns = append(columns, c.Name)
	}
	return sheet.Options{
		File: ShownName(rc.File), Email: rc.Email, Name: rc.Name, Key: rc.Key, Columns: columns,
		Sheet: rc.Sheet, Delimiter: rc.Delimiter, Encoding: rc.Encoding, Header: rc.Header,
	}
}

// ShownName returns how messages name the recipients file.
func ShownName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}
