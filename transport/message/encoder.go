package message

import (
	"errors"
	"strings"
	"time"
)

// An Encoder turns messages into octets and keeps its memory from one to the
// next. The zero value is ready. It is not safe for concurrent use.
type Encoder struct {
	buf   []byte // the message as far as it is written
	line  int    // where the current header line begins in buf
	value int    // where the value of the current field begins in buf
	limit int    // the length up to which its lines are filled
	when  int    // where the date begins in buf
	utf8  bool   // addresses need not be ASCII

	token      []byte // one unit of a header field, before it is placed
	text       []byte // a text with its line ends made CRLF
	params     []string
	multiparts int // multiparts begun; each gets boundaries of its own
	cuts       []cut
	segments   []Segment
}

// dateLayout is the date-time of RFC 5322, section 3.3.
const dateLayout = time.RFC1123Z

// DateSize is the number of octets of every date.
const DateSize = len(dateLayout)

// DateAt is where the date begins in the first segment of the last message.
func (e *Encoder) DateAt() int { return e.when }

// SetDate writes another date in place of that which b begins with. t is a
// date that Encode takes.
func SetDate(b []byte, t time.Time) { t.AppendFormat(b[:0:DateSize], dateLayout) }

// Encode gives the octets of m; they are valid until the next Encode. An error
// is a *FieldError.
func (e *Encoder) Encode(m *Message) ([]Segment, error) {
	e.buf, e.cuts = e.buf[:0], e.cuts[:0]
	e.multiparts = 0
	if err := e.header(m); err != nil {
		return nil, err
	}
	if err := e.part(&m.Body, m.MessageID); err != nil {
		return nil, err
	}
	return e.cut(), nil
}

// header writes the fields of the message but for those of its body, in the
// order in which people read them.
func (e *Encoder) header(m *Message) error {
	e.utf8 = m.UTF8
	if m.From.Address == "" {
		return &FieldError{"From", errors.New("there is no address")}
	}
	from := [1]Mailbox{m.From}
	if err := e.mailboxes("From", from[:]); err != nil {
		return err
	}
	if m.Sender.Address != "" {
		sender := [1]Mailbox{m.Sender}
		if err := e.mailboxes("Sender", sender[:]); err != nil {
			return err
		}
	}
	if err := e.mailboxes("To", m.To); err != nil {
		return err
	}
	if err := e.mailboxes("Cc", m.Cc); err != nil {
		return err
	}
	if err := e.mailboxes("Reply-To", m.ReplyTo); err != nil {
		return err
	}
	if err := e.unstructured("Subject", m.Subject); err != nil {
		return err
	}
	if err := e.date(m.Date); err != nil {
		return err
	}
	if err := e.identifier("Message-ID", m.MessageID); err != nil {
		return err
	}
	if err := e.listID(&m.ListID); err != nil {
		return err
	}
	for i, f := range m.Headers {
		if m.ListID.ID != "" && strings.EqualFold(f.Name, "List-Id") {
			return &FieldError{f.Name, errors.New("this header field may be there only once")}
		}
		if err := checkFurther(m.Headers[:i], f.Name); err != nil {
			return err
		}
		if err := e.further(f); err != nil {
			return err
		}
	}
	e.buf = append(e.buf, "MIME-Version: 1.0\r\n"...)
	return nil
}

func (e *Encoder) date(t time.Time) error {
	if t.IsZero() || t.Year() < 1900 || t.Year() > 9999 { // RFC 5322, section 3.3
		return &FieldError{"Date", errors.New("there is no date, or none that can be written")}
	}
	e.begin("Date")
	e.buf = append(e.buf, ' ')
	e.when = len(e.buf)
	e.buf = t.AppendFormat(e.buf, dateLayout)
	e.end()
	return nil
}
