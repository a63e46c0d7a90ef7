package quota

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/job/jobfile/when"
)

var start = time.Date(2026, time.December, 1, 10, 0, 0, 0, time.UTC)

func day(n int) []when.Rate { return []when.Rate{{Count: n, Per: 24 * time.Hour}} }

// send sends to n recipients, one after the other, as far as the ledger lets it, and returns how many.
func send(t *testing.T, l *Ledger, now time.Time, n int) (sent int, held *Held) {
	t.Helper()
	for range n {
		p, h, err := l.Reserve(now, 1)
		if err != nil {
			t.Fatal(err)
		}
		if h != nil {
			return sent, h
		}
		if err := p.Ended(now, 1); err != nil {
			t.Fatal(err)
		}
		sent++
	}
	return sent, nil
}

func used(t *testing.T, file File, now time.Time) int {
	t.Helper()
	l := New(file, "reader", day(450))
	if err := l.Read(now); err != nil {
		t.Fatal(err)
	}
	return when.Used(l.limits[0], l.Spent(), now)
}

func TestRolling(t *testing.T) {
	file := Open(t.TempDir(), "office@club.example")
	first := New(file, "a", day(450))
	if n, held := send(t, first, start, 212); n != 212 || held != nil {
		t.Fatalf("sent %d, %v", n, held)
	}
	if err := first.Rest(start); err != nil {
		t.Fatal(err)
	}
	if n := used(t, file, start); n != 212 {
		t.Errorf("%d are used; want 212", n)
	}
	later := start.Add(3 * time.Hour)
	second := New(file, "b", day(450))
	n, held := send(t, second, later, 1000)
	if n != 238 || held == nil || !held.Until.Equal(start.Add(24*time.Hour)) {
		t.Fatalf("sent %d, %+v; want 238, and more at %v", n, held, start.Add(24*time.Hour))
	}
	if err := second.Rest(later); err != nil {
		t.Fatal(err)
	}
	third := New(file, "c", day(450))
	if n, _ := send(t, third, start.Add(24*time.Hour-time.Second), 1000); n != 0 {
		t.Errorf("sent %d within 24 h; want none", n)
	}
	if n, _ := send(t, third, start.Add(24*time.Hour), 1000); n != 212 {
		t.Errorf("sent %d after 24 h; want 212", n)
	}
}

// What is reserved and not sent to is given back, and what a kill leaves counts.
func TestGivenBack(t *testing.T) {
	file := Open(t.TempDir(), "office@club.example")
	l := New(file, "a", day(256))
	p, _, err := l.Reserve(start, 3)
	if err != nil || p == nil {
		t.Fatal(p, err)
	}
	if n := used(t, file, start); n != firstBlock {
		t.Errorf("%d are used before the message ended; want %d, the block", n, firstBlock)
	}
	if err := p.Ended(start, 0); err != nil { // it was refused before its end
		t.Fatal(err)
	}
	if n, held := send(t, l, start, 256); n != 256 || held != nil {
		t.Errorf("sent %d, %+v; want all", n, held)
	}
	if err := l.Rest(start); err != nil {
		t.Fatal(err)
	}

	killed := New(file, "b", day(256))
	later := start.Add(24 * time.Hour)
	if n, _ := send(t, killed, later, 5); n != 5 {
		t.Fatalf("sent %d", n)
	}
	if n := used(t, file, later.Add(24*time.Hour)); n != firstBlock {
		t.Errorf("%d are used a day after a kill; want %d, since nobody knows when the last one went", n, firstBlock)
	}
	if n := used(t, file, later.Add(24*time.Hour+slack)); n != 0 {
		t.Errorf("%d are used for ever after a kill", n)
	}
}

// A slow run has small blocks, so that it keeps nothing from others.
func TestSlow(t *testing.T) {
	file := Open(t.TempDir(), "office@club.example")
	l := New(file, "a", day(450))
	now := start
	for range 20 {
		if n, _ := send(t, l, now, 1); n != 1 {
			t.Fatal("held")
		}
		now = now.Add(3 * time.Minute)
	}
	if n := used(t, file, now); n > 21 {
		t.Errorf("%d are used after 20 messages; want 21 at most", n)
	}
}

