package job

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"
	"slices"
	"time"

	"mailshot/transport/message"
)

// How many octets of letters the spool keeps, on a disk that has many times as
// much room for the log and the journal, and of how large a letter. What is
// beyond is made a second time.
const (
	larderSize  = 256 << 20
	larderShare = 16
	maxLetter   = 256 << 10
)

// chunkKept is how many octets of a chunk's letters are in memory when no more
// of them are kept: a few chunks for each processor are on their way at once.
const chunkKept = 2 << 20

// A larder keeps the messages of the first pass as they were checked, behind
// the rows of the spool and in their order, so that sending need not make them
// again. That saves time and nothing else: a message that is not there is made
// anew, and comes out the same. The nil larder keeps nothing.
type larder struct {
	file *os.File
	at   int64 // where it begins in the file
	w    *bufio.Writer
	size int64
	left int64 // how much more it takes
}

// newLarder begins one in a file, from an offset on.
func newLarder(file *os.File, at int64) *larder {
	return &larder{
		file: file, at: at, w: bufio.NewWriterSize(io.NewOffsetWriter(file, at), 64<<10),
		left: min(larderSize, room(file)/larderShare),
	}
}

// add appends what appendKept made, until there is no more room.
func (l *larder) add(letters []byte) {
	if l == nil {
		return
	}
	if l.left -= int64(len(letters)); l.left < 0 {
		return
	}
	if _, err := l.w.Write(letters); err != nil {
		l.left = -1
		return
	}
	l.size += int64(len(letters))
}

// A kept letter is a message as it was checked; the zero one is none.
type kept struct {
	octets []byte
	dateAt int // where its date is
}

// appendKept appends a row's message in the form of the larder, if it is one
// that can be kept: not too large, without files, and for one recipient.
func appendKept(b []byte, number int, m *mail) []byte {
	if len(m.letter) != 1 || m.letter[0].Open != nil || len(m.letter[0].Data) > maxLetter || len(m.copies) > 0 || m.wide {
		return b
	}
	data := m.letter[0].Data
	b = binary.AppendUvarint(b, uint64(number))
	b = binary.AppendUvarint(b, uint64(m.dateAt))
	b = binary.AppendUvarint(b, uint64(len(data)))
	return append(b, data...)
}

// dated is the message with another date.
func (k kept) dated(t time.Time) []byte {
	message.SetDate(k.octets[k.dateAt:], t)
	return k.octets
}

// letters reads from the start.
func (l *larder) letters() *larderReader {
	in := &larderReader{}
	switch {
	case l == nil:
	case l.w.Flush() != nil:
		_ = l.file.Truncate(l.at) // all are made anew
	default:
		in.r = bufio.NewReaderSize(io.NewSectionReader(l.file, l.at, l.size), 64<<10)
		in.head()
	}
	return in
}

// A larderReader gives the kept letters in the order of their rows.
type larderReader struct {
	r      *bufio.Reader
	number int // of the row that is next; 0: there is none
	dateAt int
	size   int
}

// head reads what stands before the octets of the next letter.
func (l *larderReader) head() {
	var head [3]uint64
	for i := range head {
		n, err := binary.ReadUvarint(l.r)
		if err != nil || n > larderSize {
			l.number = 0
			return
		}
		head[i] = n
	}
	l.number, l.dateAt, l.size = int(head[0]), int(head[1]), int(head[2])
}

// of gives the letter of a row, in the memory of buf, or none. Rows are asked
// for in the order of the file.
func (l *larderReader) of(number int, buf []byte) kept {
	for l.number > 0 && l.number < number { // a row that was taken out meanwhile
		if _, err := l.r.Discard(l.size); err != nil {
			l.number = 0
			return kept{}
		}
		l.head()
	}
	if l.number != number {
		return kept{}
	}
	k := kept{slices.Grow(buf[:0], l.size)[:l.size], l.dateAt}
	if _, err := io.ReadFull(l.r, k.octets); err != nil || l.dateAt > l.size-message.DateSize {
		l.number = 0
		return kept{}
	}
	l.head()
	return k
}
