package fleet_test

import (
	"context"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/fleet"
	"mailshot/job/fleet/state"
	"mailshot/job/result"
	"mailshot/transport"
)

// A list is a Source of rows, and a Composer of their messages.
type list struct{ next, rows int }

func (l *list) Next() (*delivery.Task, error) {
	if l.next == l.rows {
		return nil, io.EOF
	}
	l.next++
	key := fmt.Sprint(l.next)
	return &delivery.Task{Row: l.next, Line: l.next + 1, Key: key, Recipient: key + "@club.example", Attempt: 1, MessageID: "<" + key + "@x>"}, nil
}

func (l *list) Done(*delivery.Task)            {}
func (l *list) NextPass(int, []delivery.Retry) {}

func (l *list) Compose(t *delivery.Task) (m delivery.Message, err error) {
	m.Content, err = transport.NewMessage(transport.Segment{Data: []byte("Subject: " + t.Key + "\r\n\r\nHello\r\n")})
	m.Envelope.From = transport.Mailbox{Local: "office", Domain: "club.example"}
	m.Envelope.To = []transport.Mailbox{{Local: t.Key, Domain: "club.example"}}
	return m, err
}

// A book is a Recorder.
type book struct {
	mu      sync.Mutex
	records map[int][]result.Record
	begun   map[int]bool
}

func (b *book) Arm(r *result.Record) delivery.Intent { return &mark{b, r.Row} }
func (b *book) Marked() bool                         { return true }
func (b *book) Sync() error                          { return nil }

func (b *book) Record(recs ...*result.Record) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range recs {
		b.records[r.Row] = append(b.records[r.Row], *r)
	}
	return nil
}

type mark struct {
	b   *book
	row int
}

func (m *mark) set(begun bool) {
	m.b.mu.Lock()
	defer m.b.mu.Unlock()
	m.b.begun[m.row] = begun
}

func (m *mark) Begin() error { m.set(true); return nil }
func (m *mark) Disarm()      { m.set(false) }

// A post counts what it gets.
type post struct {
	mu     sync.Mutex
	copies map[string]int
	early  []string // rows whose messages came without a mark
	book   *book
	reply  func(to string) int // a code; 0 is 250
	worst  int                 // refusals in one session
	every  chan struct{}       // gets something after fifteen messages; nil: it does not
}

// A call is a session with it.
type call struct {
	*post
	n       int
	refused int
}

func (p *post) open(context.Context) (fleet.Session, error) { return &call{post: p}, nil }

func (c *call) Usable() bool   { return true }
func (c *call) Delivered() int { return c.n }
func (c *call) Close() error   { return nil }

