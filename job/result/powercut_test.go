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
	"testing"
	"time"

	"mailshot/job/result"
	"mailshot/job/result/disktest"
)

var (
	powercutSeed = flag.Uint64("powercut.seed", 1, "seed of what the power cuts leave")
	powercutRuns = flag.Int("powercut.runs", 2, "what is left of each cut, so many times")
)

const logPath = "/m/job.results.csv"

// An office sends the rows of a mailing as a run does, to a server that keeps a
// ledger.
type office struct {
	disk   *disktest.Disk
	ledger map[string]int // accepted messages by key
	runs   int
	rows   int
}

// fork gives an office whose disk is another's after a power cut, or a copy
// where nothing is to be lost any more.
func (o *office) fork(rng *rand.Rand) *office {
	return &office{disk: o.disk.Restart(rng), ledger: maps.Clone(o.ledger), runs: o.runs, rows: o.rows}
}

func key(row int) string { return fmt.Sprintf("key-%d", row) }

// record is that of a row in the run that goes on. All lines have the same
// length, so that what is written over another may fit.
func (o *office) record(row, attempt int, s result.Status) *result.Record {
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
		size = 2160 // so that the journal makes room more than once
	}
	r.Reply = strings.Repeat("x", size-len(line))
	return r
}

func (o *office) run() string {
	return result.RunID("job", time.Date(2026, 11, 24, 8, 0, o.runs, 0, time.UTC), "0123abcd")
}

// send makes a run: it recovers, and sends what has not been sent, two rows
// at a time.
func (o *office) send() (err error) {
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
	for pair := range slices.Chunk(open, 2) {
		if err := o.sendPair(h, w, pair); err != nil {
			return err
		}
	}
	return nil
}

func (o *office) sendPair(h *result.History, w *result.Writer, rows []int) error {
	intents := make(map[int]*result.Intent)
	attempt := func(row int) int { return h.Fold.Of(key(row)).Attempts + 1 }
	for _, row := range rows {
		if row%5 != 0 {
			intents[row] = w.Intend(o.record(row, attempt(row), result.Unknown))
		}
	}
	for _, row := range slices.Backward(rows) {
		status := result.Sent
		switch row % 5 {
		case 0:
			if err := w.Record(o.record(row, 0, result.Skipped)); err != nil {
				return err
			}
			continue
		case 1: // refused at RCPT, so nothing waits for the journal
			status = result.Failed
		case 2: // accepted, and the reply is lost
			status = result.Unknown
		}
		if status != result.Failed {
			if err := intents[row].Durable(); err != nil {
				return err
			}
			o.ledger[key(row)]++
		}
		if err := w.Record(o.record(row, attempt(row), status)); err != nil {
			return err
		}
	}
	return nil
}

// check holds the promises about a mailing whose last run came to its end.
func (o *office) check() error {
	h := result.NewHistory(o.disk, logPath, result.ReadOptions{Name: "log"}, nil)
	if err := h.Read(); err != nil {
		return err
	}
	defer h.Fold.Free()
	// A journal may come back with the power, but it has nothing to say.
	if run, n := h.Left(); n > 0 {
		return fmt.Errorf("the journal of %s has %d intents without a record", run, n)
	}
	for row := 1; row <= o.rows; row++ {
		k := key(row)
		switch s := h.Fold.Of(k).Status; {
		case o.ledger[k] > 1:
			return fmt.Errorf("%s was accepted %d times", k, o.ledger[k])
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

// earlier is what a mailing may begin from: nothing; a log that an editor left
// without its last line end; one of an earlier run.
func earlier() map[string]func(*office) {
	log := func(o *office) string {
		b := []byte(result.Header())
		for row := 1; row <= 2; row++ {
			o.ledger[key(row)]++
			b, _ = o.record(row, 1, result.Sent).AppendLine(b)
		}
		return string(b)
	}
	return map[string]func(*office){
		"nothing":     func(*office) {},
		"a log":       func(o *office) { o.disk.Put(logPath, []byte(log(o))) },
		"no line end": func(o *office) { o.disk.Put(logPath, []byte(strings.TrimSuffix(log(o), "\n"))) },
		"stale copies": func(o *office) {
			o.disk.Put(logPath+".new", []byte("x"))
			o.disk.Put(logPath+".journal.new", []byte("x"))
		},
	}
}

// A cutter tries power cuts at every operation of a run, of the run that
// recovers, and, of what that leaves, somewhere in a third; then a last one
// goes to its end.
type cutter struct {
	skip string // the sync that does nothing, by where it is called; "" none
	seen map[string]bool
	runs int
}

// hears tells a disk which sync to leave out.
func (c *cutter) hears(o *office) {
	o.disk.SkipSync = func() bool {
		at := caller()
		c.seen[at] = true
		return at == c.skip
	}
}

// caller names the functions of package result that called a sync.
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

// cut makes a run with the power cut at the n-th operation; 0 is never.
func (c *cutter) cut(o *office, n int) error {
	c.hears(o)
	o.disk.CutAt(n)
	c.runs++
	err := o.send()
	if n > 0 && errors.Is(err, disktest.ErrPower) {
		return nil
	}
	return err
}

func (c *cutter) all(begin func(*office), rng *rand.Rand, runs int) error {
	fresh := func() *office {
		o := &office{disk: &disktest.Disk{}, ledger: make(map[string]int), rows: 6}
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

// again cuts the run after a power cut at every operation, and the third
// somewhere.
func (c *cutter) again(after *office, rng *rand.Rand) error {
	for second := 1; ; second++ {
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

// TestPowerCut holds the promises through power cuts everywhere.
func TestPowerCut(t *testing.T) {
	c := cutter{seen: make(map[string]bool)}
	for name, begin := range earlier() {
		if err := c.all(begin, rand.New(rand.NewPCG(*powercutSeed, 0)), *powercutRuns); err != nil {
			t.Errorf("seed %d, from %s: %v", *powercutSeed, name, err)
		}
	}
	t.Logf("seed %d: %d runs, of which syncs at\n\t%s", *powercutSeed, c.runs, strings.Join(slices.Sorted(maps.Keys(c.seen)), "\n\t"))
}

// TestPowerCutNeedsEverySync leaves out one sync after the other: each time a
// promise breaks.
func TestPowerCutNeedsEverySync(t *testing.T) {
	all := cutter{seen: make(map[string]bool)}
	for _, begin := range earlier() {
		if err := all.all(begin, rand.New(rand.NewPCG(*powercutSeed, 0)), 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, sync := range slices.Sorted(maps.Keys(all.seen)) {
		t.Run(strings.ReplaceAll(sync, " ", ""), func(t *testing.T) {
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
