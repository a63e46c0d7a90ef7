package result

import (
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"sync"
	"time"
)

// journalSuffix makes the name of a journal from that of its log.
const journalSuffix = ".journal"

// A journalHead is the first line of a journal: which run wrote it, and how far
// the log was durable when that run began.
type journalHead struct {
	run     string
	length  int64 // of the log, in octets
	records int   // in it
}

const journalMagic = "mailshot journal"

// line is the head with its line end:
//
//	mailshot journal,RUN,LENGTH,RECORDS,sSUM
func (h journalHead) line() string {
	text := fmt.Sprintf("%s,%s,%d,%d,", journalMagic, h.run, h.length, h.records)
	return text + sumText(crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli))) + "\n"
}

// parseHead reads the first line of a journal.
func parseHead(line string) (h journalHead, err error) {
	parts := strings.Split(strings.TrimSuffix(line, "\n"), ",")
	if len(parts) != 5 || parts[0] != journalMagic {
		return h, ErrJournal
	}
	h.run = parts[1]
	if h.length, err = strconv.ParseInt(parts[2], 10, 64); err != nil {
		return h, ErrJournal
	}
	if h.records, err = strconv.Atoi(parts[3]); err != nil || h.line() != line {
		return h, ErrJournal
	}
	return h, nil
}

// A journal keeps what is about to be sent. Intents are written and synced in
// groups, each in one write, which begins with an empty line but for the first:
// so an empty line says that all before it is durable, and a group that is
// torn was never waited for. Zeros follow the last.
type journal struct {
	f    *paddedFile // the committer's
	path string
	log  *logFile
	wake chan struct{} // of the committer: there is a group, or it is waited for; closed at the end
	done chan struct{} // closed by it

	mu    sync.Mutex // guards all below, and all but err of next
	next  *group     // what the next commit takes; nil if there is nothing
	spare []byte     // the memory of a group's lines that are written
}

// A group is some intents that become durable together.
type group struct {
	lines   []byte        // an empty one, then the intents
	intents int           // how many there are
	waiting int           // how many of them are waited for
	due     time.Time     // it is left to grow until then, or until all are waited for
	ended   chan struct{} // closed when err is known
	err     error
}

// How long a group may grow. While nobody waits for it, that is less than a
// round trip to a server that is far away; once somebody does, it is time for
// the others to join where the server is near. A sync that more of them share
// costs each of them less.
const (
	linger   = 2 * time.Millisecond
	patience = 500 * time.Microsecond
)

// openJournal makes the journal of a log, durable under its name.
func openJournal(log *logFile, run string, records int) (*journal, error) {
	path := log.path + journalSuffix
	head := journalHead{run, log.size, records}.line()
	if err := createWhole(log.fsys, path, head); err != nil {
		return nil, fmt.Errorf("creating the journal: %w", err)
	}
	f, err := log.fsys.OpenWrite(path)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	size := int64(len(head))
	j := &journal{f: &paddedFile{f, size, size}, path: path, log: log, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go j.commits()
	return j, nil
}

// intend hands a line over and gives its group. It does not wait.
func (j *journal) intend(line []byte) *group {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.next == nil {
		j.next = &group{lines: append(j.spare[:0], '\n'), due: time.Now().Add(linger), ended: make(chan struct{})}
		j.spare = nil
		j.stir()
	}
	g := j.next
	g.lines = append(g.lines, line...)
	g.intents++
	return g
}

// wait waits until a group has ended, and gives its error.
func (j *journal) wait(g *group) error {
	j.mu.Lock()
	if g.waiting++; g.waiting == 1 {
		g.due = time.Now().Add(patience)
	}
	if g.waiting == 1 || g.waiting >= g.intents {
		j.stir()
	}
	j.mu.Unlock()
	<-g.ended
	return g.err
}

// stir wakes the committer.
func (j *journal) stir() {
	select {
	case j.wake <- struct{}{}:
	default: // it will look
	}
}

// commits commits groups until the end. What comes while one is synced is in
// the next.
func (j *journal) commits() {
	defer close(j.done)
	timer := time.NewTimer(linger)
	defer timer.Stop()
	for open, first := true, true; open; {
		_, open = <-j.wake
		for d := j.growing(); open && d > 0; d = j.growing() {
			timer.Reset(d)
			select {
			case _, open = <-j.wake:
			case <-timer.C:
			}
		}
		if g := j.take(); g != nil {
			lines := g.lines
			if first {
				lines, first = lines[1:], false
			}
			g.err = j.commit(lines)
			close(g.ended)
			j.giveBack(g)
		}
	}
}

// growing tells how long the next group may still grow.
func (j *journal) growing() time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	if g := j.next; g != nil && g.waiting < g.intents {
		return time.Until(g.due)
	}
	return 0
}

// take takes the group that is next, nil if there is none.
func (j *journal) take() *group {
	j.mu.Lock()
	defer j.mu.Unlock()
	g := j.next
	j.next = nil
	return g
}

// giveBack takes the memory of a group that has ended for the next.
func (j *journal) giveBack(g *group) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.spare, g.lines = g.lines, nil
}

// commit makes lines durable, and sees to it that the log, which is to get
// their outcomes, is still ours. If it fails the lines were not waited for, and
// are taken back if that is possible.
func (j *journal) commit(lines []byte) error {
	if err := j.log.failed(); err != nil {
		return err
	}
	if err := j.f.append(lines); err != nil {
		err = fmt.Errorf("writing the journal %s: %w", j.path, cause(err))
		j.log.fail(errors.Join(err, j.f.cut()))
		return err
	}
	if err := j.hold(); err != nil {
		return err
	}
	return j.log.hold()
}

// hold tells whether the journal is still the one under its name. Without it a
// run that is cut off leaves no word.
func (j *journal) hold() error {
	err := isStill(j.log.fsys, j.path, j.f, j.f.room)
	if err != nil {
		err = fmt.Errorf("writing the journal %s: %w", j.path, cause(err))
		j.log.fail(err)
	}
	return err
}

// stop ends the committing. Nothing may be handed over any more. The error says
// that the journal is not ours to remove. One that stays gives back its room: the
// next run may need it.
func (j *journal) stop() error {
	close(j.wake)
	<-j.done
	err := j.hold()
	if err == nil && j.log.failed() != nil {
		err = j.f.cut()
	}
	return errors.Join(err, j.f.Close())
}
