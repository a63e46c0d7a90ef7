package main

import (
	"strings"

	"mailshot/template/lazyregexp"
	"mailshot/transport/smtptest"
)

// A visit is one session as the server saw it.
type visit struct {
	session  int
	mailed   bool   // MAIL was read
	to       string // the recipient; "" if RCPT was not read
	id       string // the Message-ID; "" if the message was not read to its end
	complete bool   // the end of the message was read
	accepted bool   // and the server took it
	answered bool   // and said so, or said no; the client may not have heard it
}

// visitsOf returns the ledger of a server, in the order in which the sessions
// began. All sessions must have ended.
func visitsOf(s *smtptest.Server) []visit {
	var all []visit
	for _, session := range s.Sessions() {
		v := visit{session: session.ID}
		for _, c := range session.Commands {
			switch {
			case strings.HasPrefix(c, "MAIL FROM:<"):
				v.mailed = true
			case strings.HasPrefix(c, "RCPT TO:<"):
				v.to, _, _ = strings.Cut(strings.TrimPrefix(c, "RCPT TO:<"), ">")
			}
		}
		for _, m := range session.Messages {
			v.complete, v.accepted, v.answered = true, m.Accepted, m.Answered
			v.id = messageID(m.Data)
		}
		all = append(all, v)
	}
	return all
}

var messageIDField = lazyregexp.New(`(?im)^Message-ID: *<([^>]+)>\r$`)

// messageID returns the Message-ID of a message, without its angle brackets.
func messageID(message []byte) string {
	m := messageIDField().FindSubmatch(message)
	if m == nil {
		return ""
	}
	return string(m[1])
}
