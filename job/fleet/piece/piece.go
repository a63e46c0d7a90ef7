// Package piece has the messages between the coordinator of a run and its workers, and their
// encoding. They carry letters and outcomes; none names a host, a file, a command or a variable
// that a worker uses.
package piece

// Bounds of what may be in a message.
const (
	MaxRows   = 64        // of a piece
	MaxOctets = 512 << 10 // of the messages of a piece, together
	MaxPieces = 256       // that a report tells of
	MaxWords  = 64        // in a report
	MaxText   = 1 << 10   // of a reply or an error
	maxName   = 256       // of a run, a worker, a name
	maxHead   = 256 << 10 // of what is encoded beside the messages
	maxTo     = 1000      // recipients of a message
)

// A Boot is one start of a worker's process: which one it is of its state directory, and at random.
type Boot struct {
	Count uint64 `json:"count"`
	Nonce string `json:"nonce"`
}

// A Set has rows of a piece by their places in it.
type Set uint64

// All returns the set of the first n rows.
func All(n int) Set {
	if n >= MaxRows {
		return ^Set(0)
	}
	return 1<<n - 1
}

// Has reports whether a place is in the set.
func (s Set) Has(place int) bool { return s>>place&1 == 1 }

// With returns the set with a place.
func (s Set) With(place int) Set { return s | 1<<place }

// A Held is rows of one piece.
type Held struct {
	Piece uint64 `json:"piece"`
	Rows  Set    `json:"rows"`
}

// A Report is what a worker tells a coordinator. Each one tells the whole of what the worker holds,
// so that one that is lost is made up for by the next; one that is late, or comes twice, is told by
// its Boot and Seq.
type Report struct {
	Run    string `json:"run"`
	Worker string `json:"worker"` // its id
	Boot   Boot   `json:"boot"`
	Seq    uint64 `json:"seq"`            // of the reports of this boot, from 1
	Ask    uint64 `json:"ask"`            // the last ask of this boot that was begun; those before it are given up
	Room   int    `json:"room,omitempty"` // rows that an answer to that ask may have; 0: this report asks for none
	Got    uint64 `json:"got"`            // the last piece of the run that the state file has
	Held   []Held `json:"held,omitempty"` // rows up to that piece that it has not dropped
	Words  []Word `json:"words,omitempty"`

	Name     string `json:"name,omitempty"`     // as the user calls the worker
	Sessions int    `json:"sessions,omitempty"` // that it opens at most
	Clock    int64  `json:"clock,omitempty"`    // in milliseconds since 1970
}

// A Kind is what became of a row at a worker.
type Kind string

// What may become of a row. A worker that says Untouched, and one that says Failed, will not begin
// the row any more.
const (
	Untouched Kind = "untouched" // it was not begun
	Sent      Kind = "sent"      // accepted
	Failed    Kind = "failed"    // the server certainly does not have it
	InDoubt   Kind = "unknown"   // begun, and no more is known
)

// A Word says what became of one row.
type Word struct {
	Piece   uint64  `json:"piece"`
	Place   int     `json:"place"` // in the piece
	Row     int     `json:"row"`
	Attempt int     `json:"attempt"`
	Kind    Kind    `json:"kind"`
	End     Outcome `json:"end,omitzero"`
}

// An Outcome is what a session said of a message.
type Outcome struct {
	Stage     int      `json:"stage,omitempty"`
	Class     int      `json:"class,omitempty"`
	Scope     int      `json:"scope,omitempty"`
	Code      int      `json:"code,omitempty"`
	Enhanced  string   `json:"enhanced,omitempty"`
	Lines     []string `json:"lines,omitempty"`
	Recipient int      `json:"recipient,omitempty"`
	Text      string   `json:"text,omitempty"`   // of the error beside the reply
	Mailed    bool     `json:"mailed,omitempty"` // MAIL has left
}

// An Answer is what a coordinator says to a report.
type Answer struct {
	Run   string `json:"run"` // of the report
	Boot  Boot   `json:"boot"`
	Ask   uint64 `json:"ask,omitempty"`  // that the piece is for
	Acks  []Held `json:"acks,omitempty"` // rows of which the outcome is recorded
	Halt  bool   `json:"halt,omitempty"` // begin no more rows
	Over  bool   `json:"over,omitempty"` // the run does not know, or no longer wants, this worker: Why says it
	Why   string `json:"why,omitempty"`
	Alien bool   `json:"alien,omitempty"` // the run that the report is of is not of this mailing
	Piece *Piece `json:"piece,omitempty"` // nil: there is none now
}

// A Piece is rows that a worker is to send.
type Piece struct {
	Number uint64 `json:"number"` // for this worker and run, from 1
	Rows   []Row  `json:"rows"`
}

// A Row is one message on its way.
type Row struct {
	Number  int       `json:"row"`
	Attempt int       `json:"attempt"`
	From    Mailbox   `json:"from"` // zero: the null reverse-path
	To      []Mailbox `json:"to"`
	Eight   bool      `json:"eight,omitempty"` // Message has octets above 127
	Message []byte    `json:"-"`
}

// A Mailbox is an address.
type Mailbox struct {
	Local  string `json:"local"`
	Domain string `json:"domain"`
}

// Octets returns the size of the messages of a piece.
func (p *Piece) Octets() (n int) {
	for i := range p.Rows {
		n += len(p.Rows[i].Message)
	}
	return n
}
