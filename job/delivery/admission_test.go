package delivery

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/problem"
	"mailshot/transport"
)

// A valve lets some messages go, then none until a time. Its permits count.
type valve struct {
	left  int
	until time.Time

	asked, ended, counted, rests int
	full                         time.Time
}

func (v *valve) Admit(now time.Time, _ int) (Permit, *Held) {
	if v.left == 0 && now.Before(v.until) {
		return nil, &Held{Until: v.until, Why: problem.Fail(problem.Limited, "the valve is shut")}
	}
	v.left = max(v.left-1, 0)
	v.asked++
	return v, nil
}

func (v *valve) Ended(_ time.Time, recipients int) {
	v.ended++
	v.counted += recipients
}

func (v *valve) SetFull(_, until time.Time, _ string) { v.full, v.until, v.left = until, until, 0 }

func (v *valve) Rest(time.Time) { v.rests++ }

// A run that is held ends, or waits; secrets are read again after a long wait; and what becomes of each
// permit is told.
func TestHeld(t *testing.T) {
	for _, tt := range []struct {
		name    string
		wait    bool
		hold    time.Duration
		renewal error

		sent   int
		kind   problem.Kind // of the stop; Internal: none
		renews int
	}{
		{"no wait", false, time.Hour, nil, 7, problem.Limited, 0},
		{"short", true, 5 * time.Minute, nil, 20, problem.Internal, 0},
		{"long", true, time.Hour, nil, 20, problem.Internal, 1},
		{"no secret any more", true, time.Hour, errors.New("locked"), 7, problem.BadJob, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDrill(t, 20, 3)
				v := &valve{left: 7, until: time.Now().Add(tt.hold)}
				renews := 0
				d.config.Admission, d.config.Wait = v, tt.wait
				d.config.Renew = func(context.Context) *problem.Error {
					if renews++; tt.renewal != nil {
						return &problem.Error{Kind: problem.BadJob, Err: tt.renewal}
					}
					return nil
				}
				begun := time.Now()
				s, stopped := d.run(t.Context())
				if s.Counts.Sent != tt.sent || (stopped == nil) != (tt.kind == problem.Internal) || stopped != nil && stopped.Kind != tt.kind {
					t.Errorf("%+v, stopped by %v", s, stopped)
				}
				if renews != tt.renews || v.asked != v.ended || v.rests == 0 {
					t.Errorf("secrets were read %d times, want %d; %d permits of %d ended, %d rests", renews, tt.renews, v.ended, v.asked, v.rests)
				}
				if n := len(d.kinds(Holding)); tt.wait != (n == 1) || tt.wait && time.Since(begun) < tt.hold {
					t.Errorf("it was told %d times, and took %v", n, time.Since(begun))
				}
			})
		})
	}
}

// A message counts once its end may have left, whatever is said to it; one that was refused before does
// not. A provider's quota is waited for.
func TestCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 10, 1)
		v := &valve{left: 100}
		d.config.Admission, d.config.Wait = v, true
		begun := time.Now()
		d.answer = func(row, n int) error {
			switch {
			case row == 2:
				return said(transport.StageRcpt, 550, "5.1.1", "no such user")
			case row == 5 && n == 1:
				return said(transport.StageData, 550, "5.4.5", "Daily user sending limit exceeded.")
			}
			return nil
		}
		s, stopped := d.run(t.Context())
		if stopped != nil || s.Counts != (Counts{Sent: 9, Permanent: 1}) || len(d.records) != 10 {
			t.Errorf("%+v, stopped by %v, %d records", s, stopped, len(d.records))
		}
		if v.counted != 9 || !v.full.Equal(begun.Add(24*time.Hour)) || time.Since(begun) < 24*time.Hour {
			t.Errorf("%d were counted, full until %v, after %v", v.counted, v.full, time.Since(begun))
		}
	})
}
