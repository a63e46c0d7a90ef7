package quota

import (
	"errors"
	"fmt"
	"time"

	"mailshot/job/jobfile/when"
)

// How many recipients a block has, and how long it may be used.
const (
	firstBlock = 16
	mostBlock  = 64
	shareOf    = 16 // a block has no more than this part of a quota, since a kill leaves it counted
	hold       = time.Minute
)

// A Ledger is the account of the recipients of one mail account. It belongs to one
// goroutine. Other Ledgers, of other processes too, may be open on the same file.
type Ledger struct {
	file   File
	id     string
	limits []when.Rate
	book   book

	block   *block // that recipients are taken from; nil: there is none
	blocks  int
	want    int       // recipients of the next block
	ignored time.Time // "full until" that is tried in spite of
	looked  time.Time // when a file without lines was read last, while there are no limits
}

// lookAgain is how long a file without lines is taken to have none, where nothing but such lines
// would make a run without limits count, so that the file is not looked at for each message.
const lookAgain = time.Second

// New returns the ledger in a file. The id is that of a run, and no other has it. Without
// limits it counts nothing but in a file that is there: another job may have a quota
// for the account.
func New(file File, id string, limits []when.Rate) *Ledger {
	return &Ledger{file: file, id: id, limits: limits, want: firstBlock}
}

// A block is so many recipients that were reserved together.
type block struct {
	id     string
	until  time.Time // when it is no more used
	left   int       // recipients
	flying int       // messages
	sent   int       // recipients
}

// A Permit is that one message may go. It is to be ended.
type Permit struct {
	ledger *Ledger
	block  *block // nil: nothing is counted
	n      int
}

// Held is why a message may not go yet.
type Held struct {
	Until time.Time // zero: it has more recipients than a quota
	Limit when.Rate // the quota that is used up; zero: the server said so
	Said  string    // by the server
	Ahead bool      // the ledger has times that are yet to come: a clock was wrong
}

// Reserve asks for a message to so many recipients. It returns a permit, or else why there is
// none. It waits for the disk once a block.
func (l *Ledger) Reserve(now time.Time, n int) (*Permit, *Held, error) {
	b := l.block
	if b != nil && n <= b.left && now.Before(b.until) {
		return b.permit(l, n), nil, nil
	}
	// A file without lines is not locked, so that nothing is made where nothing is counted.
	if len(l.limits) == 0 {
		if since := now.Sub(l.looked); l.book.lines == 0 && since >= 0 && since < lookAgain {
			return &Permit{}, nil, nil
		}
		l.looked = now
		if err := l.Read(now); err != nil || l.book.lines == 0 {
			return &Permit{}, nil, err
		}
	}
	var held *Held
	err := l.locked(now, func(out []byte) ([]byte, bool) {
		if b != nil {
			l.adapt(b)
			out = l.close(now, out)
		}
		size := 0
		if size, held = l.room(now, n, out); held != nil {
			return out, false
		}
		l.blocks++
		l.block = &block{id: fmt.Sprintf("%s-%d", l.id, l.blocks), until: now.Add(hold), left: size}
		reserve := line{kind: lineReserve, time: l.stamp(now), id: l.block.id, n: size}
		return reserve.append(out), true
	})
	if err != nil {
		l.block = nil // it may not be durable
		return nil, nil, err
	}
	if held != nil {
		return nil, held, nil
	}
	return l.block.permit(l, n), nil, nil
}

func (b *block) permit(l *Ledger, n int) *Permit {
	b.left -= n
	b.flying++
	return &Permit{l, b, n}
}

// adapt makes the next block as large as the last would have been used up.
func (l *Ledger) adapt(b *block) {
	if used := b.sent + b.flying; b.left > used {
		l.want = max(1, used)
		return
	}
	l.want = min(2*l.want, mostBlock)
}

// share returns how many recipients a block of a quota has, for a message to n.
func share(q when.Rate, want, n int) int { return max(n, min(want, q.Count/shareOf)) }

// close gives up the block, and appends its end if no message of it is on its way.
func (l *Ledger) close(now time.Time, out []byte) []byte {
	b := l.block
	if l.block = nil; b == nil || b.flying > 0 {
		return out
	}
	end := line{kind: lineEnd, time: l.stamp(now), id: b.id, n: b.sent}
	return end.append(out)
}

