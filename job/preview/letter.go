package preview

import (
	"bytes"
	"io"
	"time"

	"mailshot/job/letter"
)

// A Letter is the letter of a row, or the reason why there is none.
type Letter struct {
	Row, Line int
	Key       string
	Recipient string // "" where the row has no address
	Date      time.Time
	Why       string // there is no letter
	Because   string // why it is among the outliers

	mail *letter.Mail // nil: there is none
}

// Copies says who gets the letter too: cc …; bcc …. It is "" if nobody does.
func (l *Letter) Copies() string { return l.mail.ShownCopies() }

// Size returns how many octets the message has.
func (l *Letter) Size() int64 { return l.mail.Message.Size() }

// WriteTo writes the message as it is handed to the server, but that it is not signed. A letter can be
// written until the yield that it was given to returns.
func (l *Letter) WriteTo(w io.Writer) (int64, error) { return l.mail.WriteTo(w) }

// Read returns what is in the message.
func (l *Letter) Read() (*Message, error) {
	var b bytes.Buffer
	if _, err := l.WriteTo(&b); err != nil {
		return nil, err
	}
	return ReadMessage(&b)
}
