package result

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"mailshot/job/result/celltext"
)

// A oneLine is a reader that returns io.EOF at the end of each line, so that an
// unclosed quote does not extend to the lines behind it.
type oneLine struct{ rest []byte }

func (o *oneLine) Read(p []byte) (int, error) {
	if len(o.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// errLong is the error for a line beyond maxLine, which is skipped.
var errLong = errors.New("it is longer than 16 MiB")

// A lineReader reads lines and counts them.
type lineReader struct {
	r      *bufio.Reader
	long   []byte // a line that is longer than the buffer of r
	number int    // of the last line
	start  int64  // offset of the last line in the file
	end    int64  // offset behind it
	open   bool   // the last line has no line end
}

// next returns a line with its line end, valid until the next call; io.EOF if there
// are no more.
func (l *lineReader) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	size := int64(len(line))
	if err == bufio.ErrBufferFull {
		line, size, err = l.join(line)
	}
	if err == io.EOF && size == 0 {
		return nil, err
	}
	l.number++
	l.start, l.end = l.end, l.end+size
	if l.open = err == io.EOF; l.open {
		err = nil
	}
	return line, err
}

// join reads the rest of a long line. It returns the size as well, since beyond
// maxLine the line is not complete.
func (l *lineReader) join(start []byte) (line []byte, size int64, err error) {
	l.long = append(l.long[:0], start...)
	size = int64(len(start))
	for {
		part, err := l.r.ReadSlice('\n')
		size += int64(len(part))
		if len(l.long) <= maxLine {
			l.long = append(l.long, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if len(l.long) > maxLine && (err == nil || err == io.EOF) {
			err = errLong
		}
		return l.long, size, err
	}
}

// cut sets the cells of a line as AppendLine writes it, but without the line end,
// and reports whether it is such a line.
func (c *cells) cut(line string) bool {
	for col := range c {
		if col > 0 {
			if line == "" || line[0] != ',' {
				return false
			}
			line = line[1:]
		}
		var ok bool
		if c[col], line, ok = cutCell(line); !ok {
			return false
		}
		c[col] = celltext.Unguard(c[col])
	}
	return line == ""
}

// cutCell returns the first cell of a line, and the rest of the line.
func cutCell(line string) (cell, rest string, ok bool) {
	if line == "" || line[0] != '"' {
		i := strings.IndexByte(line, ',')
		if i < 0 {
			i = len(line)
		}
		return line[:i], line[i:], strings.IndexByte(line[:i], '"') < 0
	}
	line = line[1:]
	for from := 0; ; {
		i := strings.IndexByte(line[from:], '"')
		if i < 0 {
			return "", "", false
		}
		i += from
		if i+1 < len(line) && line[i+1] == '"' {
			from = i + 2
			continue
		}
		cell, rest = line[:i], line[i+1:]
		if from > 0 {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		return cell, rest, true
	}
}
