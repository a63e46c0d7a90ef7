package job

import (
	"fmt"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
)

// unbuilt refuses what the job file can say and nobody does yet: a letter must
// not go without it.
func unbuilt(j *jobfile.Job) error {
	m := &j.Message
	l := &problem.List{}
	refuse := func(key string, given bool) {
		if given {
			l.Add(problem.Problem{File: j.Path, Line: j.Line("message." + key), Text: fmt.Sprintf("`%s` is not supported yet", key)})
		}
	}
	refuse("inline", len(m.Inline) > 0)
	refuse("dkim", !m.DKIM.IsZero())
	if l.Len() > 0 {
		return &Error{Kind: BadJob, Err: l}
	}
	return nil
}
