package result

import "slices"

// A mark is what a Fold keeps of one record.
type mark struct {
	position
	hash   uint32 // of the compared recipient (sent, unknown) or the Error (skipped)
	sum    uint16 // the low bits of the record's sum
	run    uint8  // the ordinal of its run; 0: it is not known
	status code
	class  code
}

// A position orders the records of a key.
type position struct {
	milli   int64 // the time, in milliseconds since 1970
	attempt uint32
	number  uint32 // among the records of the log
	settles bool
}

// isAttempt reports whether the record is of an attempt, and no word about one or about
// the row.
func (p position) isAttempt() bool { return p.attempt > 0 && !p.settles }

// after reports whether p is later than q. Between attempts the clock, which may have
// been set back, has no say.
func (p position) after(q position) bool {
	switch {
	case p.isAttempt() && q.isAttempt() && p.attempt != q.attempt:
		return p.attempt > q.attempt
	case p.milli != q.milli:
		return p.milli > q.milli
	case p.attempt != q.attempt:
		return p.attempt > q.attempt
	case p.settles != q.settles:
		return p.settles
	}
	return p.number > q.number
}

// repeatable reports whether the log may have several records of this attempt.
func (m *mark) repeatable() bool { return !m.isAttempt() }

// repeats reports whether both are the same record of a key.
func (m *mark) repeats(o *mark) bool {
	if m.repeatable() != o.repeatable() || m.attempt != o.attempt || m.milli != o.milli {
		return false
	}
	if m.repeatable() {
		return m.sum == o.sum
	}
	return m.run == o.run && m.status == o.status && m.class == o.class
}

// delivered reports whether the message was accepted, or may have been.
func (m *mark) delivered() bool { return m.status == codeSent || m.status == codeUnknown }

// deciding returns the mark that decides the state of a key: the last sent one,
// else the last unknown one that is not settled, else the last one. Of the settle records
// of an attempt only the last counts, and one that says unknown only takes the others
// back. There must be at least one.
func deciding(all []mark) mark {
	rank := func(m *mark) int {
		switch {
		case m.settles && (m.status == codeUnknown || m.resettled(all)):
			return -1
		case m.status == codeSent:
			return 2
		case m.status == codeUnknown && !m.settled(all):
			return 1
		}
		return 0
	}
	// The attempts first: of these only the last one is compared by its time.
	best := -1
	for _, attempts := range []bool{true, false} {
		for i := range all {
			if all[i].isAttempt() != attempts {
				continue
			}
			if best < 0 {
				best = i
				continue
			}
			r, b := rank(&all[i]), rank(&all[best])
			if r > b || r == b && all[i].after(all[best].position) {
				best = i
			}
		}
	}
	return all[best]
}

// settled reports whether the last settle record of the attempt is later, and does not take back
// what others say.
func (m *mark) settled(all []mark) bool {
	return slices.ContainsFunc(all, func(s mark) bool {
		return s.settles && s.attempt == m.attempt && s.status != codeUnknown && s.after(m.position) && !s.resettled(all)
	})
}

// resettled reports whether a later record settles the same attempt as this settle record.
func (m *mark) resettled(all []mark) bool {
	return slices.ContainsFunc(all, func(s mark) bool {
		return s.settles && s.attempt == m.attempt && s.after(m.position)
	})
}
