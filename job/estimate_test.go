package job

import (
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/jobfile/when"
)

// The estimate of the end knows the pace, the rate, quotas and windows, and a hold is no pace.
func TestEstimate(t *testing.T) {
	day := 24 * time.Hour
	office, err := when.ParseWindow("09:00-17:00", time.Local)
	if err != nil {
		t.Fatal(err)
	}
	windows := when.Windows{office}
	for _, tt := range []struct {
		name    string
		rate    when.Rate
		quotas  []when.Rate
		windows when.Windows
		every   time.Duration // between two messages
		held    time.Duration // behind the first ten
		left    time.Duration // when 20 of 120 are done
	}{
		{"pace", when.Rate{}, nil, nil, 10 * time.Second, 0, 990 * time.Second},
		{"rate", when.Rate{Count: 1, Per: time.Minute}, nil, nil, 10 * time.Second, 0, 99 * time.Minute},
		{"slower than the rate", when.Rate{Count: 1, Per: time.Second}, nil, nil, 10 * time.Second, 0, 990 * time.Second},
		{"a hold", when.Rate{}, nil, nil, 10 * time.Second, 5 * time.Hour, 990 * time.Second},
		{"quota", when.Rate{}, []when.Rate{{Count: 40, Per: day}}, nil, 10 * time.Second, 0, 2*day + 190*time.Second},
		{"window", when.Rate{}, nil, windows, 10 * time.Minute, 0, 2*day + 20*time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				<-time.After(time.Until(time.Date(2000, 1, 3, 9, 0, 0, 0, time.Local)))
				var last delivery.Event
				x := &estimate{tell: func(e delivery.Event) { last = e }, rate: tt.rate, recipients: 1, now: time.Now}
				x.schedule = func(r when.Rate, now time.Time) when.Schedule {
					return when.Schedule{Rate: r, Quotas: tt.quotas, Windows: tt.windows, From: now}
				}
				x.event(delivery.Event{Kind: delivery.Started, Total: 120})
				for n := range 20 {
					if n == 10 && tt.held > 0 {
						x.event(delivery.Event{Kind: delivery.Holding, Total: 120})
						<-time.After(tt.held)
						x.event(delivery.Event{Kind: delivery.Resumed, Total: 120})
					}
					<-time.After(tt.every)
					x.event(delivery.Event{Kind: delivery.RowDone, Total: 120, Counts: delivery.Counts{Sent: n + 1}})
				}
				left := time.Until(last.Ends)
				if (left - tt.left).Abs() > tt.every {
					t.Errorf("%v left at %v a second; want %v", left, last.PerSecond, tt.left)
				}
			})
		})
	}
}
