package transport

import (
	"crypto/tls"
	"time"
)

// A Receipt is what a session knows at its end, also at the end of one that failed.
type Receipt struct {
	Reply        Reply                // the 2yz to the end of the message; its code is 0 if there was none
	TLS          *tls.ConnectionState // nil without TLS
	Capabilities Capabilities
	BytesOut     int64 // octets written and read on the socket, TLS included
	BytesIn      int64
	Timing       Timing
	Flights      int   // replies that had to be waited for after a write; the TLS handshake is not counted
	Quit         error // what went wrong after the outcome was known; it never changes it
}

// Timing is the time spent in each stage, indexed by it: t[StageRcpt]. In a flight of several commands the wait counts
// for the first, and where a stage happens twice (EHLO) the times are added.
type Timing [numStages]time.Duration
