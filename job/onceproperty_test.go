package job

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mailshot/job/address"
	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/result/disktest"
	"mailshot/transport/smtptest"
)

var (
	onceSeed = flag.Uint64("once.seed", 1, "seed of the first story of TestNobodyTwice")
	onceRuns = flag.Int("once.runs", 40, "how many stories TestNobodyTwice tells")
)

// A story is a mailing whose recipients are edited between runs that are cut off,
// refused and told to leave out what is bad.
type story struct {
	*world
	rng   *rand.Rand
	disk  *disktest.Disk
	mode  string // of the recipients section
	rows  []storyRow
	keys  int // that were given out
	trail []string
}

// A storyRow is a row of the recipients file.
type storyRow struct{ key, address, name string }

// storyModes are what recipients may say of equal addresses.
var storyModes = []string{"", "duplicates: first", "key: id, duplicates: first", "key: id, duplicates: error", "key: id, duplicates: all"}

// storyNames are such that make no row bad, and such that make one bad: with a cell too many,
// no text, with a letter that can't be made, with a condition that can't be decided. The
// condition takes no row that is "out".
var storyNames = []string{"", "N", "out", `two","cells`, "\xff", "letter", "boom"}

const (
	storyWhere = `'{{if eq .name "boom"}}{{money "0.00" .name}}{{else}}{{ne .name "out"}}{{end}}'`
	storyText  = `"id={{.id}}\n{{if eq .name \"letter\"}}{{money \"0.00\" .name}}{{end}}"`
)

func (s *story) address() string {
	return []string{"fam@club.example", "Fam@Club.Example", "ann@club.example", "bob@club.example", "FAM@club.example", "cy@club.example"}[s.rng.IntN(6)]
}

func (s *story) add() {
	s.keys++
	row := storyRow{fmt.Sprintf("0%d", s.keys), s.address(), fmt.Sprintf("N%d", s.keys)}
	s.rows = slices.Insert(s.rows, s.rng.IntN(len(s.rows)+1), row)
}

func (s *story) writeJob() {
	s.world.write("job.yaml", `version: 1
recipients: {file: people.csv, name: name, where: `+storyWhere+`, `+s.mode+`}
message: {from: office@club.example, subject: Hello, text: {inline: `+storyText+`}}
server: {host: mail.test, tls: none}
delivery: {workers: 2, per_session: `+strconv.Itoa(1+3*s.rng.IntN(2))+`, retry: {attempts: 2, wait: 0s, max_wait: 0s}}
results: `+filepath.Join(s.dir, "log.results.csv")+`
`)
}

// edit does to the recipients what somebody may do with a spreadsheet.
func (s *story) edit() {
	what := s.rng.IntN(11)
	if len(s.rows) == 0 || what < 2 {
		s.add()
		return
	}
	i := s.rng.IntN(len(s.rows))
	switch r := &s.rows[i]; what {
	case 2, 3, 4:
		s.rng.Shuffle(len(s.rows), func(a, b int) { s.rows[a], s.rows[b] = s.rows[b], s.rows[a] })
	case 5:
		s.rows = slices.Delete(s.rows, i, i+1)
	case 6:
		r.address = s.address()
	case 7: // zeros that a spreadsheet takes away
		r.key = strings.TrimLeft(r.key, "0")
	case 8:
		r.name = storyNames[s.rng.IntN(len(storyNames))]
	case 10: // another key column, or none; where each key has a letter of its own it stays so
		if s.mode != storyModes[4] {
			s.mode = storyModes[s.rng.IntN(4)]
			s.writeJob()
		}
	case 9:
		r.address = []string{"nowhere", strings.ToUpper(r.address)}[s.rng.IntN(2)]
	}
}

func (s *story) write() {
	var b strings.Builder
	b.WriteString("id,email,name\n")
	for _, r := range s.rows {
		fmt.Fprintf(&b, "%s,%s,\"%s\"\n", r.key, r.address, r.name)
	}
	s.world.write("people.csv", b.String())
}

