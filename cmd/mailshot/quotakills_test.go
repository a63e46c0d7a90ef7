package main

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mailshot/job/delivery/quota"
	"mailshot/job/jobfile/when"
	"mailshot/transport/smtptest"
)

var (
	quotaKills = flag.Int("quota.kills", 4, "how often the test of quotas kills mailshot")
	quotaSeed  = flag.Uint64("quota.seed", 0, "what its choices come from; 0 is a new one")
)

// Sizes of a round of the test: two jobs of one account, from their first run to their end.
const (
	quotaRows   = 250 // of each job
	quotaCount  = 200 // which both jobs have more rows than
	quotaDeaths = 4   // kills in a round; a kill leaves a block or two counted
	quotaWaits  = 2   // the same where runs wait for room
)

// Two jobs of one account run at once and are killed between the reservation, the sending and the
// giving back: in no rolling time does the server count more than the quota, nor does the ledger
// ever count less than the server. In every second round the quota is of a second, and runs wait.
func TestQuotaKills(t *testing.T) {
	t.Parallel()
	seed := *quotaSeed
	for seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("%d kills, -quota.seed %d", *quotaKills, seed)
	kills, ended, sent, full, rounds := 0, 0, 0, 0, 0
	for ; kills < *quotaKills && !t.Failed(); rounds++ {
		if rounds > 5+*quotaKills {
			t.Fatalf("%d rounds made only %d kills", rounds, kills)
		}
		t.Run(fmt.Sprintf("round %d", rounds+1), func(t *testing.T) {
			a := newAccount(t, rand.New(rand.NewPCG(seed, uint64(rounds))), *quotaKills-kills, rounds%2 == 1)
			a.round()
			kills, ended, sent, full = kills+a.kills, ended+a.ended, sent+len(a.counted), full+a.full
		})
	}
	t.Logf("%d kills in %d rounds (%d runs sent all), %d recipients, %d runs met the quota", kills, rounds, ended, sent, full)
	if sent == 0 || full == 0 {
		t.Errorf("%d recipients, %d runs met the quota: that says little", sent, full)
	}
}

// An account is what two jobs have in common.
type account struct {
	t     *testing.T
	state string
	limit when.Rate
	waits []string // flags of a run: it waits where the quota is short
	jobs  [2]*accountJob

	mu      sync.Mutex // guards what follows
	rnd     *rand.Rand
	counted []when.Spend // by the server
	left    int          // kills to be made
	kills   int
	ended   int // runs that sent all that they could
	full    int // runs that met the quota
}

// An accountJob is one of the jobs.
type accountJob struct {
	*liveJob
	killer killer
	begun  bool
}

func newAccount(t *testing.T, rnd *rand.Rand, kills int, short bool) *account {
	a := &account{t: t, rnd: rnd, state: t.TempDir(), left: min(quotaDeaths, kills), limit: when.Rate{Count: quotaCount, Per: 24 * time.Hour}}
	per := "24h"
	if short {
		a.limit.Per, per = time.Second, "1s"
		a.waits = []string{"--wait"}
		a.left = min(quotaWaits, kills)
	}
	if err := os.Mkdir(filepath.Join(a.state, "quota"), 0o700); err != nil { // so that it can be watched
		t.Fatal(err)
	}
	for i := range a.jobs {
		j := &accountJob{}
		h := j.killer.hooked(smtptest.Handler{Rcpt: a.verdict, Final: a.count})
		h.Discard = true
		j.liveJob = newLiveJob(t, quotaRows, fmt.Sprintf("workers: 4, per_session: %d, account: office, quota: %d/%s, retry: {attempts: 2, wait: 0s}, give_up_after: 0", []int{1, 20}[rnd.IntN(2)], quotaCount, per), h)
		a.jobs[i] = j
	}
	return a
}

// verdict refuses now and then, so that something is given back.
func (a *account) verdict(string) smtptest.Reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch a.rnd.IntN(12) {
	case 0:
		return smtptest.Say(550, "5.1.1 no such user")
	case 1:
		return smtptest.Say(450, "4.2.1 mailbox busy")
	}
	return smtptest.Reply{}
}

func (a *account) count(m smtptest.Message) smtptest.Reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.counted = append(a.counted, when.Spend{At: time.Now(), N: len(m.To)})
	return smtptest.Reply{}
}

// round kills both jobs again and again, and then lets them come to their end.
func (a *account) round() {
	var both sync.WaitGroup
	for _, j := range a.jobs {
		both.Go(func() {
			for a.run(j, a.trap()) && !a.t.Failed() {
			}
		})
	}
	both.Wait()
	a.judge()
}

// trap returns the next kill; nil if there were enough.
func (a *account) trap() *trap {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kills >= a.left {
		return nil
	}
	stages := slices.Concat(trapStages, []string{"final", "quit", "ledger", "ledger", "ledger", "ledger"})
	tr := &trap{stage: stages[a.rnd.IntN(len(stages))], nth: int32(1 + a.rnd.IntN(20)), hold: a.rnd.IntN(2) == 0}
	if tr.stage == "ledger" { // at a change to it, or to its lock
		tr.stage, tr.dir, tr.nth = "file", filepath.Join(a.state, "quota"), int32(1+a.rnd.IntN(8))
	}
	if a.rnd.IntN(3) == 0 {
		tr.after = time.Duration(a.rnd.Int64N(int64(5 * time.Millisecond)))
	}
	return tr
}

// run runs a job once, with a trap or none, and reports whether it was killed.
func (a *account) run(j *accountJob, tr *trap) bool {
	verb := "rerun"
	if !j.begun {
		j.begun, verb = true, "run"
	}
	status, out := j.once(tr, verb, a.args()...)
	if status == exitNoInput {
		status, out = j.once(tr, "run", a.args()...)
	}
	j.server.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	if strings.Contains(out, "is used up") {
		a.full++
	}
	killed := status == -1 && tr != nil && tr.ended()
	switch {
	case killed:
		a.kills++
	case status == exitTemporary && len(a.waits) == 0:
	case status == exitExists: // it was killed when all was done
	case status == 0 || status == exitSomeFailed || status == exitSomeUnknown:
		a.ended++
	default:
		a.t.Errorf("%s ended with %d (%s)\n%s", verb, status, tr, out)
	}
	a.compare()
	return killed
}

func (a *account) args() []string {
	return append([]string{"--yes", "--state", a.state, "job.yaml"}, a.waits...)
}

func (j *accountJob) once(tr *trap, verb string, args ...string) (int, string) {
	c := j.command(append([]string{verb}, args...)...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	return j.status(j.killer.run(c, tr)), out.String()
}

// compare holds that the ledger counts all that the server does, of which a.mu is held.
func (a *account) compare() {
	now := time.Now()
	server := when.Used(a.limit, a.counted, now)
	if used := a.used(now); used < server {
		a.t.Errorf("the ledger counts %d at %v, the server %d", used, now, server)
	}
}

func (a *account) used(now time.Time) int {
	l := quota.New(quota.Open(a.state, "office"), "reader", []when.Rate{a.limit})
	if err := l.Read(now); err != nil {
		a.t.Error(err)
	}
	return when.Used(a.limit, l.Spent(), now)
}

// judge holds that the server never counted more than the quota.
func (a *account) judge() {
	n, first := 0, 0
	for _, s := range a.counted {
		for n += s.N; !a.counted[first].At.Add(a.limit.Per).After(s.At); first++ {
			n -= a.counted[first].N
		}
		if n > a.limit.Count {
			a.t.Fatalf("the server counts %d within %v; the quota is %d", n, a.limit.Per, a.limit.Count)
		}
	}
}
