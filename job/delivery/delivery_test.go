package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/transport"
	"mailshot/transport/smtptest"
)

// A drill is a run of the engine with rows of which nothing exists but their
// numbers, and a server that is a function. It is the Source, the Deliverer and
// the Recorder.
type drill struct {
	t      *testing.T
	config Config
	rows   int

	// answer is what the server makes of a row's n-th session, from 1: nil sends
	// the message. An error with a stage before MAIL ends the session there.
	answer func(row, n int) error
	full   int // records that are kept before the disk is full; 0: all

	// The Source, which belongs to one goroutine.
	pass   int
	next   int     // row of the first pass
	left   []Retry // of a further one
	passes []string
	given  map[*Task]int // how often a task was given, by the task
	done   map[*Task]int // how often it was told to be over

	mu       sync.Mutex // guards what follows
	sessions map[int]int
	open     int
	most     int
	records  []result.Record
	starts   []time.Time
	events   []Event
}

func newDrill(t *testing.T, rows, workers int) *drill {
	d := &drill{
		t: t, rows: rows, pass: 1, given: map[*Task]int{}, done: map[*Task]int{}, sessions: map[int]int{},
		answer: func(int, int) error { return nil },
	}
	d.config = Config{
		Run: "job-x", Total: rows, Source: d, Deliverer: d, Recorder: d,
		Retry: Retries{Attempts: 3, Wait: time.Minute, MaxWait: time.Hour},
		Begun: time.Now(), Now: time.Now, Event: func(e Event) { d.events = append(d.events, e) },
		Grace: 30 * time.Second, ReplyGrace: 5 * time.Second,
		ServerError: func(err error) *problem.Error { return problem.Fail(problem.AuthRefused, "of the server: %w", err) },
	}
	for range workers {
		d.config.Composers = append(d.config.Composers, plain{})
	}
	return d
}

func (d *drill) Next() (*Task, error) {
	row, date, grey := 0, time.Time{}, time.Time{}
	switch {
	case d.pass == 1 && d.next < d.rows:
		d.next++
		row = d.next
	case d.pass > 1 && len(d.left) > 0:
		row, date = int(d.left[0].Row), d.config.Begun.Add(time.Duration(d.left[0].Second)*time.Second)
		if at := d.left[0].Greylisted; at > 0 {
			grey = d.config.Begun.Add(time.Duration(at-1) * time.Second)
		}
		d.left = d.left[1:]
	default:
		return nil, io.EOF
	}
	t := &Task{Row: row, Line: row + 1, Key: fmt.Sprint("k", row), Recipient: fmt.Sprintf("r%d@club.example", row), Attempt: d.pass, Date: date, Greylisted: grey}
	d.given[t]++
	return t, nil
}

func (d *drill) Done(t *Task) { d.done[t]++ }

func (d *drill) NextPass(n int, rows []Retry) {
	d.pass, d.left = n, rows
	type retry struct{ row, second uint32 }
	var brief []retry
	for _, r := range rows {
		brief = append(brief, retry{r.Row, r.Second})
	}
	d.passes = append(d.passes, fmt.Sprint(n, brief))
}

func (d *drill) Deliver(ctx context.Context, dl transport.Delivery) (transport.Receipt, error) {
	var row int
	if _, err := fmt.Sscanf(dl.Label, "row %d", &row); err != nil {
		d.t.Errorf("label %q", dl.Label)
	}
	d.mu.Lock()
	d.sessions[row]++
	n := d.sessions[row]
	d.open++
	d.most = max(d.most, d.open)
	d.starts = append(d.starts, time.Now())
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		d.open--
		d.mu.Unlock()
	}()
	err := d.answer(row, n)
	if te := (*transport.Error)(nil); errors.As(err, &te) && te.Stage < transport.StageMail {
		return transport.Receipt{}, err
	}
	dl.OnMail()
	if err != nil {
		return transport.Receipt{}, err
	}
	if err := dl.OnCommit(); err != nil {
		return transport.Receipt{}, &transport.Error{Stage: transport.StageFinal, Err: err}
	}
	return transport.Receipt{Reply: transport.Reply{Code: 250, Lines: []string{"queued"}}}, ctx.Err()
}

func (d *drill) Arm(*result.Record) Intent { return d }

func (d *drill) Begin() error { return nil }

