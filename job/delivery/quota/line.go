package quota

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"time"
)

// The kinds of lines.
const (
	lineReserve = "reserve"
	lineEnd     = "end"
	lineFull    = "full"
)

// timeForm is how times are written: as RFC 3339 has them, in UTC. They are whole, so that none
// is before that of the message.
const timeForm = "2006-01-02T15:04:05.000000000Z"

// A line is one of the ledger.
type line struct {
	kind string
	time time.Time
	id   string // of the block
	n    int    // recipients

	until time.Time // full
	text  string    // full
}

// append appends the line as it is written.
func (l *line) append(b []byte) []byte {
	s := l.kind + " " + l.time.UTC().Format(timeForm) + " "
	if l.kind == lineFull {
		s += l.until.UTC().Format(timeForm) + " " + strconv.QuoteToASCII(l.text)
	} else {
		s += l.id + " " + strconv.Itoa(l.n)
	}
	return fmt.Appendf(b, "%s %08x\n", s, sum(s))
}

func sum(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }

// parseLine reads a line without its end.
func parseLine(s string) (l line, ok bool) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 || s[i+1:] != fmt.Sprintf("%08x", sum(s[:i])) {
		return l, false
	}
	f := strings.SplitN(s[:i], " ", 4)
	if len(f) != 4 {
		return l, false
	}
	var err error
	if l.time, err = time.Parse(time.RFC3339Nano, f[1]); err != nil {
		return l, false
	}
	switch l.kind = f[0]; l.kind {
	case lineReserve, lineEnd:
		l.id = f[2]
		l.n, err = strconv.Atoi(f[3])
		return l, err == nil && l.n >= 0
	case lineFull:
		if l.until, err = time.Parse(time.RFC3339Nano, f[2]); err != nil {
			return l, false
		}
		l.text, err = strconv.Unquote(f[3])
		return l, err == nil
	}
	return l, false
}
