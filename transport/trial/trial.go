// Package trial finds out how a server takes commands behind a message.
package trial

import "sync/atomic"

// A Trial is what is known of a server. Some announce PIPELINING and break at commands behind a
// message: Dovecot 2.3's submission service ends at a RCPT, so that the reply to the message, which it
// took, never comes. So the first command behind a message is MAIL alone, which costs nobody a message,
// the next ones are all, and until both went well no other session says any. Its zero value knows
// nothing; it is safe for concurrent use.
type Trial struct{ state atomic.Int32 }

// The states of a trial.
const (
	untried int32 = iota
	triesMail
	takesMail
	triesAll
	takesAll
	takesNone
)

// Begin reports whether commands may go behind a message now, whether all of them or MAIL alone, and
// whether End must say what came of it.
func (t *Trial) Begin() (may, all, tries bool) {
	switch {
	case t.state.CompareAndSwap(untried, triesMail):
		return true, false, true
	case t.state.CompareAndSwap(takesMail, triesAll):
		return true, true, true
	}
	may = t.state.Load() == takesAll
	return may, may, false
}

// A Verdict is what came of commands behind a message.
type Verdict uint8

// The verdicts.
const (
	Unsettled Verdict = iota // they are tried again
	Well
	Badly // they are never tried again
)

// End ends what Begin began.
func (t *Trial) End(v Verdict) {
	state := t.state.Load() // nobody else changes it
	switch v {
	case Well:
		state++
	case Badly:
		state = takesNone
	default:
		state--
	}
	t.state.Store(state)
}

// Trust has commands go behind messages without a trial.
func (t *Trial) Trust() { t.state.Store(takesAll) }
