package delivery

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/delivery/sessions"
	"mailshot/transport"
)

// An office opens sessions that behave as fakes of a server's.
type office struct {
	*drill
	opened []*visit
	now    int // that are open
	peak   int
	max    int // messages that a session takes before it ends; 0: any number
	code   int // with which it ends; 0: it closes the connection
	mail   int // MAILMAX that it announces

	overlaps   bool                 // its sessions are overlapping
	overlapped int                  // messages whose commands left with the one before
	dies       func(tried int) bool // an overlapping session ends without a word; nil: none does
	stop       func()               // is called at the stopAt-th overlap; nil: nothing is
	stopAt     int
	late       int // messages that went when they should not have
}

// A visit is one session of an office.
type visit struct {
	o         *office
	delivered int
	tried     int
	ended     bool // by the server
	closed    bool
	last      bool
	at        time.Time // when it was closed
}

func (o *office) open(context.Context, func(transport.Event)) (sessions.Session, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	v := &visit{o: o}
	o.opened = append(o.opened, v)
	o.now++
	o.peak = max(o.peak, o.now)
	if o.overlaps {
		return &overlapping{visit: v}, nil
	}
	return v, nil
}

// lost is the error of a message whose session was at its end before it.
func (o *office) lost() error {
	e := &transport.Error{Stage: transport.StageMail, Class: transport.Temporary, Scope: transport.ScopeHost, Lost: true, Err: errors.New("EOF")}
	if o.code > 0 {
		e.Reply = &transport.Reply{Code: o.code}
	}
	return e
}

func (v *visit) Deliver(ctx context.Context, dl transport.Delivery) (transport.Receipt, error) {
	if v.ended || v.closed || v.last {
		v.o.t.Errorf("a message in a session that is over: %+v", v)
	}
	if v.o.max > 0 && v.tried == v.o.max {
		v.ended = true
		dl.OnMail() // its commands may have left
		return transport.Receipt{}, v.o.lost()
	}
	v.tried++
	v.last = dl.Last
	r, err := v.o.drill.Deliver(ctx, dl)
	if err == nil {
		v.delivered++
	}
	return r, err
}

func (v *visit) Usable() bool   { return !v.ended && !v.closed && !v.last }
func (v *visit) Delivered() int { return v.delivered }

func (v *visit) Receipt() transport.Receipt {
	return transport.Receipt{Capabilities: transport.Capabilities{MailMax: v.o.mail}}
}

func (v *visit) Close() error {
	v.o.mu.Lock()
	defer v.o.mu.Unlock()
	if !v.closed {
		v.closed, v.at = true, time.Now()
		v.o.now--
	}
	return nil
}

func newOffice(t *testing.T, rows, workers, most int) *office {
	o := &office{drill: newDrill(t, rows, workers)}
	o.answer = func(int, int) error { <-time.After(100 * time.Millisecond); return nil }
	o.config.Several = sessions.Config{Most: most, Open: o.open}
	return o
}

// tried are how many messages each session was given, the most first.
func (o *office) tried() (all []int) {
	for _, v := range o.opened {
		if !v.closed {
			o.t.Error("a session is left open")
		}
		all = append(all, v.tried)
	}
	slices.Sort(all)
	slices.Reverse(all)
	return all
}

// wantAll wants each row sent at its first attempt, and no more sessions at once than workers.
func (o *office) wantAll(s Summary) {
	o.t.Helper()
	if s.Counts != (Counts{Sent: o.rows}) {
		o.t.Errorf("the summary is %+v", s)
	}
	for _, r := range o.records {
		if r.Attempt != 1 || r.Status != "sent" {
			o.t.Errorf("row %d: attempt %d %s", r.Row, r.Attempt, r.Status)
		}
	}
	if o.peak > len(o.config.Composers) {
		o.t.Errorf("%d sessions were open at once, of %d workers", o.peak, len(o.config.Composers))
	}
}

// Sessions are used until they have had so many messages; one message a session opens none here.
func TestSessionsReused(t *testing.T) {
	for _, c := range []struct {
		rows, workers, most, mail int
		want                      []int
	}{
		{rows: 20, workers: 1, most: 20, want: []int{20}},
		{rows: 21, workers: 1, most: 20, want: []int{20, 1}},
		{rows: 12, workers: 3, most: 50, want: []int{4, 4, 4}},
		{rows: 12, workers: 3, most: 2, want: []int{2, 2, 2, 2, 2, 2}},
		{rows: 6, workers: 1, most: 50, mail: 4, want: []int{4, 2}},
		{rows: 6, workers: 1, most: 3, mail: 4, want: []int{3, 3}},
		{rows: 6, workers: 2, most: 1, want: nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t, c.rows, c.workers, c.most)
			o.mail = c.mail
			s, stopped := o.run(t.Context())
			if stopped != nil {
				t.Fatal(stopped)
			}
			if o.wantAll(s); !slices.Equal(o.tried(), c.want) {
				t.Errorf("%+v: sessions had %v", c, o.tried())
			}
		})
	}
}

