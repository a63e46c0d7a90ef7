package letter

import (
	"io"
	"strings"

	"mailshot/job/address"
	"mailshot/job/attachment"
	"mailshot/transport"
	"mailshot/transport/message"
)

// A Mail is one row ready to go. Its octets are valid until the composer's next
// one.
type Mail struct {
	Recipient address.Address
	Copies    []address.Address // who gets it too, in the same session
	Cc        int               // how many of these are named in it
	Wide      bool              // it needs a server with SMTPUTF8
	Subject   string
	From      address.Address // zero: that of all letters
	Message   transport.Message
	MessageID string
	Files     []attachment.File // a draft's own
	Attached  int               // attachments of a draft

	octets []message.Segment
	letter []message.Segment // before they are signed
	dateAt int               // where the date begins in the first of these
	shape  transport.Shape   // of a letter from a cache, which is one segment; 0: it is checked
}

// Envelope returns from whom and to whom the mail goes. Either all recipients get it
// or none does.
func (m *Mail) Envelope(from address.Address) transport.Envelope {
	e := transport.Envelope{From: pathOf(from), To: make([]transport.Mailbox, 0, 1+len(m.Copies))}
	e.To = append(e.To, pathOf(m.Recipient))
	for _, a := range m.Copies {
		e.To = append(e.To, pathOf(a))
	}
	return e
}

func pathOf(a address.Address) transport.Mailbox {
	return transport.Mailbox{Local: a.Local, Domain: a.Domain}
}

// WriteTo writes the octets that the server is handed. Files are read for it.
func (m *Mail) WriteTo(w io.Writer) (n int64, err error) {
	counted := &countingWriter{w: w}
	for _, s := range m.octets {
		if s.Open == nil {
			_, err = counted.Write(s.Data)
		} else {
			err = copyFrom(counted, s.Open)
		}
		if err != nil {
			break
		}
	}
	return counted.n, err
}

// ShownCopies says who gets a mail beside its recipient; "" is nobody.
func (m *Mail) ShownCopies() string {
	var kinds []string
	for _, kind := range []struct {
		name string
		to   []address.Address
	}{{"cc", m.Copies[:m.Cc]}, {"bcc", m.Copies[m.Cc:]}} {
		var list []string
		for _, a := range kind.to {
			list = append(list, a.String())
		}
		if len(list) > 0 {
			kinds = append(kinds, kind.name+" "+strings.Join(list, ", "))
		}
	}
	return strings.Join(kinds, "; ")
}
