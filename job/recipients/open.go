package recipients

import (
	"errors"
	"io"
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
	f, err := jobfile.OpenRegular(j.Resolve(name))
	if err != nil {
		key := "recipients.file"
		if j.Line(key) == 0 {
			key = "recipients"
		}
		e := j.InputError(j.Line(key), problem.FileError{Path: name, Err: err})
		if errors.Is(err, jobfile.ErrNotRegular) {
			e.Hint = "name - for the recipients to come from standard input"
		}
		return nil, e
	}
	return f, nil
}

// SheetOptions returns how the recipients file of a job is to be read.
func SheetOptions(j *jobfile.Job) sheet.Options {
	rc := &j.Recipients
	return sheet.Options{
		File: ShownName(rc.File), Email: rc.Email, Name: rc.Name, Key: rc.Key,
		Delimiter: rc.Delimiter, Encoding: rc.Encoding,
	}
}

// ShownName returns how messages name the recipients file.
func ShownName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}
