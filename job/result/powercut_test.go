package result_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mailshot/job/result"
	"mailshot/job/result/disktest"
)

var (
	powercutSeed = flag.Uint64("powercut.seed", 1, "seed of what the power cuts leave")
	powercutRuns = flag.Int("powercut.runs", 1, "how many contents of the disk are tried for each cut")
	powercutAll  = flag.Bool("powercut.all", false, "cut the recovering run at every operation, not at a tenth of them, and files at every octet, not at a seventh")
)

const logPath = "/m/job.results.csv"

// A mailer sends the rows of a mailing as a run does, and counts what the server
// accepts.
type mailer struct {
	disk   *disktest.Disk
	ledger map[string]int  // accepted messages by key
	armed  map[string]bool // keys that a run meant to send
	synced map[string]bool // keys whose record says sent, and was synced
	runs   int
	rows   int
}

// fork returns a mailer whose disk is that of o after a power cut.
func (o *mailer) fork(rng *rand.Rand) *mailer {
	return o.with(o.disk.Restart(rng))
}

// with returns a copy of the mailer with another disk.
func (o *mailer) with(d *disktest.Disk) *mailer {
	return &mailer{disk: d, ledger: maps.Clone(o.ledger), armed: maps.Clone(o.armed), synced: maps.Clone(o.synced), runs: o.runs, rows: o.rows}
}

func newMailer(rows int) *mailer {
	return &mailer{disk: &disktest.Disk{}, ledger: make(map[string]int), armed: make(map[string]bool), synced: make(map[string]bool), rows: rows}
}

func key(row int) string { return fmt.Sprintf("key-%d", row) }

// record returns the record of a row in the current run. All lines have one of two
// lengths, so that one line may end up exactly in the place of another.
func (o *mailer) record(row, attempt int, s result.Status) *result.Record {
	r := &result.Record{
		Time: time.Date(2026, 11, 24, 8, 0, o.runs, attempt*1e6, time.UTC), Run: o.run(),
		Row: row, Line: row + 1, Key: key(row), Recipient: key(row) + "@club.example", Attempt: attempt, Status: s, Stage: "final",
	}
	if s == result.Failed {
		r.Class = result.Temporary
	}
	if s == result.Skipped {
		r.Error = "left out"
	}
	line, err := r.AppendLine(nil)
	if err != nil {
		panic(err)
	}
	size := 160
	if row%2 == 0 {
		size = 2160 // so that the journal preallocates more than once
	}
	r.Reply = strings.Repeat("x", size-len(line))
	return r
}

func (o *mailer) run() string {
	return result.RunID("job", time.Date(2026, 11, 24, 8, 0, o.runs, 0, time.UTC), "0123abcd")
}

