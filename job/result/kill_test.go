package result_test

import (
	"errors"
	"fmt"
	"testing"

	"mailshot/job/result"
	"mailshot/job/result/disktest"
)

// kill performs a run that is killed at the n-th operation on the disk, and returns the mailer as
// the next process finds it.
func (o *mailer) kill(n int) (*mailer, error) {
	o.disk.CutAt(n)
	err := o.send()
	if n > 0 && (errors.Is(err, disktest.ErrPower) || errors.Is(err, disktest.ErrFault)) {
		err = nil
	}
	return o.with(o.disk.Killed()), err
}

// states returns those of the rows, as one who only reads finds them.
func (o *mailer) states() (map[int]result.Status, error) {
	h := result.NewHistory(o.disk, logPath, result.ReadOptions{Name: "log"}, nil)
	defer h.Fold.Free()
	states := make(map[int]result.Status)
	err := h.Read()
	for row := 1; row <= o.rows; row++ {
		states[row] = h.Fold.Of(key(row)).Status
	}
	return states, err
}

// A process is killed at every operation, and the next run as well. Nobody has two messages. If
// the marks are as they were left, no row is unknown but those whose message may have been taken;
// if anything has happened to them, those are unknown that were armed.
func TestKill(t *testing.T) {
	t.Parallel()
	const whole disktest.Harm = -1
	for name, tt := range map[string]struct {
		before, after disktest.Harm
	}{
		"whole":    {whole, whole},
		"no place": {disktest.NoPlace, whole},
		"full":     {disktest.Full, whole},
		"fault":    {disktest.Fault, whole},
		"lost":     {whole, disktest.Lost},
		"short":    {whole, disktest.Short},
		"torn":     {whole, disktest.Torn},
		"foreign":  {whole, disktest.Foreign},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := killing{before: tt.before, after: tt.after}
			for n, over := 1, false; !over; n++ {
				var err error
				if over, err = k.at(n); err != nil {
					t.Fatalf("killed at %d: %v", n, err)
				}
			}
			sure := tt.before == whole && tt.after == whole
			if tt.before == disktest.Fault { // then nothing is sent
				if k.unknown > 0 || k.taken > 0 {
					t.Errorf("%d rows were unknown, %d taken; want none", k.unknown, k.taken)
				}
			} else if k.taken == 0 || k.unknown == 0 || sure != (k.spared == 0) {
				t.Errorf("%d rows were unknown, %d of them for nothing, %d taken", k.unknown, k.spared, k.taken)
			}
		})
	}
}

// recovers recovers a copy of the log, after which there are no marks.
func (o *mailer) recovers() error {
	d := o.disk.Killed()
	h := result.NewHistory(d, logPath, result.ReadOptions{Name: "log"}, nil)
	defer h.Fold.Free()
	if err := h.Read(); err != nil {
		return err
	}
	run, _ := h.Left()
	if err := h.Recover(); err != nil {
		return err
	}
	if run != "" && d.Marked() {
		return errors.New("the marks of a run are left after its recovery")
	}
	return nil
}

// A killing is what TestKill does with one kind of harm.
type killing struct {
	before, after disktest.Harm // of a run; negative: none
	taken         int           // messages
	unknown       int           // rows that were unknown after a kill
	spared        int           // of those, the ones whose message was not taken
}

// at kills a run at its n-th operation, and then the next one at every tenth, and reports whether
// the first had ended before.
func (k *killing) at(n int) (over bool, err error) {
	o := newMailer(6)
	if k.before >= 0 {
		o.disk.Harm(k.before)
	}
	after, err := o.kill(n)
	if err != nil {
		return false, err
	}
	over = o.disk.Ops() < n
	if k.after >= 0 {
		after.disk.Harm(k.after)
	}
	states, err := after.states()
	if err != nil {
		return false, err
	}
	for row, s := range states {
		k.taken += after.ledger[key(row)]
		switch {
		case after.ledger[key(row)] > 0 && s != result.Sent && s != result.Unknown:
			return false, fmt.Errorf("row %d was taken, and is %q", row, s)
		case s == result.Unknown && after.ledger[key(row)] == 0:
			k.spared++
			k.unknown++
		case s == result.Unknown:
			k.unknown++
		}
	}
	if err := after.recovers(); err != nil {
		return false, err
	}
	for m := 1 + n%10; ; m += 10 {
		next := after.with(after.disk.Killed())
		last, err := next.kill(m)
		if err == nil {
			err = last.send()
		}
		if err == nil {
			err = last.check()
		}
		if err == nil && last.disk.Marked() {
			err = errors.New("the marks of a run that ended are left")
		}
		if err != nil {
			return false, fmt.Errorf("and then at %d: %w", m, err)
		}
		if next.disk.Ops() < m {
			return over, nil
		}
	}
}
