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
// torn was never waited for.
type journal struct {
	f    File
	path string
	log  *logFile
	wake chan struct{} // of the committer: there is a group, or it is waited for; closed at the end
	done chan struct{} // closed by it
	size int64         // of the file; the committer's

	mu   sync.Mutex // guards next, and of it lines and awaited
	next *group     // what the next commit takes; nil if there is nothing
}

// A group is some intents that become durable together.
type group struct {
	lines   []byte        // an empty one, then the intents
	awaited bool          // a worker waits
	ended   chan struct{} // closed when err is known
	err     error
}

// linger is how long a group is left to grow while nobody waits for it: less
// than a round trip to a server that is far away, and time for all workers to
// join where it is near.
const linger = 2 * time.Millisecond

// openJournal makes the journal of a log, durable under its name.
func openJournal(log *logFile, run string, records int) (*journal, error) {
	path := log.path + journalSuffix
	head := journalHead{run, log.size, records}.line()
	if err := createWhole(log.fsys, path, head); err != nil {
		return nil, fmt.Errorf("creating the journal: %w", err)
	}
	f, err := log.fsys.OpenAppend(path)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	j := &journal{f: f, path: path, log: log, size: int64(len(head)), wake: make(chan struct{}, 1), done: make(chan struct{})}
	go j.commits()
	return j, nil
}

// intend hands a line over and gives its group. It does not wait.
func (j *journal) intend(line []byte) *group {
	j.mu.Lock()
	if j.next == nil {
		j.next = &group{lines: []byte{'\n'}, ended: make(chan struct{})}
	}
	g := j.next
	g.lines = append(g.lines, line...)
	j.mu.Unlock()
	j.stir()
	return g
}

// wait waits until a group has ended, and gives its error.
func (j *journal) wait(g *group) error {
	j.mu.Lock()
	first := !g.awaited
	g.awaited = true
	j.mu.Unlock()
	if first {
		j.stir()
	}
	<-g.ended
	return g.err
}

func (j *journal) stir() {
	select {
	case j.wake <- struct{}{}:
	default: // it will look
	}
}

// commits commits groups until the end. All that came while one was synced is
// in the next one, which begins as soon as somebody waits for it.
func (j *journal) commits() {
	defer close(j.done)
	timer := time.NewTimer(linger)
	defer timer.Stop()
	for open, first := true, true; open; {
		_, open = <-j.wake
		timer.Reset(linger)
		for open && j.pending() {
			select {
			case _, open = <-j.wake:
				continue
			case <-timer.C:
			}
			break
		}
		if g := j.take(); g != nil {
			if first {
				g.lines, first = g.lines[1:], false
			}
			g.err = j.commit(g.lines)
			close(g.ended)
		}
	}
}

// pending tells whether there is a group, and nobody waits for it.
func (j *journal) pending() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next != nil && !j.next.awaited
}

// take takes the group that is next, nil if there is none.
func (j *journal) take() *group {
	j.mu.Lock()
	defer j.mu.Unlock()
	g := j.next
	j.next = nil
	return g
}

// commit makes lines durable, and sees to it that the log, which is to get
// their outcomes, is still ours. If it fails the lines were not waited for, and
// are taken back if that is possible.
func (j *journal) commit(lines []byte) error {
	if err := j.log.failed(); err != nil {
		return err
	}
	err := write(j.f, lines)
	if err == nil {
		err = j.f.Sync()
	}
	if err != nil {
		err = fmt.Errorf("writing the journal %s: %w", j.path, cause(err))
		j.log.fail(errors.Join(err, j.f.Truncate(j.size)))
		return err
	}
	j.size += int64(len(lines))
	return j.log.hold()
}

// stop ends the committing. Nothing may be handed over any more.
func (j *journal) stop() error {
	close(j.wake)
	<-j.done
	return j.f.Close()
}