func (c *call) Deliver(_ context.Context, dl transport.Delivery) (r transport.Receipt, err error) {
	dl.OnMail()
	to := dl.Envelope.To[0].Local
	if c.reply != nil {
		if code := c.reply(to); code != 0 {
			c.mu.Lock()
			c.refused++
			c.worst = max(c.worst, c.refused)
			c.mu.Unlock()
			return r, &transport.Error{Stage: transport.StageRcpt, Class: transport.Permanent, Reply: &transport.Reply{Code: code, Enhanced: "5.1.1", Lines: []string{"no such user"}}}
		}
	}
	if err := dl.OnCommit(); err != nil {
		return r, &transport.Error{Stage: transport.StageContent, Err: err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.copies[to]++
	c.n++
	if len(c.copies)%15 == 0 {
		select {
		case c.every <- struct{}{}:
		default:
		}
	}
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	var row int
	_, _ = fmt.Sscan(to, &row)
	if !c.book.begun[row] {
		c.early = append(c.early, to)
	}
	r.Reply = transport.Reply{Code: 250, Lines: []string{"ok"}}
	return r, nil
}

// A field has a run, a server and workers.
type field struct {
	*testing.T
	wire *wire
	book *book
	post *post
}

func newField(t *testing.T, percent int) *field {
	b := &book{records: map[int][]result.Record{}, begun: map[int]bool{}}
	return &field{t, &wire{percent: percent}, b, &post{copies: map[string]int{}, book: b}}
}

// work starts a worker, and returns what ends it.
func (f *field) work(dir, name string) (end func() error) {
	st, err := state.Open(state.OS{}, dir, name)
	if err != nil {
		f.Fatal(err)
	}
	ctx, cancel := context.WithCancel(f.Context())
	w := fleet.Worker{
		Bus: f.wire, State: st, Name: name, Server: fleet.Server("mail.club.example", "office"), Sessions: 4,
		Open: f.post.open, Elapsed: fleet.Elapsed, Grace: time.Second,
	}
	done := make(chan error, 1)
	go func() { done <- w.Work(ctx) }()
	return func() error {
		cancel()
		err := <-done
		_ = st.Close()
		return err
	}
}

// send makes a run over so many rows.
func (f *field) send(ctx context.Context, rows int) delivery.Summary {
	c, err := fleet.Start(fleet.Config{
		Bus: f.wire, Run: "run-1", Server: fleet.Server("mail.club.example", "office"), PerSession: 10, Recorder: f.book, Now: time.Now,
	})
	if err != nil {
		f.Fatal(err)
	}
	defer context.AfterFunc(ctx, c.Drain)()
	src := &list{rows: rows}
	cfg := delivery.Config{
		Run: "run-1", Total: rows, Source: src, Deliverer: c, Recorder: c.Wrapped(), Retry: delivery.Retries{Attempts: 1}, Grace: 2 * time.Second,
		Begun: time.Now(), Now: time.Now,
	}
	for range 12 {
		cfg.Composers = append(cfg.Composers, src)
	}
	sum, stopped := delivery.Run(ctx, cfg)
	if stopped != nil && ctx.Err() == nil {
		f.Errorf("it stopped: %v", stopped)
	}
	c.Close(f.Context())
	return sum
}

func (f *field) check() {
	f.post.mu.Lock()
	defer f.post.mu.Unlock()
	for to, n := range f.post.copies {
		if n != 1 {
			f.Errorf("%s got %d copies", to, n)
		}
	}
	if len(f.post.early) > 0 {
		f.Errorf("these were sent without a mark: %v", f.post.early)
	}
}

func TestThreeWorkers(t *testing.T) {
	t.Parallel()
	for _, percent := range []int{0, 2} {
		t.Run(fmt.Sprint(percent), func(t *testing.T) {
			t.Parallel()
			f := newField(t, percent)
			f.post.reply = func(to string) int {
				if to == "7" {
					return 550
				}
				return 0
			}
			for _, name := range []string{"a", "b", "c"} {
				end := f.work(t.TempDir(), name)
				defer func() {
					if err := end(); err != nil {
						t.Error(err)
					}
				}()
			}
			sum := f.send(t.Context(), 150)
			f.check()
			if sum.Counts.Sent != 149 || sum.Counts.Permanent != 1 || len(f.post.copies) != 149 {
				t.Errorf("%+v, and the server has %d", sum.Counts, len(f.post.copies))
			}
			if r := f.book.records[7]; len(r) != 1 || r[0].Code != 550 || r[0].Enhanced != "5.1.1" || r[0].Stage != "rcpt" {
				t.Errorf("row 7: %+v", r)
			}
		})
	}
}

// TestInterrupted ends a run that no worker came to: all rows are as if they had not been tried.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	sum := f.send(ctx, 40)
	if sum.Counts.Done() != 0 || len(f.book.records) != 0 {
		t.Errorf("%+v, records %v", sum.Counts, f.book.records)
	}
	for row, begun := range f.book.begun {
		if begun {
			t.Errorf("row %d is marked as begun", row)
		}
	}
}

// TestWorkersComeAndGo ends each worker in the midst of the run, and starts it again.
func TestWorkersComeAndGo(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	f.post.every = make(chan struct{}, 1)
	dirs := []string{t.TempDir(), t.TempDir()}
	done := make(chan struct{})
	var all sync.WaitGroup
	for i, dir := range dirs {
		all.Go(func() {
			for over := false; !over; {
				end := f.work(dir, fmt.Sprint(i))
				select {
				case <-f.post.every:
				case <-done:
					over = true
				}
				if err := end(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sum := f.send(t.Context(), 60)
	close(done)
	all.Wait()
	f.check()
	if sum.Counts.Sent != 60 || len(f.post.copies) != 60 {
		t.Errorf("%+v, and the server has %d", sum.Counts, len(f.post.copies))
	}
}

// TestRefusals holds that a session of a worker is closed at its fifth refusal, too.
func TestRefusals(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	f.post.reply = func(string) int { return 550 }
	end := f.work(t.TempDir(), "a")
	sum := f.send(t.Context(), 60)
	if err := end(); err != nil {
		t.Error(err)
	}
	if sum.Counts.Permanent != 60 || f.post.worst != 5 {
		t.Errorf("%+v, and a session had %d refusals; want 5", sum.Counts, f.post.worst)
	}
}
