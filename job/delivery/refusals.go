package delivery

import (
	"fmt"
	"strings"

	"mailshot/job/advice"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// How many rows in a row are refused for a reason that is the job's, until a run
// stops: where no row was accepted before, and where some were.
const (
	jobRefusals      = 3
	jobRefusalsAfter = 10
	firstRefusals    = 50 // of the first rows of a mailing, for whatever reason
)

// refusals watches what different rows are refused with, and tells when more of
// them would be refused likewise. It belongs to one goroutine.
type refusals struct {
	giveUp int // equal refusals in a row that stop the run; 0: never

	last     string // what the last refused rows have in common
	equal    int    // how many of them in a row
	all      int    // rows that were refused for good, for whatever reason, with no other reply between
	accepted bool   // some row was
}

// A stopReason is why a run stops.
type stopReason struct {
	kind problem.Kind
	text string
	hint string
}

// recorded is told of a row's record and what its reply means, in the order in
// which attempts end. It returns why the run stops; nil: it goes on. before says
// that an earlier run got the same reply for this row, which then proves nothing.
// copied is who the refusal is of, if that is one who gets a copy, as in "bcc
// archive@club.example".
func (r *refusals) recorded(rec *result.Record, why advice.Explanation, copied string, before bool) *stopReason {
	if rec.Status == result.Sent {
		*r = refusals{giveUp: r.giveUp, accepted: true}
		return nil
	}
	if rec.Status == result.Skipped || before {
		return nil
	}
	key := common(rec, why)
	if copied != "" && rec.Class == result.Permanent {
		key = copied // it is in other rows' letters, too
	}
	switch {
	case rec.Code == 0: // the server said nothing of the row
	case rec.Class == result.Permanent:
		r.all++
	default: // it may be taken later, as where a server greylists
		r.all = 0
	}
	if key == "" || key != r.last {
		r.last, r.equal = key, 0
	}
	if key != "" {
		r.equal++
	}
	if copied != "" && key == copied {
		return r.copyVerdict(rec, copied)
	}
	return r.verdict(rec, why)
}

// copyVerdict stops for a copy's address that is refused in row after row.
func (r *refusals) copyVerdict(rec *result.Record, copied string) *stopReason {
	if r.equal < jobRefusals {
		return nil
	}
	header, _, _ := strings.Cut(copied, " ")
	return &stopReason{
		problem.Unreachable, fmt.Sprintf("gave up: %s was refused in %d rows in a row: %s", copied, r.equal, refusal(rec)),
		fmt.Sprintf("correct message.%s, or take the address out of it: a row gets its message only if all of its addresses are taken; rerun sends what is left", header),
	}
}

func (r *refusals) verdict(rec *result.Record, why advice.Explanation) *stopReason {
	most := jobRefusals
	if r.accepted {
		most = jobRefusalsAfter
	}
	switch {
	case ofJob(why.Kind) && r.equal >= most:
		s := &stopReason{problem.Unreachable, fmt.Sprintf("gave up: %d messages in a row were refused: %s", r.equal, refusal(rec)), why.Remedy}
		if why.Kind == advice.Login {
			s.kind = problem.AuthRefused
		}
		return s
	case r.giveUp > 0 && r.equal >= r.giveUp:
		return &stopReason{problem.Unreachable, fmt.Sprintf("gave up: %d in a row ended alike: %s", r.equal, refusal(rec)), hintOr(why.Remedy)}
	case r.giveUp > 0 && !r.accepted && r.all >= max(firstRefusals, r.giveUp):
		return &stopReason{problem.Unreachable, fmt.Sprintf("gave up: the first %d rows were all refused, the last with %s", r.all, refusal(rec)),
			"is this the right list, and may this account send to these addresses? rerun sends what is left"}
	}
	return nil
}

func hintOr(remedy string) string {
	if remedy == "" {
		return "mend the cause; rerun sends what is left"
	}
	return remedy
}

// ofJob reports whether a kind of refusal would meet every row.
func ofJob(k advice.Kind) bool {
	return k == advice.Login || k == advice.Sender || k == advice.Relay || k == advice.Machine
}

// common returns what a failure has in common with others of its kind, or "" where
// it speaks of the one row alone: success, what the table of replies knows for an
// address's, greylisting, and what was found here, without asking the server.
func common(rec *result.Record, why advice.Explanation) string {
	switch {
	case ofJob(why.Kind):
		return why.Kind.String()
	case why.Known && why.Kind == advice.Address, why.Kind == advice.Greylisting:
		return ""
	case rec.Code == 0 && rec.Class == result.Permanent:
		return ""
	case rec.Code == 0:
		return "no reply at " + rec.Stage
	case rec.Code < 500:
		return "" // that is for the pace
	}
	return advice.Sameness(rec.Stage, rec.Code, rec.Enhanced, rec.Reply)
}
