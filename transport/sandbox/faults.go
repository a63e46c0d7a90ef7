package sandbox

import (
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Faults has the server misbehave as real ones do, for practice. What it does to a recipient depends
// on Seed, the address and how often that came before, not on the order in which sessions come. The
// zero value does nothing. The fields may not change after Start.
type Faults struct {
	// Greylist is how long a recipient is refused with 451 after it was named first.
	Greylist time.Duration

	// Sessions is how many may be open at once; a further one is greeted with 421. 0 is no limit.
	Sessions int

	// Reject is the share of recipients that are refused with 550, from 0 to 1.
	Reject float64

	// Quota is how many recipients are taken in the time QuotaPer, which begins with the first of them;
	// further ones are refused with 550. 0 is no limit.
	Quota    int
	QuotaPer time.Duration

	// Slow is waited for before replies go out: once for those that go out together.
	Slow time.Duration

	// Drop is the share of messages after whose final dot the server closes the connection instead of
	// replying, from 0 to 1. Half of them it has kept.
	Drop float64

	// Seed chooses whom Reject and Drop meet.
	Seed uint64

	// Now is the time; nil is time.Now.
	Now func() time.Time
}

// Counts are how often the server did what.
type Counts struct {
	Kept       int // messages that have their file, dropped ones included
	Greylisted int
	Busy       int
	Rejected   int
	OverQuota  int
	Dropped    int // connections that were closed after the dot
}

// misbehaving is what a server with faults remembers. Its methods are safe for concurrent use.
type misbehaving struct {
	Faults

	mu     sync.Mutex // guards what follows
	first  map[string]time.Time
	bodies map[string]int // messages of a recipient
	taken  int            // recipients since began
	began  time.Time
	counts Counts
}

func newMisbehaving(f Faults) *misbehaving {
	if f.Now == nil {
		f.Now = time.Now
	}
	return &misbehaving{Faults: f, first: make(map[string]time.Time), bodies: make(map[string]int)}
}

// greet returns the reply that a connection gets instead of a session, or "". open is how many
// there are already.
func (m *misbehaving) greet(open int) string {
	if m.Sessions == 0 || open < m.Sessions {
		return ""
	}
	m.count(func(c *Counts) { c.Busy++ })
	return "421 4.7.0 localhost too many sessions from your address\r\n"
}

// recipient returns the refusal of a recipient, or nil.
func (m *misbehaving) recipient(address string) error {
	address = strings.ToLower(address)
	if m.chance(m.Reject, "reject", address, 0) {
		m.count(func(c *Counts) { c.Rejected++ })
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.Now()
	if m.Greylist > 0 {
		first, known := m.first[address]
		if !known {
			m.first[address], first = now, now
		}
		if now.Sub(first) < m.Greylist {
			m.counts.Greylisted++
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted, try again later"}
		}
	}
	return m.overQuota(now)
}

// overQuota counts a recipient. The caller holds mu.
func (m *misbehaving) overQuota(now time.Time) error {
	if m.Quota == 0 {
		return nil
	}
	if m.began.IsZero() || now.Sub(m.began) >= m.QuotaPer {
		m.began, m.taken = now, 0
	}
	if m.taken == m.Quota {
		m.counts.OverQuota++
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 4, 5}, Message: "Daily user sending limit exceeded"}
	}
	m.taken++
	return nil
}

// drop reports whether the connection is to be closed after a message to a recipient, and
// whether the message is kept then.
func (m *misbehaving) drop(address string) (drop, keep bool) {
	if m.Drop == 0 {
		return false, false
	}
	address = strings.ToLower(address)
	m.mu.Lock()
	m.bodies[address]++
	n := m.bodies[address]
	m.mu.Unlock()
	if !m.chance(m.Drop, "drop", address, n) {
		return false, false
	}
	m.count(func(c *Counts) { c.Dropped++ })
	return true, m.chance(0.5, "keep", address, n)
}

// chance reports whether what has this probability is to happen to a recipient the nth time.
func (m *misbehaving) chance(probability float64, what, address string, n int) bool {
	if probability <= 0 {
		return false
	}
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %s %d ", m.Seed, what, n) // a hash takes everything
	_, _ = io.WriteString(h, address)
	return float64(mixed(h.Sum64())>>11)/(1<<53) < probability
}

// mixed spreads the bits of a hash, whose high ones differ little between texts that are alike.
func mixed(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (m *misbehaving) count(f func(*Counts)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(&m.counts)
}
