package transport

import "time"

// Timeouts bound the steps of a session. A zero field is the value of RFC 5321, section 4.5.3.2,
// or, where that has none, the one named here. Each is for all that a step writes and reads,
// however a server spends it; only content has the time of a write again as it makes progress,
// within a bound. So a session ends, whatever its server does.
type Timeouts struct {
	Connect  time.Duration // connecting, over all addresses; 30 s
	TLS      time.Duration // a TLS handshake; 60 s
	Greeting time.Duration // waiting for the 220; 5 min
	Reply    time.Duration // the complete reply to EHLO, STARTTLS, AUTH, MAIL, RCPT; 5 min
	Data     time.Duration // the reply to DATA; 2 min
	Write    time.Duration // a write of content without progress, and 64 KiB of it on average; 3 min
	Final    time.Duration // the reply to the end of the message; 10 min
	Quit     time.Duration // QUIT, after the outcome is known; 5 s
}

const (
	// closeWait is how long the server may take after its 221 to close first, which leaves
	// TIME_WAIT with it.
	closeWait = 500 * time.Millisecond
	// explainWait is how long a reply that explains a failed write is waited for.
	explainWait = 2 * time.Second
	// defaultGrace is the default of Dialer.Grace.
	defaultGrace = 5 * time.Second
)

// orDefaults returns t with its zero fields set.
func (t Timeouts) orDefaults() Timeouts {
	for _, f := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&t.Connect, 30 * time.Second},
		{&t.TLS, time.Minute},
		{&t.Greeting, 5 * time.Minute}, // section 4.5.3.2.1
		{&t.Reply, 5 * time.Minute},    // sections 4.5.3.2.2 and 4.5.3.2.3
		{&t.Data, 2 * time.Minute},     // section 4.5.3.2.4
		{&t.Write, 3 * time.Minute},    // section 4.5.3.2.5
		{&t.Final, 10 * time.Minute},   // section 4.5.3.2.6
		{&t.Quit, 5 * time.Second},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return t
}