func (d *drill) Marked() bool { return true }

func (d *drill) Sync() error { return nil }

func (d *drill) Disarm() {}

func (d *drill) Record(recs ...*result.Record) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range recs {
		if d.full > 0 && len(d.records) == d.full {
			return errors.New("no space left on device")
		}
		d.records = append(d.records, *r)
	}
	return nil
}

// run runs the engine, and holds that each task that was given is over once if it
// has a record, and else not at all.
func (d *drill) run(ctx context.Context) (Summary, *problem.Error) {
	d.t.Helper()
	s, stopped := Run(ctx, d.config)
	have := map[string]bool{}
	for _, r := range d.records {
		name := fmt.Sprintf("%d/%d", r.Row, r.Attempt)
		if have[name] {
			d.t.Errorf("attempt %s has two records", name)
		}
		have[name] = true
	}
	for t := range d.given {
		want := 0
		if have[fmt.Sprintf("%d/%d", t.Row, t.Attempt)] {
			want = 1
		}
		if got := d.done[t]; got != want && d.full == 0 {
			d.t.Errorf("Done was called %d times for row %d, attempt %d; want %d", got, t.Row, t.Attempt, want)
		}
	}
	for t := range d.done {
		if d.given[t] == 0 {
			d.t.Errorf("Done was called for a task that was not given: %+v", t)
		}
	}
	return s, stopped
}

// states gives "row/attempt status class stage" of each record, by row and
// attempt.
func (d *drill) states() []string {
	var all []string
	for _, r := range d.records {
		all = append(all, strings.Join(strings.Fields(fmt.Sprintf("%d/%d %s %s %s", r.Row, r.Attempt, r.Status, r.Class, r.Stage)), " "))
	}
	slices.Sort(all)
	return all
}

func (d *drill) wantStates(want ...string) {
	d.t.Helper()
	if got := d.states(); !slices.Equal(got, want) {
		d.t.Errorf("records\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// kinds are the events of some kinds, in their order.
func (d *drill) kinds(of ...EventKind) (all []EventKind) {
	for _, e := range d.events {
		if slices.Contains(of, e.Kind) {
			all = append(all, e.Kind)
		}
	}
	return all
}

// later is a refusal that may pass.
func later() error { return refused(transport.StageRcpt, 450, transport.Temporary) }

func refused(stage transport.Stage, code int, class transport.Class) error {
	return &transport.Error{Stage: stage, Class: class, Reply: &transport.Reply{Code: code, Lines: []string{"no"}}}
}

// unreached is a session that ends before MAIL, for a reason that is no row's.
func unreached(scope transport.Scope) error {
	return &transport.Error{Stage: transport.StageDial, Scope: scope, Err: errors.New("no route")}
}

// Rows that failed for a time are tried again, in the order of the file, after a
// wait that is doubled; each attempt has one record.
func TestPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 6, 3)
		d.answer = func(row, n int) error {
			took := time.Second
			if row == 2 && n == 1 {
				took = 10 * time.Second // it ends after row 5
			}
			<-time.After(took)
			if row == 2 && n <= 2 || row == 5 && n == 1 {
				return later()
			}
			return nil
		}
		begun := time.Now()
		s, stopped := d.run(t.Context())
		if stopped != nil {
			t.Fatal(stopped)
		}
		if want := []string{"2 [{2 0} {5 1}]", "3 [{2 0}]"}; !slices.Equal(d.passes, want) {
			t.Errorf("further passes %q, want %q", d.passes, want)
		}
		if got, want := time.Since(begun), (10+60+1+120+1)*time.Second; got != want {
			t.Errorf("it took %v, want %v: a minute after the last outcome, and two", got, want)
		}
		d.wantStates("1/1 sent final", "2/1 failed temporary rcpt", "2/2 failed temporary rcpt", "2/3 sent final", "3/1 sent final",
			"4/1 sent final", "5/1 failed temporary rcpt", "5/2 sent final", "6/1 sent final")
		if s.Counts != (Counts{Sent: 6}) || len(s.Lost) > 0 {
			t.Errorf("the summary is %+v", s)
		}
		if want := []EventKind{Started, Waiting, Resumed, Waiting, Resumed}; !slices.Equal(d.kinds(Started, Waiting, Resumed, Paused, Finishing), want) {
			t.Errorf("events %v, want %v", d.kinds(Started, Waiting, Resumed, Paused, Finishing), want)
		}
		if n := len(d.kinds(RowDone)); n != 9 {
			t.Errorf("%d rows are told to be done, want 9: one for each record", n)
		}
		if d.most != 3 {
			t.Errorf("%d sessions at once, want 3", d.most)
		}
	})
}