// room returns how many recipients to reserve for a message to n, or why it may not go. out are
// lines that are about to be appended.
func (l *Ledger) room(now time.Time, n int, out []byte) (size int, _ *Held) {
	l.book.take(out) // they are read once more from the file, and say the same
	l.book.size -= int64(len(out))
	l.book.prune(now, l.longest())
	ahead := l.book.last.Sub(now) > time.Minute
	if until, said := l.Full(now); until.After(now) {
		return 0, &Held{Until: until, Said: said, Ahead: ahead}
	}
	size = max(n, l.want)
	spent := l.book.spent()
	var held *Held
	for _, q := range l.limits {
		if n > q.Count {
			return 0, &Held{Limit: q}
		}
		if free := when.Free(q, spent, now, n); free.After(now) && (held == nil || free.After(held.Until)) {
			held = &Held{Until: free, Limit: q, Ahead: ahead}
		}
		size = min(size, share(q, l.want, n), q.Count-when.Used(q, spent, now)) // that is n at least, unless it is held
	}
	return size, held
}

func (l *Ledger) longest() time.Duration {
	var longest time.Duration
	for _, q := range l.limits {
		longest = max(longest, q.Per)
	}
	return longest
}

// stamp returns the time of a new line, which is not before any other.
func (l *Ledger) stamp(now time.Time) time.Time {
	if l.book.last.After(now) {
		return l.book.last
	}
	return now
}

// locked reads what is new, and appends what f returns, if it is to be durable, synced.
func (l *Ledger) locked(now time.Time, f func(out []byte) (lines []byte, durable bool)) (err error) {
	unlock, err := l.file.Lock()
	if err != nil {
		return fmt.Errorf("locking the ledger of the quota: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := l.Read(now); err != nil {
		return err
	}
	torn := l.book.torn
	lines, durable := f(nil)
	if torn && len(lines) > 0 {
		lines = append([]byte("\n"), lines...)
	}
	if err := l.file.Append(lines, durable); err != nil {
		return fmt.Errorf("writing the ledger of the quota: %w", err)
	}
	return nil
}

// Ready finds out whether the ledger can be written, and begins it.
func (l *Ledger) Ready(now time.Time, account string) error {
	return l.locked(now, func(out []byte) ([]byte, bool) {
		if l.book.size == 0 && !l.book.torn {
			out = fmt.Appendf(out, "# mailshot: the recipients that %q sent to; to forget them, remove this file\n", account)
		}
		return out, true
	})
}

// Read takes in what was appended since it was read last.
func (l *Ledger) Read(now time.Time) error {
	data, err := l.file.ReadFrom(l.book.size)
	if err != nil {
		return fmt.Errorf("reading the ledger of the quota: %w", err)
	}
	l.book.take(data)
	l.book.prune(now, l.longest())
	return nil
}

// Spent returns the recipients that count, as they were read last, in the order of time.
func (l *Ledger) Spent() []when.Spend { return l.book.spent() }

// Full returns until when the account is used up, as the server said, and its words; zero if it
// is not.
func (l *Ledger) Full(now time.Time) (until time.Time, said string) {
	f := &l.book.full
	if !f.until.After(now) || f.until.Equal(l.ignored) {
		return time.Time{}, ""
	}
	return f.until, f.text
}

// Ignore lets messages go although the server said that the account is used up.
func (l *Ledger) Ignore() { l.ignored = l.book.full.until }

// SetFull keeps that the server says that the account is used up until a time.
func (l *Ledger) SetFull(now, until time.Time, said string) error {
	return l.locked(now, func(out []byte) ([]byte, bool) {
		full := line{kind: lineFull, time: l.stamp(now), until: until, text: said}
		return full.append(out), true
	})
}

// Ended is told that the message ended: how many of its recipients the server may have counted, none
// where the end of its content did not leave.
func (p *Permit) Ended(now time.Time, recipients int) error {
	b, l := p.block, p.ledger
	if b == nil {
		return nil
	}
	b.flying--
	b.sent += recipients
	b.left += max(p.n-recipients, 0)
	if l.block == b || b.flying > 0 {
		return nil
	}
	return l.locked(now, func(out []byte) ([]byte, bool) {
		end := line{kind: lineEnd, time: l.stamp(now), id: b.id, n: b.sent}
		return end.append(out), false
	})
}

// Rest gives back what is reserved and not used: nothing is sent for a while.
func (l *Ledger) Rest(now time.Time) error {
	if l.block == nil {
		return nil
	}
	if l.block.flying > 0 {
		l.block = nil // its last message ends it
		return nil
	}
	return l.locked(now, func(out []byte) ([]byte, bool) { return l.close(now, out), false })
}
