package reasons

import (
	"slices"
	"testing"

	"mailshot/job/result"
)

// A server that says something else each time does not fill the memory, and
// does not hide what is frequent.
func TestFailuresAreBounded(t *testing.T) {
	var f Groups
	letters := func(n int) string {
		s := ""
		for ; n > 0; n /= 26 {
			s += string(rune('a' + n%26))
		}
		return s
	}
	total := 0
	add := func(code int, text string) {
		total++
		f.Add(&result.Record{Row: total, Key: "k", Status: result.Failed, Class: result.Permanent, Stage: "rcpt", Code: code, Reply: text})
	}
	for n := range 50_000 {
		add(550, "random "+letters(n))
		add(550+n%300, "word "+letters(n%5000))
		if n > 20_000 && n%10 == 0 {
			add(554, "frequent")
		}
		if len(f.groups) > maxFailures+maxOthers+1 {
			t.Fatalf("%d groups after %d rows", len(f.groups), total)
		}
	}
	sum, all := 0, f.List()
	for i, g := range all {
		sum += g.Count
		if i > 0 && g.Count > all[i-1].Count {
			t.Errorf("group %d has %d rows, the one before it %d", i, g.Count, all[i-1].Count)
		}
	}
	if sum != total {
		t.Errorf("%d rows in groups, want %d", sum, total)
	}
	if !slices.ContainsFunc(all[:20], func(g Group) bool { return g.Pattern == "frequent" && g.Count > 2000 }) {
		t.Errorf("the frequent reply is not among %+v", all[:20])
	}
}