// A server that ends sessions is followed at the second time. A row whose session ended before its turn loses no attempt, and its new session is one.
func TestSessionsThatEnd(t *testing.T) {
	for _, c := range []struct {
		name      string
		max, code int
		want      []int
		limit     int
	}{
		{"421", 4, 421, []int{4, 4, 4, 4, 4}, 4},
		{"closed", 4, 0, []int{4, 4, 4, 4, 4}, 4},
		{"knows one", 1, 503, slices.Repeat([]int{1}, 20), 1},
		{"knows one, and closes", 1, 0, slices.Repeat([]int{1}, 20), 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t, 20, 1, 50)
			o.max, o.code = c.max, c.code
			s, stopped := o.run(t.Context())
			if stopped != nil {
				t.Fatal(stopped)
			}
			if o.wantAll(s); !slices.Equal(o.tried(), c.want) {
				t.Errorf("%s: sessions had %v", c.name, o.tried())
			}
			if s.Messages != c.limit || len(o.kinds(Shortened)) != 1 {
				t.Errorf("%s: %d messages a session were told %d times; want %d once", c.name, s.Messages, len(o.kinds(Shortened)), c.limit)
			}
			lost := 0
			for _, v := range o.opened {
				if v.ended {
					lost++
				}
			}
			if lost != 2 {
				t.Errorf("%s: %d sessions were lost, want 2", c.name, lost)
			}
		})
	}
}

// With many workers there are never more sessions than workers, whatever ends.
func TestSessionsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, 300, 4, 7)
		o.max, o.code = 5, 0
		o.answer = func(row, n int) error {
			<-time.After(time.Duration(1+row*7919%13) * time.Millisecond)
			if row%11 == 3 && n == 1 {
				return refused(transport.StageRcpt, 550, transport.Permanent)
			}
			return nil
		}
		s, stopped := o.run(t.Context())
		if stopped != nil {
			t.Fatal(stopped)
		}
		o.tried() // all are closed
		if s.Counts.Sent+s.Counts.Permanent != 300 || s.Counts.Permanent != 28 {
			t.Errorf("the summary is %+v", s)
		}
		if o.peak > 4 {
			t.Errorf("%d sessions were open at once", o.peak)
		}
	})
}

// No session is kept while nothing is sent: at a slow rate, in a pause, between passes.
func TestSessionsRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, 4, 1, 50)
		o.config.Rate = Rate{Count: 1, Per: 10 * time.Second}
		s, _ := o.run(t.Context())
		if o.wantAll(s); !slices.Equal(o.tried(), []int{1, 1, 1, 1}) {
			t.Errorf("at a slow rate sessions had %v", o.tried())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, 3, 1, 50)
		o.answer = func(row, n int) error {
			if row == 2 && n == 1 {
				return later()
			}
			return nil
		}
		begun := time.Now()
		if s, _ := o.run(t.Context()); s.Counts.Sent != 3 || !slices.Equal(o.tried(), []int{3, 1}) {
			t.Errorf("with a second pass: %+v, sessions had %v", s, o.tried())
		}
		if o.opened[0].at.Sub(begun) > time.Second {
			t.Error("the session was kept between the passes")
		}
	})
}

// A session that began with a token is not older than that may be, and the first is used.
func TestSessionsAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, 30, 1, 50)
		first, _ := o.open(t.Context(), nil)
		o.config.Several.First, o.config.Several.Age = first, time.Second+50*time.Millisecond
		s, _ := o.run(t.Context())
		if o.wantAll(s); !slices.Equal(o.tried(), []int{11, 11, 8}) {
			t.Errorf("sessions had %v", o.tried())
		}
	})
}

// A session in which five messages were refused is used no more.
func TestSessionsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, 21, 1, 50)
		o.answer = func(row, n int) error {
			<-time.After(10 * time.Millisecond)
			if row%2 == 0 {
				return refused(transport.StageRcpt, 550, transport.Permanent)
			}
			return nil
		}
		o.config.GiveUpAfter = 0
		s, _ := o.run(t.Context())
		if s.Counts.Sent != 11 || s.Counts.Permanent != 10 || !slices.Equal(o.tried(), []int{10, 10, 1}) {
			t.Errorf("%+v, sessions had %v", s, o.tried())
		}
	})
}
