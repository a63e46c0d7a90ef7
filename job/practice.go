package job

import (
	"mailshot/job/mailing"
	"mailshot/job/problem"
)

// practisedBefore refuses to go on with a mailing that nobody has a letter of.
func practisedBefore(o *Options, h *mailing.History) *problem.Error {
	return problem.Fail(problem.Exists, "what %s has as sent went to mailshot sandbox: nobody has these letters", h.Path).
		WithHint("to send to all, move the log away (mv %s practised.csv), and then: %s", problem.Quote(h.Path), o.Command("run"))
}
