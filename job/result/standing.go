package result

import "slices"

// standing is what is kept of every key: its last sent record, or else its
// last record. It has 40 bytes, and no pointers for the collector to follow.
type standing struct {
	milli    int64
	mark     uint64
	attempt  uint32
	number   uint32
	sum      uint32
	line     uint32
	attempts uint32
	status   code
	class    code
	settles  bool
	doubtful bool // the Fold's doubts have the key
}

// when is the place of the record among those of its key.
func (s *standing) when() when { return when{s.milli, s.attempt, s.number, s.settles} }

// decides tells whether s stays rather than another standing of its key.
func (s *standing) decides(other standing) bool {
	if sent := s.status == codeSent; sent != (other.status == codeSent) {
		return sent
	}
	return s.when().after(other.when())
}

// delivered tells whether the message went out, or may have.
func (s *standing) delivered() bool { return s.status == codeSent || s.status == codeUnknown }

// id is that of the record.
func (s *standing) id(key KeyID) recordID {
	r := recordID{key: key, attempt: s.attempt}
	if s.attempt == 0 || s.settles {
		r.milli, r.sum, r.loose = s.milli, s.sum, true
	}
	return r
}

// A recordID is what no two records of a log share: key and attempt, and for
// those that need not be unique by that the time and the sum.
type recordID struct {
	key     KeyID
	milli   int64
	attempt uint32
	sum     uint32
	loose   bool
}

// when orders the records of a key.
type when struct {
	milli   int64
	attempt uint32
	number  uint32
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

// A doubt is an unknown record, or one that settles such a record.
type doubt struct {
	when
	mark  uint64
	class code
}

// unsettled gives the last unknown record that no later one settles.
func unsettled(all []doubt) (last doubt, ok bool) {
	for _, d := range all {
		if !d.settles && !d.settledBy(all) && (!ok || d.after(last.when)) {
			last, ok = d, true
		}
	}
	return last, ok
}

func (d doubt) settledBy(all []doubt) bool {
	return slices.ContainsFunc(all, func(s doubt) bool {
		return s.settles && s.attempt == d.attempt && s.after(d.when)
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
