package transport

import (
	"net"
	"time"

	"mailshot/transport/route"
)

// A Probe is what one session shows of a server and of the way to it, from the lookup of its name
// to QUIT. What the session did not come to is zero. Texts of the server are as received.
type Probe struct {
	// Addrs are the addresses of the host with the port, in the order in which they are tried;
	// empty if Dialer.DialContext connects.
	Addrs  []string
	Lookup time.Duration // part of the receipt's Timing[StageDial]
	Failed []Try         // addresses that were tried in vain

	Local, Remote net.Addr // nil: no connection

	Greeting  Reply   // its code is 0 if there was none, as with the replies below
	Hellos    []Hello // one, or with STARTTLS two, the second under TLS
	Mechanism string  // of AUTH, once it is chosen
	Auth      Reply   // the last one within AUTH, secrets struck out
	Quit      Reply
	Receipt   Receipt
}

// A Try is an address to which no connection could be made, or that took one and did not greet
// where another did.
type Try struct {
	Addr string
	Err  error
}

// A Hello is an EHLO that was accepted, or a HELO.
type Hello struct {
	Name         string // what this side called itself
	Capabilities Capabilities
	Took         time.Duration
}

// watch has the probe note where a route leads. p may be nil.
func (p *Probe) watch(r *route.Route) {
	if p == nil {
		return
	}
	r.Found = func(addrs []string, took time.Duration) { p.Addrs, p.Lookup = addrs, took }
	r.Failed = func(addr string, err error) { p.Failed = append(p.Failed, Try{addr, err}) }
}
