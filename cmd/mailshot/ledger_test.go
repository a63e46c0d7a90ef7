package main

import (
	"strings"

	"mailshot/template/lazyregexp"
	"mailshot/transport/smtptest"
)

// A visit is one mail transaction as the server saw it, or a session that came to none.
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
		visits := []visit{{session: session.ID}}
		for _, c := range session.Commands {
			v := &visits[len(visits)-1]
			switch {
			case strings.HasPrefix(c, "MAIL FROM:<") && v.mailed:
				visits = append(visits, visit{session: session.ID, mailed: true})
			case strings.HasPrefix(c, "MAIL FROM:<"):
				v.mailed = true
			case strings.HasPrefix(c, "RCPT TO:<"):
				v.to, _, _ = strings.Cut(strings.TrimPrefix(c, "RCPT TO:<"), ">")
			}
		}
		for _, m := range session.Messages {
			v := &visits[m.Transaction-1]
			v.complete, v.accepted, v.answered = true, m.Accepted, m.Answered
			v.id = messageID(m.Data)
		}
		all = append(all, visits...)
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
