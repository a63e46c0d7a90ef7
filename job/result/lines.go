package result

import (
	"bufio"
	"errors"
	"io"
)

// oneLine is a reader of a line that ends where the line ends, again and
// again: a quote that is not closed takes no other lines with it.
type oneLine struct{ rest []byte }

func (o *oneLine) Read(p []byte) (int, error) {
	if len(o.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// errLong is of a line that is not kept.
var errLong = errors.New("it is longer than 16 MiB")

// A lineReader reads lines and counts them.
type lineReader struct {
	r      *bufio.Reader
	long   []byte // holds a line that is longer than r's buffer
	number int    // of the last line
	open   bool   // the last line has no line end
}

// next gives a line with its line end, valid until the next call; io.EOF if
// there is no more.
func (l *lineReader) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		line, err = l.join(line)
	}
	if err == io.EOF && len(line) == 0 {
		return nil, err
	}
	l.number++
	if err == io.EOF {
		l.open, err = true, nil
	}
	return line, err
}

// join reads the rest of a long line.
func (l *lineReader) join(start []byte) ([]byte, error) {
	l.long = append(l.long[:0], start...)
	for {
		part, err := l.r.ReadSlice('\n')
		if len(l.long) <= maxLine {
			l.long = append(l.long, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if len(l.long) > maxLine && (err == nil || err == io.EOF) {
			err = errLong
		}
		return l.long, err
	}
}
