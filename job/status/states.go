package status

import (
	"slices"
	"strings"

	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
	"mailshot/job/result"
)

// A ListedRow is a row of the recipients file that is in a state that was asked for.
type ListedRow struct {
	Row            int
	Key, Recipient string
	Status         string // as "failed permanent"
	Reason         string // "" where nothing was said
}

// listedRow says what became of a row; rec is nil where it is untried.
func listedRow(in *sheet.Row, rec *result.Record) ListedRow {
	l := ListedRow{Row: in.Number, Key: in.Key, Status: untried}
	if in.Problem == nil {
		l.Recipient = in.Address.String()
	}
	if rec != nil {
		l.Key, l.Recipient = rec.Key, rec.Recipient
		cells := cellsOf(rec)
		l.Status, l.Reason = cells[0], cells[1]
	}
	return l
}

const untried = "untried"

// States are states of rows.
type States []string

// StateNames returns the names of all states.
func StateNames() []string {
	return []string{"sent", "failed", "temporary", "permanent", "unknown", "skipped", untried}
}

// ParseStates parses a list: failed,untried.
func ParseStates(list string) (States, error) {
	known := StateNames()
	var all States
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			return nil, problem.Fail(problem.Usage, "--status %s: it is one of %s, or several", name, strings.Join(known, ", "))
		}
		all = append(all, name)
	}
	return all, nil
}

// has reports whether a state is one of them.
func (s States) has(status result.Status, class result.Class) bool {
	if status == "" {
		return slices.Contains(s, untried)
	}
	return slices.Contains(s, string(status)) || class != "" && slices.Contains(s, string(class))
}

// statuses returns those that records of them have.
func (s States) statuses() []result.Status {
	var all []result.Status
	for _, status := range []result.Status{result.Sent, result.Failed, result.Unknown, result.Skipped} {
		if s.has(status, "") || status == result.Failed && (s.has(status, result.Temporary) || s.has(status, result.Permanent)) {
			all = append(all, status)
		}
	}
	return all
}
