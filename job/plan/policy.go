package plan

import (
	"fmt"
	"slices"

	"mailshot/job/result"
)

// A Policy says which rows a run takes, given what became of them before. The
// zero value takes all that were not delivered.
type Policy struct {
	Only           []State  // empty: all of them
	IncludeUnknown bool     // unknown rows too
	Again          []string // these keys and no others, whatever became of them; empty: none
	Changed        Changed  // what to do where the log knows somebody by other data
	SkipInvalid    bool     // bad rows are recorded as skipped instead of stopping
}

// A State is that of a row which was not delivered.
type State string

// The states of rows that a rerun takes.
const (
	Untried   State = "untried"
	Temporary State = "temporary"
	Permanent State = "permanent"
)

// StateNames returns the names of all states.
func StateNames() []string { return []string{string(Temporary), string(Permanent), string(Untried)} }

// ParseStates parses the names of states.
func ParseStates(names []string) ([]State, error) {
	var all []State
	for _, n := range names {
		s := State(n)
		if s != Temporary && s != Permanent && s != Untried {
			return nil, fmt.Errorf("%s: it is temporary, permanent or untried", n)
		}
		all = append(all, s)
	}
	return all, nil
}

// Changed is what a run does with rows whose data changed since they were
// delivered.
type Changed string

// What a run does with changed rows.
const (
	StopChanged Changed = ""     // it stops
	SkipChanged Changed = "skip" // it takes them as delivered
	SendChanged Changed = "send" // it sends to them
)

// ParseChanged parses what to do with changed rows.
func ParseChanged(text string) (Changed, error) {
	c := Changed(text)
	if c != StopChanged && c != SkipChanged && c != SendChanged {
		return "", fmt.Errorf("%s: it is skip or send", text)
	}
	return c, nil
}

// A decision is what a row's state makes of it.
type decision uint8

const (
	take decision = iota
	leaveSent
	leaveUnknown
	leaveLater
)

// decide decides by the row's state alone.
func (p *Policy) decide(st result.State) decision {
	if len(p.Again) > 0 {
		return take
	}
	state := Untried
	switch st.Status {
	case result.Sent:
		return leaveSent
	case result.Unknown:
		if p.IncludeUnknown {
			return take
		}
		if len(p.Only) > 0 {
			return leaveLater
		}
		return leaveUnknown
	case result.Failed:
		state = State(st.Class)
	}
	if len(p.Only) > 0 && !slices.Contains(p.Only, state) {
		return leaveLater
	}
	return take
}
