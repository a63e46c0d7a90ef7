package job

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"

	"mailshot/job/private"
	"mailshot/job/problem"
	"mailshot/job/result"
	"mailshot/job/result/disktest"
	"mailshot/transport/smtptest"
)

var (
	powercutSeed = flag.Uint64("powercut.seed", 1, "seed of what the power cuts leave")
	powercutRuns = flag.Int("powercut.runs", 1, "what is left of each cut, so many times")
)

// A powered is a world whose results log is on a disk that can lose power.
type powered struct {
	*world
	rng  *rand.Rand
	disk *disktest.Disk
	log  string
}

// dropping returns a server that refuses some recipients for a time, some for
// good, and of some loses the reply to a message that it took.
func dropping() smtptest.Handler {
	var mu sync.Mutex // guards tries
	tries := make(map[string]int)
	return smtptest.Handler{
		Rcpt: func(to string) smtptest.Reply {
			mu.Lock()
			defer mu.Unlock()
			tries[to]++
			switch to {
			case "r2@club.example":
				if tries[to]%2 == 1 {
					return smtptest.Say(450, "4.2.0 later")
				}
			case "r3@club.example":
				return smtptest.Say(550, "5.1.1 nobody")
			}
			return smtptest.Reply{}
		},
		Final: func(m smtptest.Message) smtptest.Reply {
			if m.To[0] == "r4@club.example" {
				return smtptest.Silent(smtptest.Close)
			}
			return smtptest.Reply{}
		},
	}
}

// once runs or reruns with the power cut at the n-th operation on the disk, 0
// for never.
func (p *powered) once(n int) error {
	p.disk.CutAt(n)
	p.env.Files = p.disk
	for _, rerun := range []bool{false, true} {
		p.options.Rerun = rerun
		_, err := Run(context.Background(), p.options, p.env)
		p.server.Wait()
		var je *problem.Error
		if !rerun && errors.As(err, &je) && je.Kind == problem.Exists && !errors.Is(err, disktest.ErrPower) {
			continue // it has begun
		}
		if n > 0 && errors.Is(err, disktest.ErrPower) {
			err = nil
		}
		return err
	}
	return nil
}

func (p *powered) restart() { p.disk = p.disk.Restart(p.rng) }

// check holds the promises against what the server has.
func (p *powered) check(rows int) error {
	accepted := make(map[string]int)
	for _, m := range p.server.Messages() {
		accepted[m.To[0]]++
	}
	h := result.NewHistory(p.disk, p.log, result.ReadOptions{}, nil)
	if err := h.Read(); err != nil {
		return err
	}
	defer h.Fold.Free()
	for i := 1; i <= rows; i++ {
		k := fmt.Sprintf("r%d@club.example", i)
		switch s := h.Fold.Of(k).Status; {
		case accepted[k] > 1:
			return fmt.Errorf("%s was accepted %d times", k, accepted[k])
		case s == result.Sent && accepted[k] == 0:
			return fmt.Errorf("%s is sent, and was not accepted", k)
		case accepted[k] > 0 && s != result.Sent && s != result.Unknown:
			return fmt.Errorf("%s was accepted, and is %q", k, s)
		case s == "":
			return fmt.Errorf("%s has no state", k)
		}
	}
	return nil
}

// The power is cut at every operation of a run, then somewhere in the run that
// recovers, and again; then a run goes to its end.
func TestPowerCut(t *testing.T) {
	const rows = 6
	for first, whole := 1, false; !whole; first++ {
		for n := range *powercutRuns {
			seed := *powercutSeed + uint64(n)
			t.Run(fmt.Sprintf("cut=%d/seed=%d", first, seed), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					p := &powered{world: newWorld(t, rows, fmt.Sprintf("workers: 3, per_session: %d, retry: {attempts: 2, wait: 0s, max_wait: 0s}", 1+first%2*4), dropping()), disk: &disktest.Disk{}}
					p.rng = rand.New(rand.NewPCG(seed, uint64(first)))
					log, err := private.Resolve(filepath.Join(p.dir, "job.results.csv"))
					if err != nil {
						t.Fatal(err)
					}
					p.log = log
					if err := p.once(first); err != nil {
						t.Fatal(err)
					}
					whole = p.disk.Ops() < first
					for _, cut := range []int{1 + p.rng.IntN(10), 1 + p.rng.IntN(30), 0} {
						p.restart()
						if err := p.once(cut); err != nil {
							t.Fatalf("cut again at %d: %v", cut, err)
						}
					}
					if err := p.check(rows); err != nil {
						t.Error(err)
					}
				})
			})
		}
	}
}
