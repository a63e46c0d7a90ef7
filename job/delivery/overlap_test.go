package delivery

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/delivery/sessions"
	"mailshot/transport"
)

// overlapping is a visit whose server takes the commands of a message with the content of the one
// before.
type overlapping struct {
	*visit
	next *transport.Delivery // whose commands have left
}

func (v *overlapping) Deliver(ctx context.Context, dl transport.Delivery) (transport.Receipt, error) {
	if v.next != nil && v.next.Label != dl.Label {
		v.o.t.Errorf("%s is given to a session that has the commands of %s", dl.Label, v.next.Label)
	}
	over := v.next != nil
	v.next = nil
	if over && v.ended {
		return transport.Receipt{}, v.o.lost()
	}
	if dl.Next != nil && !dl.Last && !v.ended && (v.o.max == 0 || v.tried < v.o.max) {
		if v.next = dl.Next(); v.next != nil {
			v.o.ahead(v.next)
			v.next.OnMail()
		}
	}
	r, err := v.visit.Deliver(ctx, dl)
	if v.next != nil && v.o.dies != nil && v.o.dies(v.tried) {
		v.ended = true
	}
	return r, err
}

// ahead notes a message whose commands have left with another.
func (o *office) ahead(dl *transport.Delivery) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.overlapped++
	if o.stop != nil && o.overlapped == o.stopAt {
		o.late = len(o.records)
		o.stop()
	}
}

func newOverlapping(t *testing.T, rows, workers, most int) *office {
	o := newOffice(t, rows, workers, most)
	o.overlaps = true
	o.config.Several.Overlap = true
	for range workers {
		o.config.Ahead = append(o.config.Ahead, plain{})
	}
	return o
}

// The commands of all messages but the first of a session leave with the one before.
func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		rows, workers, most int
		want                []int
		overlapped          int
	}{
		{rows: 20, workers: 1, most: 20, want: []int{20}, overlapped: 19},
		{rows: 21, workers: 1, most: 20, want: []int{20, 1}, overlapped: 19},
		{rows: 12, workers: 3, most: 2, want: []int{2, 2, 2, 2, 2, 2}, overlapped: 6},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := newOverlapping(t, c.rows, c.workers, c.most)
			s, stopped := o.run(t.Context())
			if stopped != nil {
				t.Fatal(stopped)
			}
			if o.wantAll(s); !slices.Equal(o.tried(), c.want) || o.overlapped != c.overlapped {
				t.Errorf("%+v: sessions had %v, %d overlapped", c, o.tried(), o.overlapped)
			}
		})
	}
}

// Where messages wait for their time, in a pause, and at the end of a run, none is on its way with
// another.
func TestOverlapWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOverlapping(t, 20, 1, 50)
		o.config.Rate = Rate{Count: 5, Per: time.Second}
		s, _ := o.run(t.Context())
		if o.wantAll(s); o.overlapped > 0 {
			t.Errorf("%d messages overlapped at a rate that lets each wait", o.overlapped)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		o := newOverlapping(t, 60, 2, 50)
		paused := false
		o.answer = func(row, n int) error {
			<-time.After(100 * time.Millisecond)
			o.mu.Lock()
			defer o.mu.Unlock()
			if row == 20 && n == 1 {
				paused = true
				return tooMany()
			}
			if paused && time.Since(o.config.Begun) < 1500*time.Millisecond {
				o.late++
			}
			return nil
		}
		s, _ := o.run(t.Context())
		if o.wantAll(s); o.late > 4 { // what was open, what was on its way with it, and one that leaves just then
			t.Errorf("%d messages went in a pause", o.late)
		}
	})
}