// send performs a run: it recovers, and sends to the rows that are neither sent nor
// unknown, two at a time.
func (o *mailer) send() (err error) {
	o.runs++
	h := result.NewHistory(o.disk, logPath, result.ReadOptions{Name: "log"}, nil)
	if err := h.Read(); err != nil {
		l, _ := o.disk.Get(logPath)
		j, _ := o.disk.Get(logPath + ".journal")
		return fmt.Errorf("reading: %w\nthe log: %q\nits journal: %q", err, l, j)
	}
	defer h.Fold.Free()
	if err := h.Recover(); err != nil {
		return fmt.Errorf("recovering: %w", err)
	}
	w, err := h.Begin(o.run())
	if err != nil {
		return fmt.Errorf("beginning: %w", err)
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	var open []int
	for row := 1; row <= o.rows; row++ {
		switch s := h.Fold.Of(key(row)); s.Status {
		case result.Sent, result.Unknown:
		default:
			open = append(open, row)
		}
	}
	r := sending{mailer: o, history: h, log: w, intents: make(map[int]*result.Intent)}
	for from := 0; from < len(open); from += 2 {
		r.arm(open[from:min(from+4, len(open))]) // those of this pair and of the next
		if err := r.pair(open[from:min(from+2, len(open))]); err != nil {
			return err
		}
		if from == 0 {
			if err := r.sync(); err != nil {
				return err
			}
		}
	}
	return nil
}

// A sending is a run while it goes on.
type sending struct {
	*mailer
	history *result.History
	log     *result.Writer
	intents map[int]*result.Intent
	written []int // rows with a record that says sent
}

func (r *sending) attempt(row int) int { return r.history.Fold.Of(key(row)).Attempts + 1 }

// arm arms rows, but for those that are left out.
func (r *sending) arm(rows []int) {
	for _, row := range rows {
		if row%5 != 0 && r.intents[row] == nil {
			r.intents[row] = r.log.Arm(r.record(row, r.attempt(row), result.Unknown))
			r.armed[key(row)] = true
		}
	}
}

// sync notes of which rows a power cut must not take the record.
func (r *sending) sync() error {
	if err := r.log.Sync(); err != nil {
		return err
	}
	for _, row := range r.written {
		r.synced[key(row)] = true
	}
	return nil
}

func (r *sending) pair(rows []int) error {
	for _, row := range slices.Backward(rows) {
		status := result.Sent
		switch row % 5 {
		case 0:
			if err := r.log.Record(r.record(row, 0, result.Skipped)); err != nil {
				return err
			}
			continue
		case 1: // refused at RCPT, so nothing waits for the journal
			status = result.Failed
		case 2: // accepted, and the reply is lost
			status = result.Unknown
		case 4: // put back for the server's limit, and tried again as the same attempt
			if err := r.intents[row].Begin(); err != nil {
				return err
			}
			r.intents[row].Disarm()
			r.intents[row] = nil
			r.arm([]int{row})
		}
		if status != result.Failed {
			if err := r.intents[row].Begin(); err != nil {
				return err
			}
			r.ledger[key(row)]++
		}
		if err := r.log.Record(r.record(row, r.attempt(row), status)); err != nil {
			return err
		}
		if status == result.Sent {
			r.written = append(r.written, row)
		}
	}
	return nil
}

// check returns an error if a promise is broken, for a mailing whose last run ended.
func (o *mailer) check() error {
	h := result.NewHistory(o.disk, logPath, result.ReadOptions{Name: "log"}, nil)
	if err := h.Read(); err != nil {
		return err
	}
	defer h.Fold.Free()
	// A removed journal may be there again, but without pending intents.
	if run, n := h.Left(); n > 0 {
		return fmt.Errorf("the journal of %s has %d intents without a record", run, n)
	}
	for row := 1; row <= o.rows; row++ {
		k := key(row)
		switch s := h.Fold.Of(k).Status; {
		case o.ledger[k] > 1:
			return fmt.Errorf("%s was accepted %d times", k, o.ledger[k])
		case o.synced[k] && s != result.Sent:
			return fmt.Errorf("%s was sent, and its record synced, and is %q", k, s)
		case s == result.Unknown && o.ledger[k] == 0 && !o.armed[k]:
			return fmt.Errorf("%s is unknown, and no run meant to send it", k)
		case s == result.Sent && o.ledger[k] == 0:
			return fmt.Errorf("%s is sent, and was not accepted", k)
		case o.ledger[k] > 0 && s != result.Sent && s != result.Unknown:
			return fmt.Errorf("%s was accepted, and is %q", k, s)
		case s == "":
			return fmt.Errorf("%s has no state", k)
		}
	}
	return nil
}

// earlier returns what a mailing may begin with.
func earlier() map[string]func(*mailer) {
	log := func(o *mailer) string {
		b := []byte(result.Header())
		for row := 1; row <= 2; row++ {
			o.ledger[key(row)]++
			b, _ = o.record(row, 1, result.Sent).AppendLine(b)
		}
		return string(b)
	}
	return map[string]func(*mailer){
		"nothing":     func(*mailer) {},
		"a log":       func(o *mailer) { o.disk.Put(logPath, []byte(log(o))) },
		"no line end": func(o *mailer) { o.disk.Put(logPath, []byte(strings.TrimSuffix(log(o), "\n"))) },
		"stale copies": func(o *mailer) {
			o.disk.Put(logPath+".new", []byte("x"))
			o.disk.Put(logPath+".journal.new", []byte("x"))
		},
	}
}

// A cutter cuts the power at every operation of a run; then at a tenth of the
// operations, or with -powercut.all at every one, of the run that recovers; then
// somewhere in a third; then a last one ends by itself. It is not safe for
// concurrent use.
type cutter struct {
	skip string // the sync that is left out, as caller names it; "" for none
	runs int

	mu   sync.Mutex      // guards seen
	seen map[string]bool // the syncs that were called
}

// watch notes the syncs of a disk, and leaves out the one to skip.
func (c *cutter) watch(o *mailer) {
	o.disk.SkipSync = func() bool {
		at := caller()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.seen[at] = true
		return at == c.skip
	}
}

// caller returns the names of the functions of package result that called a sync.
func caller() string {
	var names []string
	pc := make([]uintptr, 20)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	for {
		f, more := frames.Next()
		if name, ok := strings.CutPrefix(f.Function, "mailshot/job/result."); ok {
			names = append(names, strings.NewReplacer("(", "", ")", "", "*", "").Replace(name))
		}
		if !more {
			return strings.Join(names, " < ")
		}
	}
}

// cut performs a run with the power cut at the n-th operation; 0 means never.
func (c *cutter) cut(o *mailer, n int) error {
	c.watch(o)
	o.disk.CutAt(n)
	c.runs++
	err := o.send()
	if n > 0 && errors.Is(err, disktest.ErrPower) {
		return nil
	}
	return err
}

func (c *cutter) all(begin func(*mailer), rng *rand.Rand, runs int) error {
	fresh := func() *mailer {
		o := newMailer(6)
		begin(o)
		return o
	}
	for first := 1; ; first++ {
		whole := true
		for range runs {
			o := fresh()
			if err := c.cut(o, first); err != nil {
				return fmt.Errorf("cut at %d: %w", first, err)
			}
			whole = o.disk.Ops() < first
			if err := c.again(o.fork(rng), rng); err != nil {
				return fmt.Errorf("cut at %d, then %w", first, err)
			}
		}
		if whole {
			return nil
		}
	}
}

// again cuts the run after a power cut, and then the third somewhere.
func (c *cutter) again(after *mailer, rng *rand.Rand) error {
	second, step := 1, 1
	if !*powercutAll {
		step = 10
		second += rng.IntN(step)
	}
	for ; ; second += step {
		o := after.fork(rng)
		if err := c.cut(o, second); err != nil {
			return fmt.Errorf("at %d: %w", second, err)
		}
		whole := o.disk.Ops() < second
		third := 1 + rng.IntN(second+6)
		o = o.fork(rng)
		if err := c.cut(o, third); err != nil {
			return fmt.Errorf("at %d, then at %d: %w", second, third, err)
		}
		o = o.fork(rng)
		if err := errors.Join(c.cut(o, 0), o.check()); err != nil {
			return fmt.Errorf("at %d, then at %d, then whole: %w", second, third, err)
		}
		if o = o.fork(rng); o.check() != nil {
			return fmt.Errorf("at %d, then at %d, then whole, then off: %w", second, third, o.check())
		}
		if whole {
			return nil
		}
	}
}

// TestPowerCut checks the promises after power cuts everywhere.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	for name, begin := range earlier() {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			c := cutter{seen: make(map[string]bool)}
			if err := c.all(begin, rand.New(rand.NewPCG(*powercutSeed, 0)), *powercutRuns); err != nil {
				t.Errorf("seed %d: %v", *powercutSeed, err)
			}
			t.Logf("seed %d: %d runs", *powercutSeed, c.runs)
		})
	}
}

// TestPowerCutNeedsEverySync leaves out one sync at a time: each time a promise is
// broken. That takes many runs, which are only made with -powercut.all.
func TestPowerCutNeedsEverySync(t *testing.T) {
	t.Parallel()
	if !*powercutAll {
		t.Skip("it is about the test beside it, and made with -powercut.all")
	}
	all := cutter{seen: make(map[string]bool)}
	for _, begin := range earlier() {
		if err := all.all(begin, rand.New(rand.NewPCG(*powercutSeed, 0)), 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, sync := range slices.Sorted(maps.Keys(all.seen)) {
		t.Run(strings.ReplaceAll(sync, " ", ""), func(t *testing.T) {
			t.Parallel()
			c := cutter{seen: make(map[string]bool), skip: sync}
			for seed := range uint64(20) {
				for name, begin := range earlier() {
					if err := c.all(begin, rand.New(rand.NewPCG(*powercutSeed+seed, 0)), 2); err != nil {
						t.Logf("after %d runs, from %s: %v", c.runs, name, err)
						return
					}
				}
			}
			t.Errorf("%d runs without the sync at %s, and nothing was lost", c.runs, sync)
		})
	}
}
