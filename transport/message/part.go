package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxKind is the longest media type that can be registered (RFC 6838, section 4.2).
const maxKind = 127 + len("/") + 127

// part writes the remaining fields of the entity that p is, an empty line, and its body. id is the
// Message-ID.
func (e *Encoder) part(p *Part, id string) error {
	p = collapse(p)
	kind := p.kind()
	main, sub, _ := strings.Cut(kind, "/")
	if !mimeToken(main) || !mimeToken(sub) || len(kind) > maxKind {
		return &FieldError{"Content-Type", fmt.Errorf("%+q is not a media type", kind)}
	}
	if err := p.check(kind); err != nil {
		return err
	}
	switch {
	case len(p.Parts) > 0:
		return e.multipart(p, kind, id)
	case p.isText():
		return e.textLeaf(p, kind)
	}
	return e.binaryLeaf(p, kind)
}

// collapse returns what stands for p: a multipart's only child for it.
func collapse(p *Part) *Part {
	for len(p.Parts) == 1 {
		p = &p.Parts[0]
	}
	return p
}

// isText reports whether p, a leaf, is a text.
func (p *Part) isText() bool {
	return !p.isContent() && (p.Text != "" || p.Type == "" || hasPrefixFold(p.Type, "text/"))
}

// isContent reports whether p is a leaf that is not to be touched.
func (p *Part) isContent() bool { return p.contents() > 0 }

// contents returns the number of such contents; more than one are an error.
func (p *Part) contents() int {
	n := 0
	for _, given := range [...]bool{p.Content != nil, p.File != nil, p.Encoded != nil} {
		if given {
			n++
		}
	}
	return n
}

// kind returns p's media type or the one that it has by default.
func (p *Part) kind() string {
	switch {
	case p.Type != "":
		return p.Type
	case len(p.Parts) > 0:
		return "multipart/mixed"
	case p.isText():
		return "text/plain"
	}
	return "application/octet-stream"
}

func (p *Part) check(kind string) error {
	var err error
	switch {
	case hasPrefixFold(kind, "multipart/") != (len(p.Parts) > 0):
		err = fmt.Errorf("%s needs parts, and nothing else has any", kind)
	case p.contents() > 1, p.Text != "" && p.isContent(), len(p.Parts) > 0 && (p.Text != "" || p.isContent()):
		err = fmt.Errorf("%s has more than one content", kind)
	case p.Text != "" && hasPrefixFold(kind, "message/"):
		// RFC 2046, section 5.2.1.
		err = fmt.Errorf("%s is no text: it goes as it is, without an encoding", kind)
	}
	if err != nil {
		return &FieldError{"Content-Type", err}
	}
	if err := checkFileName(p.FileName); err != nil {
		return &FieldError{"Content-Disposition", err}
	}
	return nil
}

// multipart writes p with a boundary that its parts do not contain; what is in base64 elsewhere
// can't.
func (e *Encoder) multipart(p *Part, kind, id string) error {
	if p.FileName != "" || p.Disposition != "" || p.ContentID != "" {
		return &FieldError{"Content-Disposition", fmt.Errorf("%s has none, and no Content-ID", kind)}
	}
	number := e.multiparts
	start, cuts := len(e.buf), len(e.cuts)
	for try := 0; ; try++ {
		e.buf, e.cuts = e.buf[:start], e.cuts[:cuts]
		e.multiparts = number + 1
		boundary := newBoundary(id, number, try)
		if err := e.multipartFields(p, kind, string(boundary[2:])); err != nil {
			return err
		}
		body := len(e.buf)
		for i := range p.Parts {
			e.buf = append(append(append(e.buf, "\r\n"...), boundary[:]...), "\r\n"...)
			if err := e.part(&p.Parts[i], id); err != nil {
				return err
			}
		}
		e.buf = append(append(append(e.buf, "\r\n"...), boundary[:]...), "--\r\n"...)
		if bytes.Count(e.buf[body:], boundary[:]) == len(p.Parts)+1 {
			return nil
		}
	}
}

func (e *Encoder) multipartFields(p *Part, kind, boundary string) error {
	if err := e.contentType(kind, p.Params, "boundary"); err != nil {
		return err
	}
	if _, given := p.Params["type"]; !given && strings.EqualFold(kind, "multipart/related") {
		// RFC 2387, section 3.1: the type of the root, which is the first part.
		if err := e.parameter("type", collapse(&p.Parts[0]).kind()); err != nil {
			return &FieldError{"Content-Type", err}
		}
	}
	if err := e.parameter("boundary", boundary); err != nil {
		return &FieldError{"Content-Type", err}
	}
	e.end()
	// The empty line and the first delimiter share their line end.
	return nil
}