// After the last attempt a row stays as it is; the wait has a bound.
func TestPassesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 2, 1)
		d.config.Retry = Retries{Attempts: 4, Wait: time.Minute, MaxWait: 90 * time.Second}
		d.answer = func(row, _ int) error {
			if row == 1 {
				return later()
			}
			return nil
		}
		begun := time.Now()
		s, stopped := d.run(t.Context())
		if stopped != nil || s.Counts != (Counts{Sent: 1, Temporary: 1}) || d.sessions[1] != 4 {
			t.Errorf("stopped by %v after %d sessions, with %+v", stopped, d.sessions[1], s.Counts)
		}
		if got, want := time.Since(begun), 4*time.Minute; got != want {
			t.Errorf("it took %v, want %v: waits of 60, 90 and 90 s", got, want)
		}
	})
}

// A further pass is told in which second of the run an attempt was first made, and
// starts keep the pace.
func TestRetrySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 3, 3)
		d.config.Rate = Rate{Count: 8, Per: time.Minute}
		d.answer = func(_, n int) error {
			if n == 1 {
				return later()
			}
			return nil
		}
		if _, stopped := d.run(t.Context()); stopped != nil {
			t.Fatal(stopped)
		}
		if want := []string{"2 [{1 0} {2 7} {3 15}]"}; !slices.Equal(d.passes, want) {
			t.Errorf("further passes %q, want %q", d.passes, want)
		}
		for i := 1; i < len(d.starts); i++ {
			if gap := d.starts[i].Sub(d.starts[i-1]); gap < 7500*time.Millisecond {
				t.Errorf("start %d is %v after the one before, want 7.5 s at least", i+1, gap)
			}
		}
		if e := d.events[0]; e.Kind != Started || e.PerSecond != 8.0/60 || e.Total != 3 {
			t.Errorf("the first event is %+v", e)
		}
	})
}

// A session that ends before MAIL puts its row back: nothing is recorded, all
// starts pause, one session probes, and the row is sent in the same pass.
func TestPutBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 4, 2)
		begun, session := time.Now(), 0
		d.answer = func(int, int) error {
			d.mu.Lock()
			session++
			k := session
			d.mu.Unlock()
			<-time.After(time.Second)
			d.mu.Lock()
			defer d.mu.Unlock()
			if probe := k == 3 || k == 4; probe && d.open != 1 {
				t.Errorf("session %d is one of %d at once, want 1", k, d.open)
			}
			if k <= 3 { // a wave of two, and the first probe
				return unreached(transport.ScopeHost)
			}
			return nil
		}
		s, stopped := d.run(t.Context())
		if stopped != nil || s.Counts != (Counts{Sent: 4}) || d.passes != nil {
			t.Errorf("stopped by %v, counts %+v, further passes %q", stopped, s.Counts, d.passes)
		}
		d.wantStates("1/1 sent final", "2/1 sent final", "3/1 sent final", "4/1 sent final")
		if session != 7 || d.sessions[1] < 2 || d.sessions[2] < 2 || len(d.given) != 4 {
			t.Errorf("sessions by row: %v, want 7 and two of rows 1 and 2 at least; the source gave %d tasks, want 4", d.sessions, len(d.given))
		}
		if got, want := d.kinds(Paused, Resumed), []EventKind{Paused, Resumed, Paused, Resumed}; !slices.Equal(got, want) {
			t.Errorf("events %v, want %v: a wave of failures is one", got, want)
		}
		// A second for the wave, a pause of one, a probe, a pause of two, a probe, and two
		// for the other three rows.
		if got, want := time.Since(begun), 8*time.Second; got != want {
			t.Errorf("it took %v, want %v", got, want)
		}
	})
}

