package sheet

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decode returns the text of src as UTF-8 without a byte order mark. A mark says
// more than the options do. Octets that are not UTF-8 in a file that should be
// are passed on as they are; other decoders put U+FFFD for what they cannot
// read, and r.lossy says so.
func (r *Reader) decode(src io.Reader) (*bufio.Reader, error) {
	octets := bufio.NewReaderSize(src, sampleSize)
	head, err := peek(octets, 8)
	if err != nil {
		return nil, r.readingError(err)
	}
	if kind := notText(head); kind != "" {
		return nil, r.fatal(0, "this is "+kind+", not CSV", "save it as CSV (UTF-8) in the spreadsheet program")
	}
	mark, enc := byteOrderMark(head)
	name := "UTF-16"
	if mark == 0 {
		name = r.opts.Encoding
		if enc, err = r.named(head); err != nil {
			return nil, err
		}
	}
	if _, err := octets.Discard(mark); err != nil {
		return nil, r.readingError(err)
	}
	if enc == nil {
		return r.text(octets)
	}
	r.lossy = name
	return r.text(transform.NewReader(octets, enc.NewDecoder()))
}

// text returns a decoded text without further byte order marks, which programs that add one do not
// see, and without the Ctrl-Z at its end.
func (r *Reader) text(decoded io.Reader) (*bufio.Reader, error) {
	const mark = "\ufeff"
	text := bufio.NewReaderSize(&textEnd{src: decoded}, sampleSize)
	for {
		head, err := peek(text, len(mark))
		if err == nil && string(head) == mark {
			_, err = text.Discard(len(mark))
		} else if err == nil {
			return text, nil
		}
		if err != nil {
			return nil, r.readingError(err)
		}
	}
}

// byteOrderMark returns the length of the mark that head begins with, and the
// encoding that it stands for, which is nil for UTF-8.
func byteOrderMark(head []byte) (int, encoding.Encoding) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return 3, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return 2, utf16(unicode.LittleEndian)
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return 2, utf16(unicode.BigEndian)
	}
	return 0, nil
}

func utf16(e unicode.Endianness) encoding.Encoding { return unicode.UTF16(e, unicode.IgnoreBOM) }

// named returns the encoding of the options, nil for UTF-8. The order of UTF-16
// without a mark is told by where the NULs of the first letters are.
func (r *Reader) named(head []byte) (encoding.Encoding, error) {
	switch name := strings.ToLower(strings.TrimSpace(r.opts.Encoding)); name {
	case "", "auto", "utf-8", "utf8":
		return nil, nil
	case "utf-16", "utf16":
		if len(head) > 0 && head[0] == 0 {
			return utf16(unicode.BigEndian), nil
		}
		return utf16(unicode.LittleEndian), nil
	case "latin-1":
		return charmap.Windows1252, nil // as that standard has it for latin1
	case "cp850", "ibm850":
		return charmap.CodePage850, nil
	case "cp437", "ibm437":
		return charmap.CodePage437, nil
	case "ansi": // as editors call what the system's language has
		return nil, r.fatal(0, `encoding "ansi" may be any of several`, "windows-1252 is that of western Europe, windows-1250 of Poland and its neighbours, windows-1251 of Russian")
	default:
		enc, err := htmlindex.Get(name)
		if err != nil || enc == encoding.Replacement {
			return nil, r.fatal(0, fmt.Sprintf("encoding %q is not known", r.opts.Encoding),
				"try utf-8, utf-16, windows-1252 or iso-8859-1")
		}
		return enc, nil
	}
}

// notText names the kind of file that is often given in the place of a CSV.
func notText(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "a spreadsheet or a zip file"
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "an old spreadsheet"
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "a PDF"
	case bytes.HasPrefix(head, []byte(`[{"`)), bytes.HasPrefix(head, []byte(`{"`)):
		return "JSON"
	}
	for _, begin := range []string{"<!doctyp", "<html", "<table", "<?xml"} {
		if len(head) >= len(begin) && strings.EqualFold(string(head[:len(begin)]), begin) {
			return "a page of the web"
		}
	}
	return ""
}
