package reasons

import (
	"fmt"
	"strings"
	"testing"

	"mailshot/job/result"
)

// An attempt that is made again is no failure, and a row that no pass came to any more is one.
func TestEnds(t *testing.T) {
	failed := func(row int, class result.Class, code int, text string) *result.Record {
		return &result.Record{Row: row, Key: fmt.Sprint(row), Status: result.Failed, Class: class, Stage: "rcpt", Code: code, Reply: text}
	}
	later := func(row int) *result.Record { return failed(row, result.Temporary, 450, "come later") }
	sent := func(row int) *result.Record { return &result.Record{Row: row, Status: result.Sent} }
	for _, tt := range []struct {
		name   string
		do     func(e *Ends)
		failed int
		want   string
	}{
		{"sent in the second pass", func(e *Ends) {
			e.Take(later(1), 1, true, false)
			e.Take(later(2), 1, true, false)
			e.NextPass()
			e.Take(sent(1), 2, false, false)
			e.Take(later(2), 2, false, false)
		}, 1, "1 [2], 2 retries"},
		{"interrupted in the wait", func(e *Ends) {
			e.Take(later(2), 1, true, false)
			e.Take(failed(3, result.Permanent, 550, "no"), 1, false, false)
			e.Take(later(1), 1, true, false)
			e.NextPass()
		}, 3, "2 [1 2], 1 [3], 0 retries"},
		{"interrupted in the second pass", func(e *Ends) {
			e.Take(later(1), 1, true, false)
			e.Take(later(2), 1, true, false)
			e.NextPass()
			e.Take(sent(1), 2, true, false)
		}, 1, "1 unreached, 1 retries"},
		{"interrupted in the first pass", func(e *Ends) { e.Take(later(1), 1, true, false) }, 1, "1 [1], 0 retries"},
		{"unknown rows stay so", func(e *Ends) { e.Take(later(1), 1, true, true) }, 0, "0 retries"},
		{"one reason in two words", func(e *Ends) {
			e.Take(failed(2, result.Permanent, 550, "5.1.1 user unknown"), 1, false, false)
			e.Take(failed(1, result.Permanent, 550, "no such user here"), 1, false, false)
		}, 2, "2 [1 2], 0 retries"},
	} {
		var e Ends
		tt.do(&e)
		all, unreached := e.Failed(tt.failed)
		var parts []string
		for _, m := range all {
			var rows []int
			for _, n := range m.Names {
				rows = append(rows, n.Row)
			}
			parts = append(parts, fmt.Sprint(m.Count, " ", rows))
		}
		if unreached > 0 {
			parts = append(parts, fmt.Sprint(unreached, " unreached"))
		}
		parts = append(parts, fmt.Sprint(e.Retries, " retries"))
		if got := strings.Join(parts, ", "); got != tt.want {
			t.Errorf("%s: %s; want %s", tt.name, got, tt.want)
		}
	}
}
