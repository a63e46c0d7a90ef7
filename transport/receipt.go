package transport

import (
	"crypto/tls"
	"time"
)

// A Receipt is what a session knows at its end, also at the end of one that failed.
type Receipt struct {
	Reply        Reply                // the 2yz to the end of the message; code 0 if there was none
	TLS          *tls.ConnectionState // nil without TLS
	Capabilities Capabilities
	BytesOut     int64 // octets written and read on the socket, TLS included
	BytesIn      int64
	Timing       Timing
	Flights      int   // writes whose replies were waited for; those of the TLS handshake not counted
	Quit         error // what went wrong after the outcome was known; it never changes it
}

// since returns what came since an earlier receipt of the same session.
func (r Receipt) since(before *Receipt) Receipt {
	r.BytesIn -= before.BytesIn
	r.BytesOut -= before.BytesOut
	r.Flights -= before.Flights
	for stage := range r.Timing {
		r.Timing[stage] -= before.Timing[stage]
	}
	return r
}

// Timing is the time spent in each stage, indexed by it: t[StageRcpt]. In a flight of several
// commands the wait counts for the first, and where a stage happens twice (EHLO) the times are
// added.
type Timing [numStages]time.Duration
