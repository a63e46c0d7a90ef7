package result

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"
)

// journalSuffix makes the name of a journal from that of its log.
const journalSuffix = ".journal"

// A journal writes intents to their file, and syncs them, in groups: one write and
// one sync a group (group commit). Each group but the first begins with an empty
// line, which therefore says that everything before it was durable; of a torn
// group no intent was reported durable. Preallocated zeros follow the last.
type journal struct {
	f     *preallocatedFile // used by the goroutine of commits alone
	path  string
	log   *logFile
	marks Marks         // of the intents; nil: there can be none
	wake  chan struct{} // there is a group, or it is waited for; closed by stop
	done  chan struct{} // closed when commits returns

	mu    sync.Mutex // guards all below, and all but err of next
	next  *group     // the group that is still open; nil if it has no lines
	armed int        // intents so far
	buf   []byte     // of a group that was committed, to be used again
}

// A group is some intents, and lines that take intents back, that become durable
// together.
type group struct {
	lines    []byte        // an empty line, then the others
	intents  int           // how many the lines have
	last     int           // number of the last of them
	waiters  int           // how many calls of wait there were
	deadline time.Time     // it stays open until then, or until all intents are waited for
	done     chan struct{} // closed when err is known
	err      error
}

// How long a group stays open. While nobody waits for it: less than a round trip
// to a remote server, so that it is synced before it is needed. From the first
// wait: long enough for the other sessions to join where the server is near, since
// a sync that they share costs each of them less.
const (
	maxDelay  = 2 * time.Millisecond
	joinDelay = 500 * time.Microsecond
)

// openJournal creates the journal of a log, durable, in place of one that is there,
// and starts the goroutine that commits.
func openJournal(log *logFile, run string, records int) (*journal, error) {
	path := log.path + journalSuffix
	id := rand.Text()
	head := journalHead{run: run, length: log.size, records: records, id: id}.line(journalMagic)
	j := &journal{path: path, log: log, marks: log.fsys.CreateMarks(log.path, id), wake: make(chan struct{}, 1), done: make(chan struct{})}
	err := createAtomic(log.fsys, path, head)
	var f File
	if err == nil {
		f, err = log.fsys.OpenWrite(path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("creating the journal: %w", err), j.closeMarks())
	}
	size := int64(len(head))
	j.f = &preallocatedFile{f, size, size}
	go j.commits()
	return j, nil
}

// closeMarks closes the marks, and leaves them to the next run.
func (j *journal) closeMarks() error {
	if j.marks == nil {
		return nil
	}
	return j.marks.Close()
}

// arm adds a line to the open group and returns the group, and the number of
// the intent in the journal. It does not wait.
func (j *journal) arm(line []byte) (g *group, number int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	g = j.open()
	g.lines = append(g.lines, line...)
	g.intents++
	j.armed++
	g.last = j.armed
	return g, j.armed
}

// begin waits until an intent is durable, and marks it.
func (j *journal) begin(g *group, number int) error {
	if err := j.durable(g); err != nil || j.marks == nil {
		return err
	}
	err := j.marks.Begin(number)
	if err != nil {
		j.log.fail(err) // those that were set may be lost as well
	}
	return err
}

// durable waits until the intents of a group are durable, and what becomes of them can be recorded.
func (j *journal) durable(g *group) error {
	if err := j.wait(g); err != nil {
		return err
	}
	return j.log.failed()
}

// disarm adds a line that takes an intent back, and takes its mark back. It does not wait.
func (j *journal) disarm(number int) {
	if j.marks != nil {
		j.marks.Disarm(number)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	g := j.open()
	g.lines = append(g.lines, disarmLine(number)...)
}

// open returns the open group, and opens one if there is none. j.mu is held.
func (j *journal) open() *group {
	if j.next == nil {
		delay := maxDelay
		if j.marks != nil {
			delay = joinDelay // many are armed in a row
		}
		j.next = &group{lines: append(j.buf[:0], '\n'), deadline: time.Now().Add(delay), done: make(chan struct{})}
		j.buf = nil
		j.wakeUp()
	}
	return j.next
}

// wait waits until a group was committed, and returns its error.
func (j *journal) wait(g *group) error {
	select {
	case <-g.done:
		return g.err
	default:
	}
	j.mu.Lock()
	if g.waiters++; g.waiters == 1 {
		g.deadline = time.Now().Add(joinDelay)
	}
	if g.waiters == 1 || g.waiters >= g.intents {
		j.wakeUp()
	}
	j.mu.Unlock()
	<-g.done
	return g.err
}

// wakeUp makes commits look at the open group.
func (j *journal) wakeUp() {
	select {
	case j.wake <- struct{}{}:
	default: // it will look
	}
}

// commits commits groups until stop is called. Intents that arrive while one is
// synced are in the next.
func (j *journal) commits() {
	defer close(j.done)
	timer := time.NewTimer(maxDelay)
	defer timer.Stop()
	for open, first := true, true; open; {
		_, open = <-j.wake
		for d := j.delay(); open && d > 0; d = j.delay() {
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
			if j.marks != nil {
				_ = j.marks.Grow(g.last) // else they have none, and nothing can be known for certain
			}
			g.err = j.commit(lines)
			close(g.done)
			j.recycle(g)
		}
	}
}

// delay returns how long the open group may stay open.
func (j *journal) delay() time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	if g := j.next; g != nil && (g.waiters < g.intents || g.intents == 0) {
		return time.Until(g.deadline)
	}
	return 0
}

// take closes the open group and returns it; nil if there is none.
func (j *journal) take() *group {
	j.mu.Lock()
	defer j.mu.Unlock()
	g := j.next
	j.next = nil
	return g
}

// recycle keeps the buffer of a committed group for another.
func (j *journal) recycle(g *group) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.buf, g.lines = g.lines, nil
}

// commit writes and syncs lines, and then verifies journal and log, so that no
// message is sent whose outcome could not be recorded. If the write or the sync
// fails, nobody relies on the lines, and they are truncated if that is possible.
func (j *journal) commit(lines []byte) error {
	if err := j.log.failed(); err != nil {
		return err
	}
	if err := j.f.append(lines); err != nil {
		err = fmt.Errorf("writing the journal %s: %w", j.path, cause(err))
		j.log.fail(errors.Join(err, j.f.truncate()))
		return err
	}
	if err := j.verify(); err != nil {
		return err
	}
	return j.log.verify()
}

// verify returns an error that wraps ErrTaken unless the path of the journal still
// names the open file. If it was removed, a killed run would leave no trace of
// what it was sending.
func (j *journal) verify() error { return j.verifyFile(j.f.allocated) }

// verifyName does so without a look at the size, which may be changing. It is safe for
// concurrent use.
func (j *journal) verifyName() { _ = j.verifyFile(anySize) }

func (j *journal) verifyFile(size int64) error {
	err := verifyFile(j.log.fsys, j.path, j.f, size)
	if err != nil {
		err = fmt.Errorf("writing the journal %s: %w", j.path, cause(err))
		j.log.fail(err)
	}
	return err
}

// stop commits what is left and closes the journal and its marks; arm must not be called any
// more. After an error the journal must not be removed. Where it stays because of
// the log, stop truncates the zeros, since the next run may need the disk space.
func (j *journal) stop() error {
	close(j.wake)
	<-j.done
	err := j.verify()
	if err == nil && j.log.failed() != nil {
		err = j.f.truncate()
	}
	return errors.Join(err, j.f.Close(), j.closeMarks())
}
