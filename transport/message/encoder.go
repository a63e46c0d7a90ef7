package message

import (
	"errors"
	"strings"
	"time"
)

// An Encoder turns messages into octets and keeps its memory from one to the next. The zero value
// is ready. It is not safe for concurrent use.
type Encoder struct {
	header // and the bodies behind it

	when       int    // where the date begins in buf
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

// DateAt returns where the date begins in the first segment of the last message.
func (e *Encoder) DateAt() int { return e.when }

// SetDate writes another date in place of that which b begins with. t is a date that Encode takes.
func SetDate(b []byte, t time.Time) { t.AppendFormat(b[:0:DateSize], dateLayout) }

// Encode returns the octets of m; they are valid until the next Encode. An error is a *FieldError.
func (e *Encoder) Encode(m *Message) ([]Segment, error) {
	e.buf, e.cuts = e.buf[:0], e.cuts[:0]
	e.multiparts = 0
	if err := e.fields(m); err != nil {
		return nil, err
	}
	if err := e.part(&m.Body, m.MessageID); err != nil {
		return nil, err
	}
	return e.cut(), nil
}

// fields writes the fields of the message but for those of its body, in the order in which people
// read them.
func (e *Encoder) fields(m *Message) error {
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

// A cut is where octets belong that are not in the encoder's memory.
type cut struct {
	at int // place in buf
	Segment
}

// elsewhere puts octets that are kept elsewhere.
func (e *Encoder) elsewhere(s Segment) { e.cuts = append(e.cuts, cut{len(e.buf), s}) }

// cut divides the message into segments.
func (e *Encoder) cut() []Segment {
	e.segments = e.segments[:0]
	begin := 0
	for _, c := range e.cuts {
		e.segments = append(e.segments, Segment{Data: e.buf[begin:c.at], Size: int64(c.at - begin)}, c.Segment)
		begin = c.at
	}
	if rest := e.buf[begin:]; len(rest) > 0 {
		e.segments = append(e.segments, Segment{Data: rest, Size: int64(len(rest))})
	}
	return e.segments
}
