package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/delivery"
)

// Where no terminal draws, a run that takes longer says soon that it sends, and then now and again.
func TestProgressLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		said := &listener{word: "80/80"} // which is never said
		p := &program{stderr: &printer{w: said}}
		before := ""
		g := p.newProgress(&sendFlags{})
		g.event(delivery.Event{Kind: delivery.Started, Total: 80})
		g.event(delivery.Event{Kind: delivery.RowDone, Total: 80, Counts: delivery.Counts{Sent: 9}, PerSecond: 5})
		for _, tt := range []struct {
			after time.Duration
			want  string
		}{
			{1999 * time.Millisecond, ""},
			{2 * time.Millisecond, "mailshot: sending 80 messages: 9/80  5/s\n"},
			{29 * time.Second, ""},
			{time.Second, "mailshot: 9/80  5/s\n"},
			{30 * time.Second, "mailshot: 9/80  5/s\n"},
		} {
			<-time.After(tt.after)
			synctest.Wait()
			all := said.String()
			if got := strings.TrimPrefix(all, before); got != tt.want {
				t.Errorf("after another %s it says %q; want %q", tt.after, got, tt.want)
			}
			before = all
		}
		g.end()
	})
}
