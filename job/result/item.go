package result

import (
	"encoding/binary"
	"math/bits"

	"mailshot/job/index"
)

// An item is what a Fold keeps of a key in an index.Item: the record that decides,
// and which attempts there are. That is all of it where the key has one record,
// or only failed ones and one that says sent, and no attempt beyond 16; of
// other keys the Fold keeps a trace of every record.
type item struct {
	milli   int64 // 48 bits
	mark    uint32
	seen    uint16 // bit n-1 for attempt n; the sum of a record with attempt 0
	attempt uint8
	status  code
	class   code
	full    bool // the Fold has its traces
}

// maxCompact is the greatest attempt that an item can tell of.
const maxCompact = 16

// itemOf is the item of a key with one record, if that fits in.
func itemOf(t *trace) (it item, ok bool) {
	it = item{milli: t.milli, mark: t.mark, seen: t.sum, status: t.status, class: t.class}
	if t.settles || t.attempt > maxCompact || t.milli != t.milli<<16>>16 {
		return it, false
	}
	it.attempt = uint8(t.attempt)
	if t.attempt > 0 {
		it.seen = 1 << (t.attempt - 1)
	}
	return it, true
}

// trace is that of the record that decides.
func (it *item) trace() trace {
	t := trace{when: when{milli: it.milli, attempt: uint32(it.attempt)}, mark: it.mark, status: it.status, class: it.class}
	if it.attempt == 0 {
		t.sum = it.seen
	}
	return t
}

// traces are those of all its records. What is not known of the ones that do
// not decide, decides nothing.
func (it *item) traces() []trace {
	all := []trace{it.trace()}
	if it.attempt == 0 {
		return all
	}
	for n := uint32(1); n <= maxCompact; n++ {
		if it.has(n) && n != uint32(it.attempt) {
			all = append(all, trace{when: when{milli: it.milli - 1, attempt: n}, status: codeFailed, class: it.class})
		}
	}
	return all
}

// has tells whether there is a record of that attempt.
func (it *item) has(attempt uint32) bool {
	return it.attempt > 0 && attempt >= 1 && attempt <= maxCompact && it.seen>>(attempt-1)&1 == 1
}

// attempts is the greatest attempt.
func (it *item) attempts() int {
	if it.attempt == 0 {
		return 0
	}
	return bits.Len16(it.seen)
}

// merge takes in another record, if that fits in.
func (it *item) merge(t *trace) bool {
	fits := func(s code) bool { return s == codeSent || s == codeFailed }
	switch {
	case t.loose() || t.attempt > maxCompact || it.attempt == 0 || t.milli != t.milli<<16>>16:
		return false
	case !fits(t.status) || !fits(it.status) || t.status == codeSent && it.status == codeSent:
		return false
	}
	seen := it.seen | 1<<(t.attempt-1)
	own := it.trace()
	if sent := t.status == codeSent; sent || it.status != codeSent && t.after(own.when) {
		*it, _ = itemOf(t)
	}
	it.seen = seen
	return true
}

// unpackItem is the reverse of pack.
func unpackItem(b index.Item) item {
	packed := binary.LittleEndian.Uint64(b[:])
	return item{
		milli:   int64(packed) >> 16,
		attempt: uint8(packed & 0x1f), status: code(packed >> 5 & 7), class: code(packed >> 8 & 3), full: packed>>10&1 == 1,
		mark: binary.LittleEndian.Uint32(b[8:]),
		seen: binary.LittleEndian.Uint16(b[12:]),
	}
}

// pack returns the item as the table stores it: milli, full, class, status and
// attempt in 48, 1, 2, 3 and 5 bits of the first 8 octets, mark in 4, seen in 2.
func (it *item) pack() (b index.Item) {
	packed := uint64(it.milli)<<16 | uint64(it.attempt) | uint64(it.status)<<5 | uint64(it.class)<<8
	if it.full {
		packed |= 1 << 10
	}
	binary.LittleEndian.PutUint64(b[:], packed)
	binary.LittleEndian.PutUint32(b[8:], it.mark)
	binary.LittleEndian.PutUint16(b[12:], it.seen)
	return b
}
