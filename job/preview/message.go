package preview

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
)

// A Message is what a reader of a message gets, decoded.
type Message struct {
	Fields   []Field // of the header, in its order
	Text     string  // lines end in \n
	HTML     string
	Calendar string
	Pictures []File // that the HTML shows
	Attached []File
}

// A Field is a field of the header, on one line.
type Field struct{ Name, Value string }

// A File is a file that goes with a message.
type File struct {
	Name string
	Type string // media type
	Size int64  // octets
	Sum  string // of its content
	ID   string // by which the HTML shows it: cid:ID

	Content []byte // where the message was read whole
}

// Get returns the value of the first field of a name, or "".
func (m *Message) Get(name string) string {
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// ReadMessage reads a message (RFC 5322, RFC 2045), and of its files what they are.
func ReadMessage(r io.Reader) (*Message, error) { return (&reader{}).read(r) }

// ReadWhole reads a message with the content of its files.
func ReadWhole(r io.Reader) (*Message, error) { return (&reader{whole: true}).read(r) }

// Limits of what is read. A message may come from anybody, and each of its octets may stand for an object.
const (
	maxHeader = 1 << 20 // octets
	maxParts  = 2000
	maxDepth  = 20 // of multiparts within each other
)

// A reader reads a message.
type reader struct {
	Message
	whole                bool // the files are kept
	parts                int
	text, html, calendar strings.Builder
}

func (m *reader) read(r io.Reader) (*Message, error) {
	in := bufio.NewReader(r)
	if err := m.readHeader(in); err != nil {
		return nil, err
	}
	header := textproto.MIMEHeader{}
	for _, f := range m.Fields {
		header.Add(f.Name, f.Value)
	}
	if err := m.readPart(header, in, 0); err != nil {
		return nil, err
	}
	decoder := mime.WordDecoder{}
	for i, f := range m.Fields {
		if decoded, err := decoder.DecodeHeader(f.Value); err == nil {
			m.Fields[i].Value = decoded
		}
	}
	m.Text, m.HTML, m.Calendar = m.text.String(), m.html.String(), m.calendar.String()
	return &m.Message, nil
}

// readHeader reads the fields up to the empty line. Lines that were folded become one (RFC 5322,
// section 2.2.3).
func (m *reader) readHeader(in *bufio.Reader) error {
	var value strings.Builder // of the last field
	keep := func() {
		if last := len(m.Fields) - 1; last >= 0 {
			m.Fields[last].Value = value.String()
		}
		value = strings.Builder{}
	}
	defer keep()
	for left := maxHeader; ; {
		line, err := in.ReadString('\n')
		if err != nil && (err != io.EOF || line == "") {
			return fmt.Errorf("reading the header: %w", err)
		}
		if left -= len(line); left < 0 {
			return fmt.Errorf("the header is larger than %d octets", maxHeader)
		}
		line = strings.TrimRight(line, "\r\n")
		switch name, begin, isField := strings.Cut(line, ":"); {
		case line == "":
			return nil
		case line[0] == ' ' || line[0] == '\t':
			value.WriteString(line)
		case isField:
			keep()
			m.Fields = append(m.Fields, Field{Name: name})
			value.WriteString(strings.TrimSpace(begin))
		default:
			return errors.New("reading the header: a line is no field")
		}
	}
}

// readPart reads a part, with all that is in it.
func (m *reader) readPart(header textproto.MIMEHeader, r io.Reader, depth int) error {
	if m.parts++; m.parts > maxParts {
		return fmt.Errorf("it has more than %d parts", maxParts)
	}
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind, params = "text/plain", nil
	}
	if strings.HasPrefix(kind, "multipart/") {
		if depth == maxDepth {
			return errors.New("its parts are too deep within each other")
		}
		for parts := multipart.NewReader(r, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err == nil {
				err = m.readPart(p.Header, p, depth+1)
			}
			if err != nil {
				return err
			}
		}
	}
	body := decoded(header, r)
	disposition, named, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	if disposition == "" && strings.HasPrefix(kind, "text/") && header.Get("Content-Id") == "" {
		return m.readText(kind, body)
	}
	id := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(header.Get("Content-Id")), "<"), ">")
	return m.readFile(File{Name: named["filename"], Type: kind, ID: id}, id != "", body)
}

// decoded returns the content of a part (RFC 2045, section 6).
func decoded(header textproto.MIMEHeader, r io.Reader) io.Reader {
	switch strings.ToLower(header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	}
	return r
}

// readText reads one of the forms of the letter.
func (m *reader) readText(kind string, body io.Reader) error {
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("reading the %s: %w", kind, err)
	}
	form := &m.text
	switch kind {
	case "text/html":
		form = &m.html
	case "text/calendar":
		form = &m.calendar
	}
	form.Write(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	return nil
}

// readFile reads a file to its end.
func (m *reader) readFile(f File, shown bool, body io.Reader) (err error) {
	sum := sha256.New()
	to, content := io.Writer(sum), bytes.Buffer{}
	if m.whole {
		to = io.MultiWriter(sum, &content)
	}
	if f.Size, err = io.Copy(to, body); err != nil {
		return fmt.Errorf("reading %s: %w", f.Name, err)
	}
	f.Content = content.Bytes()
	f.Sum = hex.EncodeToString(sum.Sum(nil))
	if shown {
		m.Pictures = append(m.Pictures, f)
		return nil
	}
	m.Attached = append(m.Attached, f)
	return nil
}
