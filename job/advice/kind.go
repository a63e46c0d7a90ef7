package advice

// A Kind says whose affair a refusal is: it decides what the run does.
type Kind uint8

// The kinds of refusals.
const (
	Unknown     Kind = iota // the reply does not tell
	Address                 // the recipient's mailbox or domain
	Letter                  // this message: its size, form or content
	Spam                    // this message is taken for spam
	Login                   // who sends has to log in, or may not
	Sender                  // the address in From or MAIL may not be used here
	Relay                   // the server does not send for this client
	Machine                 // this machine's name or address
	Connections             // too many sessions at once, or too many begun
	Rate                    // too many messages in a short time
	Quota                   // the sender's account has sent what it may in a day or an hour
	Greylisting             // the row is to come again later
	Trouble                 // the server's own: a full disk, a lookup that failed
)

// String returns the kind in words.
func (k Kind) String() string {
	return [...]string{
		"unknown", "address", "letter", "spam", "login", "sender", "relay", "this machine", "limit of connections",
		"limit of rate", "quota of the sender", "greylisting", "server trouble",
	}[k]
}

// A Rerun says whether and when sending the same row again may help.
type Rerun uint8

// When a rerun helps.
const (
	RerunNever   Rerun = iota // the row has to be corrected first
	RerunSoon                 // in some minutes
	RerunLater                // in an hour or more
	RerunNextDay              // when the server's day is over
	RerunMended               // once the remedy is done
)

// String returns the answer in words.
func (r Rerun) String() string {
	return [...]string{"no", "in some minutes", "in an hour or more", "the next day", "once that is done"}[r]
}

// A Reply is what a server said at a stage of a session.
type Reply struct {
	Stage    string // as in the log: greeting, ehlo, auth, mail, rcpt, data, final …; "" is not known
	Code     int
	Enhanced string // "" if there is none
	Text     string // without the codes
}

// An Explanation says what a reply means.
type Explanation struct {
	Kind     Kind
	Known    bool   // the table knows the reply; else it is explained by its class
	Sentence string // what it means, in plain words
	Remedy   string // what to do
	Rerun    Rerun
}