// newBoundary returns "--" and a boundary. "=_" occurs neither in base64 nor in quoted-printable
// (RFC 2045, section 6.7); the rest can't be guessed by who does not know the Message-ID.
func newBoundary(id string, number, try int) (delimiter [28]byte) {
	h := make([]byte, 0, 512)
	h = append(h, id...)
	h = append(h, 0)
	h = binary.BigEndian.AppendUint32(h, uint32(number))
	h = binary.BigEndian.AppendUint32(h, uint32(try))
	sum := sha256.Sum256(h)
	copy(delimiter[:], "--=_")
	hex.Encode(delimiter[4:], sum[:12])
	return delimiter
}

// textLeaf writes a text in the encoding that suits it.
func (e *Encoder) textLeaf(p *Part, kind string) error {
	if !utf8.ValidString(p.Text) {
		return &FieldError{kind, errors.New("the text is not valid UTF-8")}
	}
	s := surveyText(p.Text)
	ours := ""
	if hasPrefixFold(kind, "text/") {
		ours = "charset"
	}
	if err := e.contentType(kind, p.Params, ours); err != nil {
		return err
	}
	if ours != "" {
		charset := "utf-8"
		if s.ascii {
			charset = "us-ascii" // RFC 2046, section 4.1.2: the least that holds it
		}
		if err := e.parameter("charset", charset); err != nil {
			return &FieldError{"Content-Type", err}
		}
	}
	enc := s.encoding()
	if err := e.leafFields(p, enc); err != nil {
		return err
	}
	switch enc {
	case sevenBit:
		e.buf = appendLines(e.buf, p.Text)
	case quotedPrintable:
		e.buf = appendQuotedPrintable(e.buf, p.Text)
	default:
		e.text = appendLines(e.text[:0], p.Text)
		e.buf = appendBase64(e.buf, e.text)
	}
	return nil
}

// binaryLeaf writes the content in base64, or as it is if it is a message: RFC 2046, section 5.2.1,
// allows a message no encoding, so one that is not canonical, or that is not at hand, goes as mere
// octets.
func (e *Encoder) binaryLeaf(p *Part, kind string) error {
	enc := base64Encoding
	if hasPrefixFold(kind, "message/") {
		if p.Content != nil && canonical(p.Content) {
			enc = sevenBit
		} else {
			kind = "application/octet-stream"
		}
	}
	if err := e.contentType(kind, p.Params, ""); err != nil {
		return err
	}
	if err := e.leafFields(p, enc); err != nil {
		return err
	}
	switch {
	case p.File != nil:
		return e.file(p.File)
	case p.Encoded != nil:
		e.elsewhere(Segment{Data: p.Encoded.data, Size: int64(len(p.Encoded.data)), Shared: p.Encoded})
	case enc == sevenBit:
		e.buf = append(e.buf, p.Content...)
	default:
		e.buf = appendBase64(e.buf, p.Content)
	}
	return nil
}

// file puts a file, which is not opened yet.
func (e *Encoder) file(f *File) error {
	if err := f.check(); err != nil {
		return &FieldError{"file", err}
	}
	e.elsewhere(Segment{Size: base64Size(f.Size), Open: f.encoded})
	return nil
}

// contentType begins the field with kind and the parameters given, of which none may be named ours.
func (e *Encoder) contentType(kind string, params map[string]string, ours string) error {
	e.begin("Content-Type")
	e.buf = append(append(e.buf, ' '), kind...)
	e.params = e.params[:0]
	for name := range params {
		e.params = append(e.params, name)
	}
	slices.Sort(e.params)
	for _, name := range e.params {
		if ours != "" && strings.EqualFold(name, ours) {
			return &FieldError{"Content-Type", fmt.Errorf("the parameter %s can't be set here", ours)}
		}
		if err := e.parameter(name, params[name]); err != nil {
			return &FieldError{"Content-Type", fmt.Errorf("parameter %s: %w", name, err)}
		}
	}
	return nil
}

// leafFields ends Content-Type and writes the other fields of a leaf and the empty line after them.
func (e *Encoder) leafFields(p *Part, enc encoding) error {
	if _, given := p.Params["name"]; p.FileName != "" && !given {
		// For readers older than RFC 2183.
		if err := e.parameter("name", p.FileName); err != nil {
			return &FieldError{"Content-Type", err}
		}
	}
	e.end()
	e.buf = append(append(append(e.buf, "Content-Transfer-Encoding: "...), enc...), "\r\n"...)
	if err := e.disposition(p); err != nil {
		return err
	}
	if p.ContentID != "" {
		if err := e.identifier("Content-ID", p.ContentID); err != nil {
			return err
		}
	}
	e.end()
	return nil
}

func (e *Encoder) disposition(p *Part) error {
	d := p.Disposition
	switch {
	case d == "" && p.FileName == "":
		return nil
	case d == "":
		d = "attachment"
	case !mimeToken(d) || len(d) > maxName:
		return &FieldError{"Content-Disposition", fmt.Errorf("%+q is not a disposition", d)}
	}
	e.begin("Content-Disposition")
	e.buf = append(append(e.buf, ' '), d...)
	if p.FileName != "" {
		if err := e.parameter("filename", p.FileName); err != nil {
			return &FieldError{"Content-Disposition", err}
		}
	}
	e.end()
	return nil
}
