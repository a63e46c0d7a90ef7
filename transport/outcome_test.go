package transport

import (
	"fmt"
	"slices"
	"testing"
)

// refusals are the rules for 4yz and 5yz that are not those of the first digit and of the stage.
var refusals = []struct {
	stage Stage
	codes []int // nil: all of 5yz
	class Class
	scope Scope
}{
	{StageStartTLS, nil, Permanent, ScopeJob},              // without TLS nothing is sent
	{StageAuth, nil, Permanent, ScopeJob},                  // 535, 534, 538, 530, 504 …: the password, or the way
	{StageMail, []int{530}, Permanent, ScopeJob},           // authentication is required
	{StageRcpt, []int{552}, Temporary, ScopeRow},           // an old 452
	{StageGreeting, []int{554}, Permanent, ScopeHost},      // no service here
	{StageEhlo, []int{550, 553}, Permanent, ScopeHost},     // the name is not liked
	{StageMail, []int{552}, Permanent, ScopeRow},           // too large
	{StageRcpt, []int{450, 451, 452}, Temporary, ScopeRow}, // greylisted, for one
	{StageRcpt, []int{550, 551, 553, 554}, Permanent, ScopeRow},
	{StageFinal, []int{421, 451, 452}, Temporary, ScopeRow}, // the server says that it does not have the message
	{StageFinal, []int{552, 554}, Permanent, ScopeRow},
	{StageAuth, []int{454}, Temporary, ScopeHost},
	{StageStartTLS, []int{454}, Temporary, ScopeHost},
}

// TestRefusals walks through all refusals at all stages.
func TestRefusals(t *testing.T) {
	for stage := StageTLS; stage <= StageFinal; stage++ {
		for code := 400; code < 560; code++ {
			class, scope := Temporary, ScopeRow
			if code >= 500 {
				class = Permanent
			}
			if stage < StageMail { // nothing was said about the message
				scope = ScopeHost
			}
			for _, r := range refusals {
				if r.stage == stage && (slices.Contains(r.codes, code) || r.codes == nil && code >= 500) {
					class, scope = r.class, r.scope
				}
			}
			e := refusal(stage, Reply{Code: code})
			if got, want := fmt.Sprint(e.Stage, e.Class, e.Scope, e.Reply.Code), fmt.Sprint(stage, class, scope, code); got != want {
				t.Errorf("refusal(%v, %d) is %s, want %s", stage, code, got, want)
			}
		}
	}
}