// step runs the job once, as somebody or cron may, and perhaps to a power cut.
func (s *story) step() error {
	o := s.options
	o.Rerun, o.SkipInvalid, o.Yes = s.rng.IntN(2) == 0, s.rng.IntN(4) > 0, true
	o.Resume = !o.Rerun && s.rng.IntN(2) == 0
	if s.rng.IntN(4) == 0 {
		o.Limit = 1 + s.rng.IntN(2)
	}
	if s.rng.IntN(4) == 0 && len(s.rows) > 1 {
		o.Rows = []plan.Range{{First: 1 + s.rng.IntN(len(s.rows))}}
	}
	if o.Rerun && s.rng.IntN(6) == 0 {
		o.Only = []plan.State{plan.Untried}
	}
	if o.Rerun || o.Resume {
		o.Changed = []plan.Changed{plan.StopChanged, plan.SkipChanged}[s.rng.IntN(2)]
	}
	cut := 0
	if s.rng.IntN(3) == 0 {
		cut = 1 + s.rng.IntN(30)
	}
	s.disk.CutAt(cut)
	s.env.Files = s.disk
	_, err := Run(context.Background(), o, s.env)
	s.server.Wait()
	s.trail = append(s.trail, fmt.Sprintf("%s: %s cut %d: %v; rows %v", s.mode, o.Repeat(), cut, err, s.rows))
	if cut > 0 {
		s.disk = s.disk.Restart(s.rng)
	}
	var e *problem.Error
	if err != nil && !errors.As(err, &e) {
		return err
	}
	return nil
}

// twice returns who was sent to more often than the mode allows.
func (s *story) twice() []string {
	got := make(map[string]int)
	for _, m := range s.server.Messages() {
		who := address.CompareText(m.To[0])
		if strings.Contains(s.mode, "all") { // each key has a letter of its own
			_, id, _ := bytes.Cut(m.Data, []byte("id="))
			who = string(id[:bytes.IndexAny(id, "\r\n")])
		}
		got[who]++
	}
	var all []string
	for _, who := range slices.Sorted(maps.Keys(got)) {
		if got[who] > 1 {
			all = append(all, fmt.Sprintf("%s: %d", who, got[who]))
		}
	}
	return all
}

// Whatever is done to the recipients between runs, and however these end, an address
// gets one letter, unless each key has one of its own; and then a key gets one.
func TestNobodyTwice(t *testing.T) {
	sent := 0
	for n := range *onceRuns {
		seed := *onceSeed + uint64(n)
		bubble(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 0))
			s := &story{world: newWorld(t, 1, "", moody(rng)), rng: rng, disk: &disktest.Disk{}, mode: storyModes[n%len(storyModes)]}
			s.writeJob()
			for range 3 {
				s.add()
			}
			for range 6 {
				s.write()
				if err := s.step(); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if all := s.twice(); all != nil {
					t.Fatalf("seed %d, %q: %v have more than one letter\n%s", seed, s.mode, all, strings.Join(s.trail, "\n"))
				}
				for range 1 + rng.IntN(2) {
					s.edit()
				}
			}
			sent += len(s.server.Messages())
		})
	}
	if least := 2 * *onceRuns; sent < least {
		t.Errorf("%d messages in %d stories; want %d at least, or nothing is tried here", sent, *onceRuns, least)
	}
}

// moody returns a server that refuses some recipients, and of some messages that it
// took loses the reply.
func moody(rng *rand.Rand) smtptest.Handler {
	bad := fmt.Sprintf("%d", rng.IntN(10))
	lost := rng.IntN(4) == 0
	return smtptest.Handler{
		Rcpt: func(to string) smtptest.Reply {
			if bad == "0" && strings.HasPrefix(to, "ann") {
				return smtptest.Say(550, "5.1.1 nobody")
			}
			return smtptest.Reply{}
		},
		Final: func(m smtptest.Message) smtptest.Reply {
			if lost && strings.EqualFold(m.To[0], "fam@club.example") {
				return smtptest.Silent(smtptest.Close)
			}
			return smtptest.Reply{}
		},
	}
}
