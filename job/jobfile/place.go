package jobfile

import (
	"errors"
	"fmt"
	"io/fs"

	"mailshot/job/problem"
	"mailshot/job/secret"
)

// Place returns the place of a template in the job file with its key, as
// "renewal.yaml:12 (subject)". Errors of the template begin with it.
func (j *Job) Place(key string, t Text) string {
	return fmt.Sprintf("%s:%d (%s)", j.Path, t.Line, key)
}

// InputError returns the error that ends a command because of a file that the
// job names in a line; in line 0 the place is not told.
func (j *Job) InputError(line int, err error) *problem.Error {
	e := &problem.Error{Kind: problem.BadData, Err: err}
	if errors.Is(err, fs.ErrNotExist) {
		e.Kind = problem.NoInput
	}
	var fe problem.FileError
	switch {
	case line == 0:
	case errors.As(err, &fe):
		e.Err = fmt.Errorf("%s:%d: %w", j.Path, line, fe)
		e.Hint = "paths are relative to the job file"
	default:
		e.Err = fmt.Errorf("%s:%d: %w", j.Path, line, err)
	}
	return e
}

// SecretEnv returns where the job's secrets are looked for: e, with the job's
// directory and the question for its password.
func (j *Job) SecretEnv(e secret.Env) secret.Env {
	e.Dir = j.Dir
	e.Question = fmt.Sprintf("password of %s at %s", j.Server.Username, j.Server.Host)
	return e
}
