package mailing

import (
	"strings"

	"mailshot/job/result"
	"mailshot/transport/sandbox"
)

// A Kind says where the messages went that a log has as sent.
type Kind uint8

const (
	Nowhere   Kind = iota // none is sent
	Delivered             // to a server that delivers
	Practised             // to the server of package sandbox, which keeps what it gets
)

// Kind returns that of a log that was read. The first message tells it of all, as no run adds some of
// another kind.
func (h *History) Kind() (Kind, error) {
	for e, err := range h.EachOf(result.Sent) {
		switch {
		case err != nil:
			return Nowhere, Unreadable(h.Path, err)
		case e.Code == 0: // settled
		case strings.Contains(e.Reply, sandbox.Kept):
			return Practised, nil
		default:
			return Delivered, nil
		}
	}
	return Nowhere, nil
}
