package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// An armed is an intent of a journal: that a row was taken up for an attempt.
type armed struct {
	recipient string
	attempt   int
	disarmed  bool // it was taken back: the row was put back
}

// intents are those of all runs of a job, in the order in which rows were taken up.
type intents struct {
	dir  string
	kept int // journals
	all  []armed
}

// keep gives the journal of the run that goes on a name of its own, under which it is there when
// the run has removed it. It is called once a run.
func (in *intents) keep() error {
	in.kept++
	return os.Link(filepath.Join(in.dir, "job.results.csv.journal"), in.path())
}

func (in *intents) path() string { return filepath.Join(in.dir, fmt.Sprintf("journal-%d", in.kept)) }

// read takes in the journal that was kept last, of a run that has ended.
func (in *intents) read() error {
	b, err := os.ReadFile(in.path())
	if err != nil {
		return err
	}
	lines := strings.Split(string(bytes.TrimRight(b, "\x00")), "\n")
	before := len(in.all)
	for _, line := range lines[1:] {
		if number, ok := strings.CutPrefix(line, "disarm,"); ok {
			number, _, _ = strings.Cut(number, ",")
			n, err := strconv.Atoi(number)
			if err != nil || n < 1 || before+n > len(in.all) || in.all[before+n-1].disarmed {
				return fmt.Errorf("the journal has a line %q, after %d intents", line, len(in.all)-before)
			}
			in.all[before+n-1].disarmed = true
			continue
		}
		if line == "" {
			continue
		}
		cells, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || len(cells) < 7 {
			return fmt.Errorf("the journal has a line %q: %w", line, err)
		}
		attempt, err := strconv.Atoi(cells[6])
		if err != nil {
			return err
		}
		in.all = append(in.all, armed{recipient: cells[5], attempt: attempt})
	}
	return nil
}

// mayPutBack returns the sessions whose rows may have been put back, and those whose rows must
// have been unless they were three times before: a limit of the server was met, which is also
// what a row meets that is told once more in a run to come later, not before five minutes are
// over. Of those the run keeps whole seconds.
func (f *faults) mayPutBack(visits []visit) (may, must map[int]bool) {
	const greylisted, rounded = 5 * time.Minute, time.Second
	may, must = make(map[int]bool), make(map[int]bool)
	told, run := make(map[string]time.Time), 0
	for _, v := range visits {
		if run < len(f.spares) && v.session > f.spares[run] { // another run knows nothing of it
			told = make(map[string]time.Time)
			run++
		}
		fate := f.schedule.made[v.session]
		if fate.limit() {
			may[v.session] = true
		}
		if !fate.greylists() {
			continue
		}
		now := f.schedule.began[v.session]
		first, ok := told[v.to]
		if !ok {
			told[v.to] = now
			continue
		}
		may[v.session] = now.Sub(first) > greylisted-rounded
		must[v.session] = now.Sub(first) >= greylisted
	}
	return may, must
}
