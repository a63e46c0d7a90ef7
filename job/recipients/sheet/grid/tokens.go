package grid

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

const (
	maxToken = 4 << 20 // octets of a text or a tag
	maxDepth = 64
)

// Tokens reads XML piece by piece. Definitions of a document's own, of which XML bombs are made, are
// refused. Elements have the names before which namespaces stand left out.
type Tokens struct {
	src   io.ReadCloser
	name  string
	xml   *xml.Decoder
	bytes *recent
	depth int
	read  int64 // octets
	mark  int64 // when the last token was taken
}

// Tokens opens a part of the archive that is XML.
func (a *Archive) Tokens(name string) (*Tokens, error) {
	r, err := a.Open(name)
	if err != nil {
		return nil, err
	}
	t := &Tokens{src: r, name: name}
	t.bytes = &recent{Reader: bufio.NewReaderSize(metered{t}, 64<<10)}
	t.xml = xml.NewDecoder(t.bytes)
	return t, nil
}

// Close closes the part.
func (t *Tokens) Close() error { return t.src.Close() }

// metered reads the part, but no token of any length.
type metered struct{ *Tokens }

// Read implements [io.Reader].
func (m metered) Read(p []byte) (int, error) {
	if m.read-m.mark > maxToken {
		return 0, Broken(0, "%s has a piece of more than %d MiB", m.name, maxToken>>20)
	}
	n, err := m.src.Read(p)
	m.Tokens.read += int64(n)
	return n, err
}

// recent gives the decoder its octets, and knows the last two.
type recent struct {
	*bufio.Reader
	before, last byte
}

// ReadByte implements [io.ByteReader], by which the decoder reads no octet too far.
func (r *recent) ReadByte() (byte, error) {
	b, err := r.Reader.ReadByte()
	r.before, r.last = r.last, b
	return b, err
}

// Next returns the next start, end or text. At the end of the document it is io.EOF. A text is good
// until the call after.
func (t *Tokens) Next() (xml.Token, error) {
	for {
		t.mark = t.read
		tok, err := t.xml.RawToken()
		if err != nil {
			return nil, t.failed(err)
		}
		switch tok.(type) {
		case xml.StartElement:
			if t.depth++; t.depth > maxDepth {
				return nil, Broken(0, "%s is nested too deep", t.name)
			}
			return tok, nil
		case xml.EndElement:
			if t.depth--; t.depth < 0 {
				return nil, Broken(0, "%s ends what never began", t.name)
			}
			return tok, nil
		case xml.CharData:
			return tok, nil
		case xml.Directive:
			return nil, Broken(0, "%s has definitions of its own", t.name)
		}
	}
}

func (t *Tokens) failed(err error) error {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e
	}
	if err == io.EOF && t.depth == 0 {
		return io.EOF
	}
	return Broken(0, "%s is no whole XML", t.name)
}

// Depth returns how many elements have begun and not ended.
func (t *Tokens) Depth() int { return t.depth }

// Skip passes over what is left of the element that began last.
func (t *Tokens) Skip() error {
	for depth := t.depth - 1; t.depth > depth; {
		if _, err := t.Next(); err != nil {
			return err
		}
	}
	return nil
}

// Leap passes over what is left of the element that began last, and is e, as Skip does, but looks only
// for the tags that have its name, which takes a fraction of the time.
func (t *Tokens) Leap(e *xml.StartElement) error {
	if t.bytes.before == '/' && t.bytes.last == '>' {
		return t.Skip() // it has an end without a tag
	}
	name := []byte(e.Name.Local)
	if e.Name.Space != "" {
		name = []byte(e.Name.Space + ":" + e.Name.Local)
	}
	for depth := 1; depth > 0; {
		t.mark = t.read
		if err := t.pass('<'); err != nil {
			return err
		}
		head, _ := t.bytes.Peek(len(name) + 2) // a shorter one is none of these
		end := bytes.HasPrefix(head, []byte("/"))
		after, ok := bytes.CutPrefix(bytes.TrimPrefix(head, []byte("/")), name)
		if !ok || len(after) == 0 || bytes.IndexByte([]byte(" \t\r\n/>"), after[0]) < 0 {
			continue
		}
		if err := t.pass('>'); err != nil {
			return err
		}
		switch {
		case end:
			depth--
		case t.bytes.before != '/':
			depth++
		}
	}
	t.depth--
	return nil
}

// pass passes over what there is up to an octet, and that.
func (t *Tokens) pass(c byte) error {
	for {
		piece, err := t.bytes.ReadSlice(c)
		if n := len(piece); n > 1 {
			t.bytes.before = piece[n-2]
		}
		if err == nil {
			return nil
		}
		if err != bufio.ErrBufferFull {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return t.failed(err)
		}
	}
}

// Start passes over all else until an element begins, and returns that, or io.EOF.
func (t *Tokens) Start() (xml.StartElement, error) {
	for {
		tok, err := t.Next()
		if err != nil {
			return xml.StartElement{}, err
		}
		if start, ok := tok.(xml.StartElement); ok {
			return start, nil
		}
	}
}

// Each calls f with every element that begins.
func (t *Tokens) Each(f func(xml.StartElement) error) error {
	for {
		start, err := t.Start()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(start); err != nil {
			return err
		}
	}
}

// Attr returns an attribute, and "" where there is none.
func Attr(e *xml.StartElement, name string) string {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name && e.Attr[i].Name.Space != "xmlns" {
			return e.Attr[i].Value
		}
	}
	return ""
}
