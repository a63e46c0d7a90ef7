package job

import (
	"strings"

	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport/sandbox"
)

// A kind says of a log where the messages went that it has as sent.
type kind uint8

const (
	nowhere   kind = iota // none is sent
	delivered             // to a server that delivers
	practised             // to mailshot sandbox, which keeps what it gets
)

// kindOf returns the kind of a log that was read. The first message tells it of all: see
// sameKind.
func kindOf(h *mailing.History) (kind, error) {
	for e, err := range h.EachOf(result.Sent) {
		switch {
		case err != nil:
			return nowhere, mailing.Unreadable(h.Path, err)
		case e.Code == 0: // settled
		case strings.Contains(e.Reply, sandbox.Kept):
			return practised, nil
		default:
			return delivered, nil
		}
	}
	return nowhere, nil
}

// practisedBefore refuses to go on with a mailing that nobody has a letter of.
func practisedBefore(o *Options, h *mailing.History) *problem.Error {
	return problem.Fail(problem.Exists, "what %s has as sent went to mailshot sandbox: nobody has these letters", h.Path).
		WithHint("to send to all, take the log away, and then: %s", o.Command("run"))
}
