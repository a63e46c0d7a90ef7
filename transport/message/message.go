// Package message turns a letter into a message: the final octets that go over the wire, as RFC
// 5322 and MIME (RFC 2045 to 2047, 2183, 2231) want them.
//
// They are canonical: lines end in CRLF and nothing else, hold at most 998 octets, and every octet
// is 7-bit, but for addresses that Message.UTF8 allows. The same Message gives the same octets.
//
// Header fields are written by this package alone. The standard library and go-message read them
// well, but neither folds at 78, writes RFC 2231 parameters in pieces, or keeps a literal "=?" from
// being decoded.
package message

import (
	"io"
	"time"
)

// A Message is what to encode. From, Date and MessageID are required.
type Message struct {
	From    Mailbox
	Sender  Mailbox   // no Sender field if there is no address
	To      []Mailbox // no To field if empty
	Cc      []Mailbox // no Cc field if empty
	ReplyTo []Mailbox // no Reply-To field if empty

	// Subject, and the values of Headers, are text of any script; spaces around them are dropped. A
	// control character is an error.
	Subject   string
	Date      time.Time
	MessageID string // without the angle brackets

	ListID ListID // no List-Id field if there is no ID

	// UTF8 says that addresses of the header may have local parts that are not ASCII (RFC 6532).
	// With one that has, the message is not 7-bit, and needs a server that offers SMTPUTF8. Without
	// UTF8 such an address is an error.
	UTF8 bool

	// Headers are further header fields, in this order. The fields that Encode writes itself, those
	// of mail servers (Received, …), and Sender, Cc and Bcc are refused. List-*, In-Reply-To and
	// References may come once.
	Headers []Field

	Body Part
}

// A Mailbox is a display name, which may be empty, and an address.
type Mailbox struct {
	Name string

	// Address is the final addr-spec as it goes on the wire: ASCII, but for the local part where
	// Message.UTF8 allows it, which is quoted where it has to be.
	Address string
}

// A ListID names a mailing list (RFC 2919): a description of any script, which may be empty, and
// what looks like a domain name.
type ListID struct{ Description, ID string }

// A Field is a header field with an unstructured value.
type Field struct{ Name, Value string }

// A Part is a node of the MIME tree: a leaf with Text, Content, File or Encoded, or a multipart
// with Parts. The zero Part is an empty text.
type Part struct {
	// Type is the media type without parameters. "" is text/plain for a text,
	// application/octet-stream for other leaves, multipart/mixed for Parts.
	Type string

	// Params are further parameters of the type. charset (of a Text) and boundary are refused, as
	// Encode chooses them.
	Params map[string]string

	// Text is the text of a leaf. Its line ends may be CRLF, LF or CR; all become CRLF, and the
	// last line gets one. It must be valid UTF-8.
	Text string

	// Content, File and Encoded are the content of a leaf that is not to be touched: given here,
	// read when the message is sent, or encoded before for many messages. As a File and an Encoded
	// go in base64, the type message/… becomes application/octet-stream with them.
	Content []byte
	File    *File
	Encoded *Encoded

	Disposition string // "attachment", "inline" or ""; "attachment" if there is a FileName
	FileName    string // a name without directories, of any script
	ContentID   string // without the angle brackets (RFC 2392)

	// Parts are the children of a multipart. A multipart with one child is replaced by that child.
	Parts []Part
}

// A Segment is a run of the message's octets: Data, or what Open returns, whole lines. Where Data
// is that of an Encoded, Shared is it.
type Segment struct {
	Data   []byte
	Size   int64 // number of octets
	Open   func() (io.ReadCloser, error)
	Shared *Encoded
}

// A FieldError says which header field, or which part of the body, can't be encoded, and why.
type FieldError struct {
	Field string // "Subject", or a media type for the text of a part
	Err   error
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

func (e *FieldError) Unwrap() error { return e.Err }
