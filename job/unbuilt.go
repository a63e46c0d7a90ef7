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
	refuse("sender", m.Sender.Value != "")
	refuse("cc", len(m.Cc) > 0)
	refuse("bcc", len(m.Bcc) > 0)
	refuse("inline", len(m.Inline) > 0)
	refuse("attachments", len(m.Attachments) > 0)
	refuse("unsubscribe", m.Unsubscribe != jobfile.Unsubscribe{})
	refuse("list_id", m.ListID.Value != "")
	refuse("auto_submitted", m.AutoSubmitted != "")
	refuse("in_reply_to", m.InReplyTo.Value != "")
	if l.Len() > 0 {
		return &Error{Kind: BadJob, Err: l}
	}
	return nil
}