// Failures of the host end the run after so many in a row; what was put back is
// not over.
func TestGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 5, 2)
		d.config.GiveUpAfter = 3
		d.answer = func(int, int) error { return unreached(transport.ScopeHost) }
		s, stopped := d.run(t.Context())
		if stopped == nil || stopped.Kind != problem.Unreachable || s.Counts.Done() != 0 || len(d.records) != 0 || len(d.done) != 0 {
			t.Errorf("stopped by %v, counts %+v, %d records, %d tasks over", stopped, s.Counts, len(d.records), len(d.done))
		}
	})
}

// What is wrong with the job ends the run at once, in the caller's words.
func TestServerError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 5, 1)
		d.answer = func(row, _ int) error {
			if row == 2 {
				return unreached(transport.ScopeJob)
			}
			return nil
		}
		_, stopped := d.run(t.Context())
		if stopped == nil || stopped.Kind != problem.AuthRefused || !strings.HasPrefix(stopped.Error(), "of the server: ") {
			t.Errorf("stopped by %v", stopped)
		}
		d.wantStates("1/1 sent final")
	})
}

// An interrupt begins no more rows, and a session in flight ends by itself within
// the grace.
func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 5, 1)
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("stop")
		d.answer = func(row, _ int) error {
			if row == 2 {
				cancel(stop)
				<-time.After(20 * time.Second)
			}
			return nil
		}
		s, stopped := d.run(ctx)
		if stopped == nil || stopped.Kind != problem.Interrupted || !errors.Is(stopped, stop) || s.Counts.Sent != 2 {
			t.Errorf("stopped by %v with %+v", stopped, s.Counts)
		}
		d.wantStates("1/1 sent final", "2/1 sent final")
		i := slices.IndexFunc(d.events, func(e Event) bool { return e.Kind == Finishing })
		if i < 0 || d.events[i].Open != 1 {
			t.Errorf("no event says that one session goes on: %+v", d.events)
		}
	})
}

// An interrupt ends the wait for a pass too.
func TestInterruptedWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 1, 1)
		d.answer = func(int, int) error { return later() }
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		s, stopped := d.run(ctx)
		if stopped == nil || stopped.Kind != problem.Interrupted || s.Counts != (Counts{Temporary: 1}) || time.Since(begun) != 10*time.Second {
			t.Errorf("stopped by %v after %v, with %+v", stopped, time.Since(begun), s.Counts)
		}
	})
}

// A Source that can't give the next task ends the run; sessions in flight finish.
func TestSourceFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 5, 2)
		d.config.Source = failingSource{d, 3}
		s, stopped := d.run(t.Context())
		if stopped == nil || stopped.Kind != problem.Internal || s.Counts != (Counts{Sent: 3}) {
			t.Errorf("stopped by %v with %+v", stopped, s.Counts)
		}
	})
}

// A failingSource gives so many tasks.
type failingSource struct {
	*drill
	after int
}

func (s failingSource) Next() (*Task, error) {
	if s.next == s.after {
		return nil, errors.New("the spool is damaged")
	}
	return s.drill.Next()
}

// A message that can't be made is a failure of its row, without a session: one
// that may pass, or for good.
func TestComposeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 3, 1)
		tries := map[int]int{}
		d.config.Composers = []Composer{composing(func(task *Task) (Message, error) {
			switch tries[task.Row]++; {
			case task.Row == 1 && tries[1] == 1:
				return Message{}, fmt.Errorf("row 1: %w", &TemporaryError{errors.New("too many open files")})
			case task.Row == 2:
				return Message{}, errors.New("the subject is empty")
			}
			return plain{}.Compose(task)
		})}
		s, stopped := d.run(t.Context())
		if stopped != nil || s.Counts != (Counts{Sent: 2, Permanent: 1}) {
			t.Errorf("stopped by %v with %+v", stopped, s.Counts)
		}
		d.wantStates("1/1 failed temporary compose", "1/2 sent final", "2/1 failed permanent compose", "3/1 sent final")
		if want := map[int]int{1: 1, 3: 1}; !maps.Equal(d.sessions, want) {
			t.Errorf("sessions by row: %v, want %v", d.sessions, want)
		}
		if got := d.records[0].Error; got != "row 1: too many open files" {
			t.Errorf("the first record says %q", got)
		}
	})
}

type composing func(*Task) (Message, error)

func (f composing) Compose(t *Task) (Message, error) { return f(t) }

