package letter

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"
	"slices"
	"time"

	"mailshot/transport"
	"mailshot/transport/message"
)

// How many octets of letters the spool keeps, on a disk that has many times as
// much room for the log and the journal, and of how large a letter. What is
// beyond is made a second time.
const (
	cacheSize = 256 << 20
	diskShare = 16
	maxLetter = 256 << 10
)

// A Cache keeps the messages of the first pass as they were checked, behind
// the rows of the spool and in their order, so that sending need not make them
// again. That saves time and nothing else: a message that is not there is made
// anew, and comes out the same. The nil Cache keeps nothing.
type Cache struct {
	file *os.File
	at   int64 // where it begins in the file
	w    *bufio.Writer
	size int64
	left int64 // how much more it takes
}

// NewCache begins one in a file, from an offset on.
func NewCache(file *os.File, at int64) *Cache {
	return &Cache{
		file: file, at: at, w: bufio.NewWriterSize(io.NewOffsetWriter(file, at), 64<<10),
		left: min(cacheSize, freeSpace(file)/diskShare),
	}
}

// Add appends what AppendCached made, until there is no more room.
func (c *Cache) Add(letters []byte) {
	if c == nil {
		return
	}
	if c.left -= int64(len(letters)); c.left < 0 {
		return
	}
	if _, err := c.w.Write(letters); err != nil {
		c.left = -1
		return
	}
	c.size += int64(len(letters))
}

// A Cached letter is a message as it was checked; the zero one is none.
type Cached struct {
	octets []byte
	dateAt int // where its date is
	shape  transport.Shape
}

// AppendCached appends a row's message in the form of the Cache, if it is one
// that can be kept: not too large, without files, and for one recipient.
func AppendCached(b []byte, number int, m *Mail) []byte {
	if len(m.letter) != 1 || m.letter[0].Open != nil || len(m.letter[0].Data) > maxLetter || len(m.Copies) > 0 || m.Wide {
		return b
	}
	data := m.letter[0].Data
	b = binary.AppendUvarint(b, uint64(number))
	b = binary.AppendUvarint(b, uint64(m.dateAt))
	b = binary.AppendUvarint(b, uint64(m.Message.LastShape()))
	b = binary.AppendUvarint(b, uint64(len(data)))
	return append(b, data...)
}

// IsZero reports whether there is no letter.
func (k Cached) IsZero() bool { return k.octets == nil }

// Buffer returns the letter's memory, for another one to be read into once this
// one is no longer needed.
func (k Cached) Buffer() []byte { return k.octets }

// withDate returns the message with another date.
func (k Cached) withDate(t time.Time) []byte {
	message.SetDate(k.octets[k.dateAt:], t)
	return k.octets
}

// Letters reads from the start.
func (c *Cache) Letters() *CacheReader {
	in := &CacheReader{}
	switch {
	case c == nil:
	case c.w.Flush() != nil:
		_ = c.file.Truncate(c.at) // all are made anew
	default:
		in.r = bufio.NewReaderSize(io.NewSectionReader(c.file, c.at, c.size), 64<<10)
		in.head()
	}
	return in
}

// A CacheReader reads the cached letters in the order of their rows.
type CacheReader struct {
	r      *bufio.Reader
	number int // of the row that is next; 0: there is none
	dateAt int
	shape  transport.Shape
	size   int
}

// head reads what stands before the octets of the next letter.
func (l *CacheReader) head() {
	var head [4]uint64
	for i := range head {
		n, err := binary.ReadUvarint(l.r)
		if err != nil || n > cacheSize {
			l.number = 0
			return
		}
		head[i] = n
	}
	l.number, l.dateAt, l.shape, l.size = int(head[0]), int(head[1]), transport.Shape(head[2]), int(head[3])
}

// Of returns the letter of a row, in the memory of buf, or none. Rows are asked
// for in the order of the file.
func (l *CacheReader) Of(number int, buf []byte) Cached {
	for l.number > 0 && l.number < number { // a row that was taken out meanwhile
		if _, err := l.r.Discard(l.size); err != nil {
			l.number = 0
			return Cached{}
		}
		l.head()
	}
	if l.number != number {
		return Cached{}
	}
	k := Cached{slices.Grow(buf[:0], l.size)[:l.size], l.dateAt, l.shape}
	if _, err := io.ReadFull(l.r, k.octets); err != nil || l.dateAt > l.size-message.DateSize {
		l.number = 0
		return Cached{}
	}
	l.head()
	return k
}
