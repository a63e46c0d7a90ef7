package plan

import (
	"slices"
	"strings"
	"testing"

	"mailshot/job/result"
)

func TestParseStates(t *testing.T) {
	for _, tt := range []struct {
		names []string
		want  []State
		bad   string
	}{
		{nil, nil, ""},
		{[]string{"temporary"}, []State{Temporary}, ""},
		{[]string{"untried", "permanent", "temporary"}, []State{Untried, Permanent, Temporary}, ""},
		{[]string{"temporary", "sent"}, nil, "sent"},
		{[]string{"Temporary"}, nil, "Temporary"},
		{[]string{""}, nil, ""},
	} {
		got, err := ParseStates(tt.names)
		if !slices.Equal(got, tt.want) || (err == nil) != (len(tt.names) == len(tt.want)) {
			t.Errorf("ParseStates(%q) = %q, %v; want %q", tt.names, got, err, tt.want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), tt.bad+": ") {
			t.Errorf("ParseStates(%q): %v; want one about %q", tt.names, err, tt.bad)
		}
	}
}

func TestParseChanged(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Changed
		ok   bool
	}{
		{"", StopChanged, true},
		{"skip", SkipChanged, true},
		{"send", SendChanged, true},
		{"stop", "", false},
		{"Skip", "", false},
	} {
		if got, err := ParseChanged(tt.text); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("ParseChanged(%q) = %q, %v; want %q", tt.text, got, err, tt.want)
		}
	}
}

func TestDecide(t *testing.T) {
	untried, skipped := result.State{}, result.State{Status: result.Skipped}
	sent, unknown := result.State{Status: result.Sent}, result.State{Status: result.Unknown}
	temporary := result.State{Status: result.Failed, Class: result.Temporary}
	permanent := result.State{Status: result.Failed, Class: result.Permanent}
	for _, tt := range []struct {
		name   string
		policy Policy
		want   [6]decision // of untried, skipped, sent, unknown, temporary and permanent
	}{
		{"zero", Policy{}, [...]decision{take, take, leaveSent, leaveUnknown, take, take}},
		{"unknown too", Policy{IncludeUnknown: true}, [...]decision{take, take, leaveSent, take, take, take}},
		{"untried only", Policy{Only: []State{Untried}}, [...]decision{take, take, leaveSent, leaveLater, leaveLater, leaveLater}},
		{"failed only", Policy{Only: []State{Temporary, Permanent}}, [...]decision{leaveLater, leaveLater, leaveSent, leaveLater, take, take}},
		{"temporary and unknown", Policy{Only: []State{Temporary}, IncludeUnknown: true}, [...]decision{leaveLater, leaveLater, leaveSent, take, take, leaveLater}},
		{"again", Policy{Again: []string{"k"}, Only: []State{Untried}}, [...]decision{take, take, take, take, take, take}},
	} {
		for i, st := range []result.State{untried, skipped, sent, unknown, temporary, permanent} {
			if got := tt.policy.decide(st); got != tt.want[i] {
				t.Errorf("%s: of a row that is %q %q: %d, want %d", tt.name, st.Status, st.Class, got, tt.want[i])
			}
		}
	}
}
