package transport

// A Delivery is one message for a session.
type Delivery struct {
	Envelope Envelope
	Message  Message
	Label    string // for Event, as in "row 42"

	// Trace gets the transcript of this delivery, as Dialer.Trace does; nil is no transcript.
	Trace func(Event)

	// OnMail is called right before the MAIL command leaves. A failure before it is never about
	// this message, except a message or an envelope that can't be sent to this server at all.
	OnMail func()

	// OnCommit is called right before the commit point. Its error ends the session without the end
	// of the message: the delivery has failed, Temporary, with an Err that wraps it.
	OnCommit func() error

	// Last says that no message follows in this session, so that QUIT can leave right behind this
	// one. It counts in Session.Deliver; Dialer.Deliver always does so.
	Last bool

	// Next, which may be nil, returns the message that is delivered next in this session, or nil if
	// none is at hand. It counts in Session.Deliver, where the commands of that message can leave
	// with the content of this one (RFC 2920, section 3.1): if the server pipelines, this is not the
	// Last, and each of the two has one recipient. Until the server was seen to take that, one
	// session at a time tries it. Next is called once at most, when the content is about to leave.
	// If the commands leave, OnMail of what it returns is called before OnCommit of this one.
	//
	// What it returns must be what the next call of Session.Deliver gets, whatever comes of this
	// one: *next, in which only Last and Next may change. That call reads the replies and sends the
	// content; where the session was lost meanwhile, its error says so. Without such a call nothing
	// of that message was attempted, and Session.Close ends it without content.
	Next func() *Delivery

	itself *Delivery // what Next returned, if its commands were to leave
}

// A step is a command of the envelope.
type step struct {
	stage     Stage
	line      string
	recipient int // of RCPT: its index in the envelope
}