// An interrupt finishes the message that is on its way with another, and no more are begun.
func TestOverlapInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOverlapping(t, 50, 2, 50)
		ctx, cancel := context.WithCancel(t.Context())
		o.stop, o.stopAt = cancel, 7
		s, stopped := o.run(ctx)
		if stopped == nil || s.Counts.Sent != len(o.records) || s.Counts.Sent > o.late+2*2+2 {
			t.Errorf("sent %d, %d records, %d at the interrupt: %v", s.Counts.Sent, len(o.records), o.late, stopped)
		}
		o.tried()
	})
}

// A session that ends while a message is on its way with another costs that one nothing; when it
// happened twice none is sent so any more.
func TestOverlapLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOverlapping(t, 60, 1, 50)
		o.dies = func(tried int) bool { return tried == 3+len(o.opened) }
		s, stopped := o.run(t.Context())
		if stopped != nil {
			t.Fatal(stopped)
		}
		o.wantAll(s)
		if got := o.tried(); !slices.Equal(got, []int{50, 5, 4, 1}) {
			t.Errorf("sessions had %v", got)
		}
	})
}

// Whatever is refused or lost, each row ends in one record, and is sent at most once.
func TestOverlapRandom(t *testing.T) {
	stopped := 0
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			source := rand.New(rand.NewPCG(seed, 1))
			r := func(n int) int {
				mu.Lock()
				defer mu.Unlock()
				return source.IntN(n)
			}
			rows := 50 + r(100)
			o := newOverlapping(t, rows, 1+r(5), 2+r(20))
			o.max = r(2) * (1 + r(12))
			o.code = []int{0, 421, 503}[r(3)]
			o.dies = func(int) bool { return r(25) == 0 }
			accepted := map[int]int{}
			o.answer = func(row, n int) error {
				<-time.After(time.Duration(r(50)) * time.Millisecond)
				o.mu.Lock()
				defer o.mu.Unlock()
				switch r(40) {
				case 0:
					return refused(transport.StageRcpt, 550, transport.Permanent)
				case 1:
					return later()
				case 2:
					return tooMany()
				}
				accepted[row]++
				return nil
			}
			s, why := o.run(t.Context())
			o.tried()
			for row, n := range accepted {
				if n > 1 {
					t.Errorf("seed %d: row %d was sent %d times", seed, row, n)
				}
			}
			if why != nil {
				stopped++ // for a server that is that bad
			}
			if s.Counts.Done() != rows && why == nil || s.Counts.Sent != len(accepted) {
				t.Errorf("seed %d: %+v of %d rows, accepted %d", seed, s.Counts, rows, len(accepted))
			}
			if o.peak > len(o.config.Composers) {
				t.Errorf("seed %d: %d sessions at once", seed, o.peak)
			}
		})
	}
	if stopped > 20 {
		t.Errorf("%d of 200 runs stopped early", stopped)
	}
}

// tooMany is a limit of the server.
func tooMany() error {
	return &transport.Error{Stage: transport.StageMail, Class: transport.Temporary, Reply: &transport.Reply{Code: 451, Lines: []string{"4.7.1 rate limit exceeded, slow down"}}}
}

// A server that takes two sessions at once gets no more for long, however many messages overlap: those
// count as one session with the message before.
func TestOverlapWidth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOverlapping(t, 300, 6, 50)
		open, refused := o.config.Several.Open, 0
		o.config.Several.Open = func(ctx context.Context, hear func(transport.Event)) (sessions.Session, error) {
			o.mu.Lock()
			full := o.now >= 2
			if full {
				refused++
			}
			o.mu.Unlock()
			if full {
				return nil, &transport.Error{
					Stage: transport.StageGreeting, Class: transport.Temporary, Scope: transport.ScopeHost,
					Reply: &transport.Reply{Code: 421, Lines: []string{"4.7.0 too many connections from you"}},
				}
			}
			return open(ctx, hear)
		}
		s, stopped := o.run(t.Context())
		if stopped != nil {
			t.Fatal(stopped)
		}
		if o.wantAll(s); o.overlapped < 100 || refused > 6 {
			t.Errorf("%d messages overlapped, %d sessions were refused", o.overlapped, refused)
		}
	})
}