// A file that changed may be put back: its row is tried again.
func TestChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		changed := errors.New("it has changed")
		d := newDrill(t, 1, 1)
		d.answer = func(_, n int) error {
			if n > 1 {
				return nil
			}
			return &transport.Error{Stage: transport.StageContent, Err: changed}
		}
		s, stopped := d.run(t.Context())
		if want := (Counts{Sent: 1}); stopped != nil || s.Counts != want {
			t.Errorf("stopped by %v with %+v, want %+v", stopped, s.Counts, want)
		}
		if d.sessions[1] != 2 {
			t.Errorf("row 1 had %d sessions, want 2", d.sessions[1])
		}
	})
}

// A row that the log has as unknown stays so, unless it is sent.
func TestUnknownStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 4, 1)
		d.config.Source = unknownSource{d}
		d.answer = func(row, n int) error {
			switch {
			case row == 1, row == 2 && n == 1:
				return later()
			case row == 3:
				return refused(transport.StageRcpt, 550, transport.Permanent)
			}
			return nil
		}
		s, stopped := d.run(t.Context())
		if want := (Counts{Sent: 2, Unknown: 2}); stopped != nil || s.Counts != want {
			t.Errorf("stopped by %v with %+v, want %+v", stopped, s.Counts, want)
		}
		if d.sessions[1] != 3 {
			t.Errorf("row 1 had %d sessions, want 3", d.sessions[1])
		}
	})
}

type unknownSource struct{ *drill }

func (s unknownSource) Next() (*Task, error) {
	t, err := s.drill.Next()
	if t != nil {
		t.Unknown = true
	}
	return t, err
}

// A fault of this program is recorded, and ends the run: before the end of the
// message may have left as a failure, after it as unknown.
func TestPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 3, 1)
		d.config.Composers = []Composer{composing(func(*Task) (Message, error) { panic("odd") })}
		s, stopped := d.run(t.Context())
		if stopped == nil || stopped.Kind != problem.Internal || !strings.Contains(stopped.Error(), "odd") || s.Counts != (Counts{Temporary: 1}) {
			t.Errorf("stopped by %v with %+v", stopped, s.Counts)
		}
		d.wantStates("1/1 failed temporary content")

		d = newDrill(t, 3, 1)
		d.config.Deliverer = delivering(func(dl transport.Delivery) {
			dl.OnMail()
			if err := dl.OnCommit(); err != nil {
				t.Error(err)
			}
			panic("odd")
		})
		s, stopped = d.run(t.Context())
		if stopped == nil || stopped.Kind != problem.Internal || s.Counts != (Counts{Unknown: 1}) {
			t.Errorf("stopped by %v with %+v", stopped, s.Counts)
		}
		d.wantStates("1/1 unknown content")
	})
}

type delivering func(transport.Delivery)

func (f delivering) Deliver(_ context.Context, dl transport.Delivery) (transport.Receipt, error) {
	f(dl)
	return transport.Receipt{}, nil
}

// When the log can't be written nothing more is sent, and the row whose record
// was lost is told.
func TestLogCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := smtptest.NewServer(smtptest.Handler{})
		defer server.Close()
		d := newDrill(t, 50, 1)
		d.full = 5
		d.config.Deliverer = &transport.Dialer{Addr: "mail.test:25", TLSMode: transport.Plaintext, DialContext: server.DialContext}
		s, stopped := d.run(t.Context())
		if stopped == nil || stopped.Kind != problem.CantWrite {
			t.Fatalf("stopped by %v, want CantWrite", stopped)
		}
		server.Wait()
		if n := len(server.Messages()); n != 6 {
			t.Errorf("%d messages were sent, want 6: five with a record, and the one whose record was lost", n)
		}
		if want := []string{"row 6 (r6@club.example)"}; !slices.Equal(s.Lost, want) || s.Counts != (Counts{Sent: 5}) {
			t.Errorf("the summary is %+v; want %q lost, and 5 sent", s, want)
		}
	})
}

// The canary's session is ended once, as the first pass begins its work.
func TestCanary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrill(t, 3, 2)
		var mu sync.Mutex // guards ended
		ended := 0
		d.config.Canary = func() {
			mu.Lock()
			defer mu.Unlock()
			ended++
		}
		if _, stopped := d.run(t.Context()); stopped != nil || ended != 1 {
			t.Errorf("stopped by %v; the canary was ended %d times", stopped, ended)
		}
	})
}
