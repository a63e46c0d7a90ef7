package sheet

import (
	"bytes"
	"io"
)

// textEnds are the octets of which the end of a text of DOS is made: Ctrl-Z, which may come more
// than once, and line ends behind it.
const textEnds = "\x1a\r\n"

// maxTextEnd is the longest such end, in octets.
const maxTextEnd = 4096

// A textEnd reads a text without the Ctrl-Z that programs of DOS put at its end.
type textEnd struct {
	src   io.Reader
	held  []byte // begins with Ctrl-Z, and may be the end
	ready []byte // was held, and is not the end
	err   error  // of src
}

// Read reads from src.
func (t *textEnd) Read(p []byte) (int, error) {
	for {
		if len(t.ready) > 0 {
			n := copy(p, t.ready)
			t.ready = t.ready[n:]
			return n, nil
		}
		if t.err != nil {
			return 0, t.err
		}
		var n int
		n, t.err = t.src.Read(p)
		if len(t.held) > 0 {
			t.hold(p[:n])
			continue
		}
		if n = t.cut(p[:n]); n > 0 {
			return n, nil
		}
	}
}

// cut holds what may be the end of the text, and returns the length of what is before it.
func (t *textEnd) cut(b []byte) int {
	n := len(bytes.TrimRight(b, textEnds))
	i := bytes.IndexByte(b[n:], textEnds[0])
	if i < 0 {
		return len(b)
	}
	t.held = append(t.held, b[n+i:]...)
	return n + i
}

// hold takes what follows in the text. What is held is no end if it is anything else.
func (t *textEnd) hold(b []byte) {
	t.held = append(t.held, b...)
	if n := len(bytes.TrimRight(b, textEnds)); n == 0 && len(t.held) <= maxTextEnd {
		return
	}
	all := t.held
	t.held = nil
	t.ready = all[:t.cut(all)]
}
