package sessions

import "mailshot/job/advice"

// lessons are what a server showed of the sessions that it takes. They are guarded by Pool.mu.
type lessons struct {
	limit   int         // messages a session; 0: none is known
	proved  int         // messages that some session delivered
	overlap bool        // the commands of a message may leave with the content of the one before
	refused int         // sessions that it found out of order while overlap was allowed
	unknown int         // likewise when it was not: it may not know what a further message is
	spoilt  int         // sessions that ended without a word while commands had left with content
	cut     map[int]int // sessions that ended, by how many messages they had delivered
}

// twice is how often a server has to show what may also have been an accident.
const twice = 2

// Overlaps reports whether the commands of a message may leave with the content of the one before.
func (p *Pool) Overlaps() bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.overlap
}

// Limit returns how many messages a session takes, as the server showed; 0: it did not.
func (p *Pool) Limit() int {
	if p == nil {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limit
}

// Lost is told that a session was at its end before a message, after it had delivered so many, and
// by what error. overlapped says that the commands of the message had left with the content of the one
// before. It returns how many messages a session takes from now on, if that changed; else 0.
//
// What happens once may be an accident. Twice after the same number of messages is a limit, whether
// the server says so or closes the connection, unless another session delivered more. A server that
// says twice that a command is out of place gets no more overlap; if it goes on to say so, one message
// a session.
func (p *Pool) Lost(delivered int, err error, overlapped bool) int {
	te := advice.SessionError(err)
	if te == nil || delivered == 0 {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case te.Reply == nil && overlapped:
		p.spoilt++
		p.overlap = p.overlap && p.spoilt < twice
	case te.Reply == nil, te.Reply.Code == 421: // RFC 5321, section 4.2.2
	case p.overlap:
		p.refused++
		p.overlap = p.refused < twice
		return 0
	default:
		if p.unknown++; p.unknown >= twice {
			delivered = 1
		}
	}
	if p.cut[delivered]++; p.cut[delivered] < twice {
		return 0
	}
	return p.lower(delivered)
}

// lower sets the limit, and returns it if it is less than before; else 0.
func (p *Pool) lower(to int) int {
	if to < p.proved || to >= p.Most || p.limit > 0 && to >= p.limit {
		return 0
	}
	p.limit = to
	return to
}

// IsLost reports whether an error says that a session was at its end before the message.
func IsLost(err error) bool {
	te := advice.SessionError(err)
	return te != nil && te.Lost
}
