package message

import (
	"bytes"
	"errors"
	"strconv"
	"time"
)

// oversigned are the fields that are signed once more than they occur, in the order of the h= tag:
// all that a reader, or the provider of one, goes by. It has both of RFC 8058, section 4.
var oversigned = []string{
	"from", "to", "cc", "subject", "date", "reply-to", "sender", "message-id",
	"mime-version", "content-type", "content-transfer-encoding",
	"list-id", "list-unsubscribe", "list-unsubscribe-post",
	"in-reply-to", "references", "auto-submitted",
}

// unsigned are fields that are never signed, besides X-* and Resent-*: mail servers write, change
// or drop them on the way (RFC 6376, section 5.4.1), and many X- fields are words to the first
// server, which takes them out.
var unsigned = []string{
	"return-path", "received", "comments", "keywords", "bcc", "dkim-signature", "authentication-results",
}

// A signatureField is a DKIM-Signature field while it is written.
type signatureField struct {
	buf  []byte
	line int // where the current line begins in buf

	found []rawField // the fields of the header
}

// A rawField is a field of a header as it is there, with its folds and its line end.
type rawField struct {
	name []byte
	all  []byte
	used bool // it is signed, or never will be
}

// begin writes the tags that do not depend on the message.
func (f *signatureField) begin(d *DKIM, date time.Time) {
	f.buf, f.line = append(f.buf[:0], "DKIM-Signature:"...), 0
	f.tag("v=1;")
	f.tag("a=", d.algorithm(), ";")
	f.tag("c=relaxed/relaxed;")
	f.tag("d=", d.Domain, ";")
	f.tag("s=", d.Selector, ";")
	if t := date.Unix(); t >= 0 { // RFC 6376, section 3.5: it can't be less
		f.tag("t=", strconv.FormatInt(t, 10), ";")
	}
}

// tag puts a tag, on a new line if it does not fit into this one.
func (f *signatureField) tag(parts ...string) {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	f.space(n)
	for _, p := range parts {
		f.buf = append(f.buf, p...)
	}
}

// space puts a space before n octets, in a new line if they do not fit into this one.
func (f *signatureField) space(n int) {
	if len(f.buf)-f.line+1+n > fullLine {
		f.fold()
		return
	}
	f.buf = append(f.buf, ' ')
}

func (f *signatureField) fold() {
	f.buf = append(f.buf, "\r\n "...)
	f.line = len(f.buf) - 1
}

// fields writes the h= tag for a header, and appends what it names, in relaxed form, to dst.
func (f *signatureField) fields(header, dst []byte) ([]byte, error) {
	f.split(header)
	from := false
	f.tag("h=")
	for i, name := range oversigned {
		// Where a name comes again, verifiers go upwards (section 5.4.2).
		for j := len(f.found) - 1; j >= 0; j-- {
			if r := &f.found[j]; !r.used && equalFold(r.name, name) {
				from = from || i == 0
				dst = f.sign(r, dst)
			}
		}
		f.name(name)
	}
	if !from {
		return dst, errors.New("signing with DKIM: the message has no From field")
	}
	for j := len(f.found) - 1; j >= 0; j-- {
		if r := &f.found[j]; !r.used && signable(r.name) {
			dst = f.sign(r, dst)
		}
	}
	f.buf[len(f.buf)-1] = ';'
	return dst, nil
}

// split finds the fields of a header.
func (f *signatureField) split(header []byte) {
	f.found = f.found[:0]
	for len(header) > 0 {
		n := 0
		for {
			i := bytes.IndexByte(header[n:], '\n')
			if i < 0 {
				n = len(header)
				break
			}
			n += i + 1
			if n == len(header) || header[n] != ' ' && header[n] != '\t' {
				break
			}
		}
		all := header[:n]
		header = header[n:]
		if i := bytes.IndexByte(all, ':'); i >= 0 {
			f.found = append(f.found, rawField{name: bytes.TrimRight(all[:i], " \t"), all: all})
		}
	}
}

// sign names a field and appends it to dst.
func (f *signatureField) sign(r *rawField, dst []byte) []byte {
	r.used = true
	f.name(string(r.name))
	return appendRelaxed(dst, r.all)
}

// name puts a name of the h= tag, in small letters, and a colon.
func (f *signatureField) name(name string) {
	if len(f.buf)-f.line+len(name)+len(":") > fullLine {
		f.fold()
	}
	f.buf = append(appendLower(f.buf, name), ':')
}

// bodyHash writes the bh= tag and begins b=, which is the last.
func (f *signatureField) bodyHash(hash []byte) {
	f.space(len("bh=") + len(hash) + len(";"))
	f.buf = append(append(append(f.buf, "bh="...), hash...), ';')
	f.tag("b=")
}

// signature writes the value of b= and ends the field.
func (f *signatureField) signature(value []byte) {
	for len(value) > 0 {
		n := fullLine - (len(f.buf) - f.line)
		if n <= 0 {
			f.fold()
			continue
		}
		n = min(n, len(value))
		f.buf = append(f.buf, value[:n]...)
		value = value[n:]
	}
	f.buf = append(f.buf, "\r\n"...)
}

func (f *signatureField) segment() Segment {
	return Segment{Data: f.buf, Size: int64(len(f.buf))}
}

// signable reports whether a field that is not in oversigned is signed.
func signable(name []byte) bool {
	for _, u := range unsigned {
		if equalFold(name, u) {
			return false
		}
	}
	return !bytesHavePrefixFold(name, "x-") && !bytesHavePrefixFold(name, "resent-")
}

func equalFold(b []byte, s string) bool { return len(b) == len(s) && bytesHavePrefixFold(b, s) }

// bytesHavePrefixFold compares with a prefix in small letters.
func bytesHavePrefixFold(b []byte, prefix string) bool {
	if len(b) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(b[i]) != prefix[i] {
			return false
		}
	}
	return true
}
