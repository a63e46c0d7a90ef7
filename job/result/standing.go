package result

import "slices"

// A trace is what is kept of one record.
type trace struct {
	when
	mark   uint32 // of the compared recipient (sent, unknown) or the Error (skipped)
	sum    uint16 // the low bits
	status code
	class  code
}

// when orders the records of a key.
type when struct {
	milli   int64
	attempt uint32
	number  uint32 // among the records of the log
	settles bool
}

// after tells whether w is later than v.
func (w when) after(v when) bool {
	switch {
	case w.milli != v.milli:
		return w.milli > v.milli
	case w.attempt != v.attempt:
		return w.attempt > v.attempt
	case w.settles != v.settles:
		return w.settles
	}
	return w.number > v.number
}

// loose tells whether the log may have several records of this attempt.
func (t *trace) loose() bool { return t.attempt == 0 || t.settles }

// repeats tells whether two records of a key are one too many.
func (t *trace) repeats(o *trace) bool {
	if t.loose() != o.loose() || t.attempt != o.attempt {
		return false
	}
	return !t.loose() || t.milli == o.milli && t.sum == o.sum
}

// delivered tells whether the message went out, or may have.
func (t *trace) delivered() bool { return t.status == codeSent || t.status == codeUnknown }

// deciding gives the record that decides the state of a key: the last sent one,
// else the last unknown one that no later settle record of its attempt settles,
// else the last one. There is at least one.
func deciding(all []trace) trace {
	best := -1
	rank := func(t *trace) int {
		switch {
		case t.status == codeSent:
			return 2
		case t.status == codeUnknown && !t.settles && !t.settled(all):
			return 1
		}
		return 0
	}
	for i := range all {
		if best < 0 {
			best = i
			continue
		}
		r, b := rank(&all[i]), rank(&all[best])
		if r > b || r == b && all[i].after(all[best].when) {
			best = i
		}
	}
	return all[best]
}

func (t *trace) settled(all []trace) bool {
	return slices.ContainsFunc(all, func(s trace) bool {
		return s.settles && s.attempt == t.attempt && s.after(t.when)
	})
}

// code is a Status or Class in one byte; 0 is the empty one.
type code uint8

const (
	codeSent code = iota + 1
	codeFailed
	codeUnknown
	codeSkipped
)

const (
	codeTemporary code = iota + 1
	codePermanent
)

func statusCode(s Status) code {
	switch s {
	case Sent:
		return codeSent
	case Failed:
		return codeFailed
	case Unknown:
		return codeUnknown
	case Skipped:
		return codeSkipped
	}
	return 0
}

func (c code) status() Status { return [...]Status{"", Sent, Failed, Unknown, Skipped}[c] }

func classCode(c Class) code {
	switch c {
	case Temporary:
		return codeTemporary
	case Permanent:
		return codePermanent
	}
	return 0
}

func (c code) class() Class { return [...]Class{"", Temporary, Permanent}[c] }
