package smtptest

import (
	"crypto/tls"
	"slices"
)

// A Session is what a [Server] saw of one session.
type Session struct {
	ID       int
	Commands []string             // the lines that the client sent as commands, in order, without line ends
	Hello    string               // the last EHLO or HELO argument
	TLS      *tls.ConnectionState // nil without TLS
	Auth     []Attempt
	Messages []Message // complete ones, accepted or not
	Flights  int       // see the package's documentation
	Partial  []byte    // content that was not ended, un-stuffed but for its last line
	InData   bool      // the session ended within a message
	Quit     bool      // QUIT was seen
	Ended    bool
}

// An Attempt is one try at authentication.
type Attempt struct {
	Mechanism, User, Password string
	OK                        bool
}

// A Message is one that a [Server] got in full.
type Message struct {
	Session int
	// Transaction is the number of the MAIL command that it belongs to, from 1, refused ones counted.
	Transaction int
	User        string // who authenticated
	From        string // paths without angle brackets
	To          []string
	Size        int    // octets, un-stuffed
	Data        []byte // un-stuffed; nil with Handler.Discard
	Accepted    bool   // the final reply was 2yz
	Answered    bool   // the final reply was not withheld; it may have been lost on its way
}

// Sessions returns the ledger of all sessions so far, in the order in which they began.
func (s *Server) Sessions() []Session {
	s.ends.Lock()
	defer s.ends.Unlock()
	list := make([]Session, 0, len(s.sessions))
	for _, r := range s.sessions {
		c := *r
		c.Commands = slices.Clone(r.Commands)
		c.Auth = slices.Clone(r.Auth)
		c.Messages = slices.Clone(r.Messages)
		list = append(list, c)
	}
	return list
}

// Messages returns the accepted messages so far, in the order in which they were accepted.
func (s *Server) Messages() []Message {
	s.ends.Lock()
	defer s.ends.Unlock()
	return slices.Clone(s.messages)
}

// note changes a session's record.
func (p *peer) note(change func(*Session)) {
	p.server.ends.Lock()
	defer p.server.ends.Unlock()
	change(p.record)
}
