package result

import (
	"encoding/binary"
	"math/bits"

	"mailshot/job/index"
)

// An item is what a Fold keeps of a key in an index.Item: the record that decides,
// and which attempts there are. That is enough for a key with one record, or with
// failed ones and at most one sent one, and no attempt beyond 16. For other keys
// the Fold has a mark of every record.
type item struct {
	milli   int64 // 48 bits
	hash    uint32
	seen    uint16 // bit n-1 for attempt n; or the sum of a record with attempt 0
	attempt uint8
	ordinal uint8 // of its run
	status  code
	class   code
	full    bool // the Fold has a mark of every record
}

// maxCompact is the greatest attempt that fits an item.
const maxCompact = 16

// itemOf returns the item of a key with one record, if it fits.
func itemOf(t *mark) (it item, ok bool) {
	it = item{milli: t.milli, hash: t.hash, seen: t.sum, ordinal: t.run, status: t.status, class: t.class}
	if t.settles || t.attempt > maxCompact || t.milli != t.milli<<16>>16 {
		return it, false
	}
	it.attempt = uint8(t.attempt)
	if t.attempt > 0 {
		it.seen = 1 << (t.attempt - 1)
	}
	return it, true
}

// mark returns that of the record that decides.
func (it *item) mark() mark {
	t := mark{position: position{milli: it.milli, attempt: uint32(it.attempt)}, hash: it.hash, run: it.ordinal, status: it.status, class: it.class}
	if it.attempt == 0 {
		t.sum = it.seen
	}
	return t
}

// marks returns those of all records. Of the ones that do not decide, it makes up
// what the item does not have; none of that can change which one decides.
func (it *item) marks() []mark {
	all := []mark{it.mark()}
	if it.attempt == 0 {
		return all
	}
	for n := uint32(1); n <= maxCompact; n++ {
		if it.has(n) && n != uint32(it.attempt) {
			all = append(all, mark{position: position{milli: it.milli - 1, attempt: n}, status: codeFailed, class: it.class})
		}
	}
	return all
}

// has reports whether there is a record of that attempt.
func (it *item) has(attempt uint32) bool {
	return it.attempt > 0 && attempt >= 1 && attempt <= maxCompact && it.seen>>(attempt-1)&1 == 1
}

// run returns the ordinal of the run that made an attempt, 0 if it is not known.
func (it *item) run(attempt uint32) uint8 {
	if uint32(it.attempt) != attempt {
		return 0
	}
	return it.ordinal
}

// attempts returns the greatest attempt.
func (it *item) attempts() int {
	if it.attempt == 0 {
		return 0
	}
	return bits.Len16(it.seen)
}

// merge adds another record, and reports false if it does not fit.
func (it *item) merge(t *mark) bool {
	fits := func(s code) bool { return s == codeSent || s == codeFailed }
	switch {
	case t.repeatable() || t.attempt > maxCompact || it.attempt == 0 || t.milli != t.milli<<16>>16:
		return false
	case !fits(t.status) || !fits(it.status) || t.status == codeSent && it.status == codeSent:
		return false
	}
	seen := it.seen | 1<<(t.attempt-1)
	own := it.mark()
	if sent := t.status == codeSent; sent || it.status != codeSent && t.after(own.position) {
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
		ordinal: uint8(packed >> 11 & 0x1f),
		hash:    binary.LittleEndian.Uint32(b[8:]),
		seen:    binary.LittleEndian.Uint16(b[12:]),
	}
}

// pack returns the item as the table stores it: milli, ordinal, full, class, status and
// attempt in 48, 5, 1, 2, 3 and 5 bits of the first 8 octets, mark in 4, seen in 2.
func (it *item) pack() (b index.Item) {
	packed := uint64(it.milli)<<16 | uint64(it.attempt) | uint64(it.status)<<5 | uint64(it.class)<<8 | uint64(it.ordinal)<<11
	if it.full {
		packed |= 1 << 10
	}
	binary.LittleEndian.PutUint64(b[:], packed)
	binary.LittleEndian.PutUint32(b[8:], it.hash)
	binary.LittleEndian.PutUint16(b[12:], it.seen)
	return b
}
