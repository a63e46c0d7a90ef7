package sandbox

import (
	"errors"
	"io"
	"net"

	"github.com/emersion/go-smtp"
)

// A session takes the messages of one connection. Every sender is welcome, and every recipient that
// the faults let pass.
type session struct {
	server *Server
	saving *saving
	faults *misbehaving
	conn   net.Conn
	to     string // the first recipient of the message
}

func (s *session) Reset() { s.to = "" }

func (s *session) Logout() error { return nil }

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.faults.recipient(to); err != nil {
		return err
	}
	if s.to == "" {
		s.to = to
	}
	return nil
}

// Data writes a message to its file. go-smtp takes the dots away that the client put in, and
// nothing else. A connection that ends before the message does leaves no file.
func (s *session) Data(r io.Reader) error {
	if !s.saving.begin() {
		return refuse(421, 4, 3, "the capture server is stopping")
	}
	defer s.saving.done()
	buf := s.server.buffer()
	defer s.server.buffers.Put(buf)

	n, err := readFull(r, *buf)
	whole := errors.Is(err, io.EOF)
	if err != nil && !whole {
		return refuse(451, 4, 4, "the message could not be read")
	}
	head := (*buf)[:n]
	name := ""
	if s.server.Name != nil {
		if name = s.server.Name(messageID(head)); name == "" {
			return refuse(554, 5, 7, "the message is not one of those expected here")
		}
	}
	if whole {
		r = nil // nothing to copy
	}
	drop, keep := s.faults.drop(s.to)
	if drop {
		defer hangUp(s.conn)
		if !keep {
			return nil
		}
	}
	if err := s.server.save(name, head, r); err != nil {
		return refuse(451, 4, 3, "the message could not be stored")
	}
	s.faults.count(func(c *Counts) { c.Kept++ })
	return &smtp.SMTPError{Code: 250, EnhancedCode: smtp.EnhancedCode{2, 0, 0}, Message: Kept} // which go-smtp takes as it is
}

// readFull reads until buf is full (nil), or until the end of the message (io.EOF). io.ReadFull
// could not tell that from a lost connection, for which go-smtp returns io.ErrUnexpectedEOF.
func readFull(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = r.Read(buf[n:])
		n += m
	}
	return n, err
}

// refuse returns a reply, with an enhanced code whose detail is 0 (RFC 3463).
func refuse(code, class, subject int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, 0}, Message: text}
}
