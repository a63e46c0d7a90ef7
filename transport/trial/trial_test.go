package trial_test

import (
	"fmt"
	"testing"

	"mailshot/transport/trial"
)

func TestTrial(t *testing.T) {
	const none, mail, all = "false false false", "true false true", "true true true"
	for _, tt := range []struct {
		verdicts []trial.Verdict
		want     []string // of Begin, before each verdict and behind the last
	}{
		{[]trial.Verdict{trial.Well, trial.Well}, []string{mail, all, "true true false"}},
		{[]trial.Verdict{trial.Unsettled, trial.Well, trial.Unsettled, trial.Badly}, []string{mail, mail, all, all, none}},
		{[]trial.Verdict{trial.Badly}, []string{mail, none}},
	} {
		var tr trial.Trial
		for i, want := range tt.want {
			may, all, tries := tr.Begin()
			if got := fmt.Sprint(may, all, tries); got != want {
				t.Errorf("after %v: Begin = %s, want %s", tt.verdicts[:i], got, want)
			}
			if i == len(tt.verdicts) {
				break
			}
			if may, _, _ := tr.Begin(); may {
				t.Errorf("after %v: two may try at once", tt.verdicts[:i])
			}
			tr.End(tt.verdicts[i])
		}
	}
}