func TestClockSetBack(t *testing.T) {
	file := Open(t.TempDir(), "office@club.example")
	l := New(file, "a", day(450))
	send(t, l, start, 400)
	if err := l.Rest(start); err != nil {
		t.Fatal(err)
	}
	back := start.Add(-2 * time.Hour)
	again := New(file, "b", day(450))
	n, held := send(t, again, back, 100)
	if n != 50 || held == nil || !held.Ahead || !held.Until.Equal(start.Add(24*time.Hour)) {
		t.Errorf("after the clock was set back: sent %d, %+v; want 50, and more at %v", n, held, start.Add(24*time.Hour))
	}
	if err := again.Rest(back); err != nil {
		t.Fatal(err)
	}
	if n := used(t, file, start.Add(24*time.Hour-time.Second)); n != 450 {
		t.Errorf("%d are used a second before the day is over; want 450", n)
	}
}

func TestTooMany(t *testing.T) {
	l := New(Open(t.TempDir(), "a"), "a", day(10))
	if p, held, err := l.Reserve(start, 11); p != nil || held == nil || !held.Until.IsZero() || err != nil {
		t.Errorf("11 recipients of 10: %v, %+v, %v", p, held, err)
	}
}

// Full until is kept, quota or not, is tried again by Ignore, and is over once a later block was sent.
func TestFull(t *testing.T) {
	file := Open(t.TempDir(), "office@club.example")
	l := New(file, "a", nil)
	if n, held := send(t, l, start, 3); n != 3 || held != nil {
		t.Fatalf("sent %d, %+v", n, held)
	}
	until := start.Add(time.Hour)
	if err := l.SetFull(start, until, "550 5.4.5 Daily\nlimit “reached”"); err != nil {
		t.Fatal(err)
	}
	for _, l := range []*Ledger{l, New(file, "b", nil), New(file, "b", day(450))} {
		if n, held := send(t, l, start.Add(time.Minute), 1); n != 0 || held == nil || !held.Until.Equal(until) || held.Said != "550 5.4.5 Daily\nlimit “reached”" {
			t.Errorf("full: sent %d, %+v", n, held)
		}
	}
	tried := New(file, "c", nil)
	if err := tried.Read(start); err != nil {
		t.Fatal(err)
	}
	tried.Ignore()
	if n, _ := send(t, tried, start.Add(time.Minute), 2); n != 2 {
		t.Errorf("sent %d in spite of it; want 2", n)
	}
	if err := tried.Rest(start.Add(2 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	if n, _ := send(t, New(file, "d", nil), start.Add(3*time.Minute), 1); n != 1 {
		t.Error("it is full although messages were taken since")
	}
	if n := used(t, file, start.Add(3*time.Minute)); n < 3 {
		t.Errorf("%d are used; a job without a quota counts where there is a ledger", n)
	}
}

func TestNothingIsMade(t *testing.T) {
	dir := t.TempDir()
	send(t, New(Open(filepath.Join(dir, "state"), "a"), "a", nil), start, 100)
	if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
		t.Errorf("without a quota there are %v, %v", names, err)
	}
}

func TestPath(t *testing.T) {
	if a, b := Path("d", "Office@Club.example@smtp"), Path("d", "office@club.example@smtp"); a != b {
		t.Errorf("%s and %s are two", a, b)
	}
	a, b := Path("d", "a/../b"), Path("d", "a/___b")
	if a == b || filepath.Dir(a) != filepath.Join("d", "quota") {
		t.Errorf("%s and %s", a, b)
	}
	if p := Path("d", strings.Repeat("ü", 300)); len(filepath.Base(p)) > 120 {
		t.Errorf("%s is too long", p)
	}
}

// A disk keeps a ledger in memory, and what of it is durable.
type disk struct {
	rnd     *rand.Rand
	data    []byte
	durable int
	faults  bool
	dead    bool // the process was killed: nothing more is written
}

var errFault = fmt.Errorf("fault")

func (d *disk) Lock() (func() error, error) { return func() error { return nil }, nil }

func (d *disk) ReadFrom(offset int64) ([]byte, error) {
	return append([]byte(nil), d.data[min(int(offset), len(d.data)):]...), nil
}

// Append fails at times, and then has written a part or all of it.
func (d *disk) Append(lines []byte, durable bool) error {
	if d.dead || d.faults && d.rnd.IntN(40) == 0 {
		if !d.dead {
			d.data = append(d.data, lines[:d.rnd.IntN(len(lines)+1)]...)
		}
		d.dead = true // a run stops at that
		return errFault
	}
	d.data = append(d.data, lines...)
	if durable {
		d.durable = len(d.data)
	}
	return nil
}

// cut cuts the power: what is not durable is there in part, or as zeros.
func (d *disk) cut() {
	kept := d.durable + d.rnd.IntN(len(d.data)-d.durable+1)
	d.data = d.data[:kept]
	for i := d.durable; i < kept && d.rnd.IntN(4) == 0; i++ {
		d.data[i] = 0
	}
	d.durable = len(d.data)
}

// Jobs of one account run at once, and are killed, lose power or meet a full disk at any moment: never does
// the server count more recipients in a time than the quota has.
func TestNeverTooMany(t *testing.T) {
	t.Parallel()
	limits := []when.Rate{{Count: 100, Per: 2 * time.Hour}, {Count: 300, Per: 24 * time.Hour}}
	kills, sentInAll := 0, 0
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 14))
		d := &disk{rnd: rnd, faults: seed%3 == 0}
		var (
			counted []when.Spend // by the server
			now     = start
			back    time.Duration // by which the clock was set back
			jobs    [2]*Ledger
			flying  [2][]*Permit
			size    [2][]int
		)
		for step := range 4000 {
			i := rnd.IntN(2)
			if jobs[i] == nil {
				d.dead = false
				jobs[i] = New(d, fmt.Sprintf("%d.%d", step, i), limits)
			}
			clock := now.Add(-back)
			die := func() { jobs[i], flying[i], size[i] = nil, nil, nil; kills++ }
			switch k := rnd.IntN(100); {
			case k < 45:
				n := 1 + rnd.IntN(3)
				p, _, err := jobs[i].Reserve(clock, n)
				if err != nil {
					die()
				} else if p != nil {
					flying[i], size[i] = append(flying[i], p), append(size[i], n)
				}
			case k < 92 && len(flying[i]) > 0:
				p, n := flying[i][0], size[i][0]
				flying[i], size[i] = flying[i][1:], size[i][1:]
				reached := rnd.IntN(3) > 0
				if reached {
					counted = append(counted, when.Spend{At: now, N: n})
					sentInAll += n
				} else {
					n = 0
				}
				if reached && rnd.IntN(200) == 0 { // killed between the reply and the end
					die()
				} else if p.Ended(clock, n) != nil {
					die()
				}
			case k < 94:
				if jobs[i].Rest(clock) != nil {
					die()
				}
			case k == 94 && rnd.IntN(4) == 0:
				die()
			case k == 95 && rnd.IntN(8) == 0:
				d.cut()
				jobs, flying, size = [2]*Ledger{}, [2][]*Permit{}, [2][]int{}
				kills++
			case k == 96 && rnd.IntN(20) == 0:
				back += time.Duration(rnd.IntN(100)) * time.Minute
			default:
				now = now.Add(time.Duration(rnd.IntN(200)) * time.Second)
			}
			for _, q := range limits {
				if n := when.Used(q, counted, now); n > q.Count {
					t.Fatalf("seed %d, step %d: the server counts %d in %s", seed, step, n, q)
				}
			}
		}
	}
	t.Logf("%d kills, %d recipients", kills, sentInAll)
	if kills < 200 || sentInAll < 5_000 {
		t.Errorf("%d kills, %d recipients: that says little", kills, sentInAll)
	}
}

// Two jobs at once on one file of the system's.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	file := Open(t.TempDir(), "office@club.example")
	done := make(chan int)
	for i := range 2 {
		go func() {
			l, sent := New(file, fmt.Sprint(i), day(300)), 0
			for range 300 {
				p, held, err := l.Reserve(start, 1)
				if err != nil {
					t.Error(err)
				}
				if p == nil || held != nil {
					break
				}
				if err := p.Ended(start, 1); err != nil {
					t.Error(err)
				}
				sent++
			}
			if err := l.Rest(start); err != nil {
				t.Error(err)
			}
			done <- sent
		}()
	}
	if n := <-done + <-done; n > 300 || n < 300-mostBlock {
		t.Errorf("both sent to %d; want 300 at most, and all but a block", n)
	}
	if n := used(t, file, start); n > 300 {
		t.Errorf("%d are used", n)
	}
}
