package transport

import "time"

// An Event is one line of a session's transcript. Secrets are not in it: they are written to the connection beside the
// text that stands for them here, and struck out of what the server says. A message is shown as its header and a count of
// octets.
type Event struct {
	Time    time.Time
	Session uint64 // counts the sessions of a Dialer from 1
	Label   string // Delivery.Label
	Dir     byte   // 'C' the client, 'S' the server, '*' a remark
	Text    string // one line, control characters escaped
}
