package delivery

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
)

// An armory is a Recorder that knows which rows are armed.
type armory struct {
	*drill
	unmarked bool
	synced   error // what Sync gives

	mu    sync.Mutex // guards what follows
	armed map[int]*armedRow
	arms  int
	most  int // armed at once
	syncs int
}

// An armedRow is an Intent.
type armedRow struct {
	armory *armory
	row    int
}

func newArmory(t *testing.T, rows, workers int) *armory {
	a := &armory{drill: newDrill(t, rows, workers), armed: make(map[int]*armedRow)}
	a.config.Recorder = a
	return a
}

func (a *armory) Marked() bool { return !a.unmarked }

func (a *armory) Arm(r *result.Record) Intent {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.armed[r.Row] != nil {
		a.t.Errorf("row %d is armed twice", r.Row)
	}
	if r.Status != result.Unknown || r.Key == "" || r.Attempt == 0 || r.Time.IsZero() {
		a.t.Errorf("%+v is no intent", r)
	}
	i := &armedRow{a, r.Row}
	a.armed[r.Row] = i
	a.arms++
	a.most = max(a.most, len(a.armed))
	return i
}

func (a *armory) Record(recs ...*result.Record) error {
	a.mu.Lock()
	for _, r := range recs {
		delete(a.armed, r.Row)
	}
	a.mu.Unlock()
	return a.drill.Record(recs...)
}

func (a *armory) Sync() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.syncs++
	return a.synced
}

// isArmed reports whether a row is.
func (a *armory) isArmed(row int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.armed[row] != nil
}

// isArmedOrBegun reports whether a row is, or another worker is as far.
func (a *armory) isArmedOrBegun(row int) bool {
	if a.isArmed(row) {
		return true
	}
	a.drill.mu.Lock()
	defer a.drill.mu.Unlock()
	return a.sessions[row] > 0
}

func (a *armory) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.armed)
}

func (i *armedRow) Begin() error {
	i.armory.mu.Lock()
	defer i.armory.mu.Unlock()
	if i.armory.armed[i.row] != i {
		i.armory.t.Errorf("row %d begins, and is not armed", i.row)
	}
	return nil
}

func (i *armedRow) Disarm() {
	i.armory.mu.Lock()
	defer i.armory.mu.Unlock()
	if i.armory.armed[i.row] != i {
		i.armory.t.Errorf("row %d is taken back, and is not armed", i.row)
	}
	delete(i.armory.armed, i.row)
}

// wantNone holds that nothing is armed.
func (a *armory) wantNone() {
	a.t.Helper()
	if n := a.count(); n > 0 {
		a.t.Errorf("%d rows are armed; want none", n)
	}
}

// Rows are armed before their turn, so many that no session waits, and no more than that.
func TestArmedAhead(t *testing.T) {
	for _, tt := range []struct {
		name        string
		unmarked    bool
		rate        Rate
		takes       time.Duration // a session
		ahead       int           // rows that are armed behind that of a session, at least
		least, most int           // armed at once, in all
	}{
		{"marked", false, Rate{}, 20 * time.Millisecond, 4, 8, 12},
		{"in a hurry", false, Rate{}, 0, 4, 20, 40},
		{"no marks", true, Rate{}, 0, 0, 1, 4},
		{"slow", false, Rate{Count: 2, Per: time.Second}, 0, 0, 1, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newArmory(t, 40, 4)
				a.unmarked, a.config.Rate = tt.unmarked, tt.rate
				a.answer = func(row, _ int) error {
					time.Sleep(tt.takes) // by the bubble's clock
					if a.isArmed(row) == tt.unmarked {
						t.Errorf("row %d is armed when its session begins: %t", row, !tt.unmarked)
					}
					for i := 1; i <= tt.ahead && row+i <= 40; i++ {
						if !a.isArmedOrBegun(row + i) {
							t.Errorf("row %d is not armed when row %d begins", row+i, row)
						}
					}
					return nil
				}
				s, stopped := a.run(t.Context())
				if stopped != nil || s.Counts.Sent != 40 || a.arms != 40 || a.most > tt.most || a.most < tt.least {
					t.Errorf("stopped by %v, %+v; %d intents, %d at once; want 40, %d to %d",
						stopped, s.Counts, a.arms, a.most, tt.least, tt.most)
				}
				a.wantNone()
			})
		})
	}
}

// A row that is put back is armed anew. What was armed ahead is taken back when the run stops.
func TestArmedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArmory(t, 30, 3)
		a.answer = func(row, n int) error {
			if row%5 == 0 && n == 1 {
				return &transport.Error{Stage: transport.StageMail, Class: transport.Temporary, Reply: &transport.Reply{Code: 421, Lines: []string{"4.7.0 too many connections"}}}
			}
			return nil
		}
		s, stopped := a.run(t.Context())
		if stopped != nil || s.Counts.Sent != 30 || a.arms <= 30 || a.syncs == 0 {
			t.Errorf("stopped by %v, %+v, %d intents, %d syncs", stopped, s.Counts, a.arms, a.syncs)
		}
		a.wantNone()

		a = newArmory(t, 300, 3)
		ctx, cancel := context.WithCancel(t.Context())
		a.answer = func(row, _ int) error {
			if row == 9 {
				cancel()
			}
			return nil
		}
		if _, stopped := a.run(ctx); stopped == nil || a.arms >= 300 {
			t.Errorf("stopped by %v, %d intents", stopped, a.arms)
		}
		a.wantNone()
	})
}

// While a run is held, which may take hours, nothing is armed, and what was recorded is durable.
func TestNothingArmedWhileHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArmory(t, 20, 3)
		a.config.Admission, a.config.Wait = &valve{left: 7, until: time.Now().Add(time.Hour)}, true
		a.answer = func(row, _ int) error {
			if row == 8 && !a.isArmedOrBegun(11) {
				t.Error("after the hold no row is armed ahead")
			}
			return nil
		}
		go func() {
			time.Sleep(time.Minute) // the bubble's clock
			if a.wantNone(); a.syncs != 1 {
				t.Errorf("%d syncs; want 1", a.syncs)
			}
		}()
		if s, stopped := a.run(t.Context()); stopped != nil || s.Counts.Sent != 20 {
			t.Errorf("stopped by %v, %+v", stopped, s.Counts)
		}
		a.wantNone()
	})
}

// Where the log can't be synced at a pause, the run ends.
func TestSyncFailsAtAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newArmory(t, 5, 1)
		a.synced = errors.New("input/output error")
		a.answer = func(int, int) error {
			return &transport.Error{Stage: transport.StageRcpt, Class: transport.Temporary, Scope: transport.ScopeRow, Reply: &transport.Reply{Code: 450, Lines: []string{"4.2.0 greylisted"}}}
		}
		s, stopped := a.run(t.Context())
		if stopped == nil || stopped.Kind != problem.CantWrite || s.Counts.Temporary != 5 {
			t.Errorf("stopped by %v, %+v", stopped, s.Counts)
		}
	})
}
