// Package jobfile reads the job file: strict YAML that says who gets what, through which server and
// how fast. Everything that is wrong with a file is told together, with the line and in the words
// of the file. It and the packages below it are the only ones that know of YAML.
package jobfile

import (
	"cmp"
	"path/filepath"
	"time"

	"mailshot/job/address"
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/when"
	"mailshot/job/problem"
	"mailshot/job/secret"
)

// A Job is a job file that was read and found right, with the defaults filled in. Paths in it are
// as written; Resolve makes them usable. It is not changed after Load and may be read from several
// goroutines.
type Job struct {
	Path string // the job file as it was given
	Dir  string // its directory, which other paths are relative to
	Name string // letters, digits, ".", "-" and "_"; default: the file's name without its extension

	Recipients Recipients
	Message    Message
	Server     Server // Host is "" if the job file has no server section; see CheckServer
	Delivery   Delivery

	Results string // path of the results log as written; "" is the default, see ResultsPath

	lines      map[string]int            // by dotted key
	root       fields.Section            // of the whole file
	outside    string                    // the file that the command line has in the place of the server section; "": none
	serverFile string                    // the path of Server.File as it is told
	sections   map[string]fields.Section // that have values from outside, by their names
	message    []byte                    // the message section in canonical form, for MessageDigest
}

// Recipients says where the rows are and which columns have a meaning.
type Recipients struct {
	File       string // "-" is standard input
	Email      string // the address column; "" means that it is found by its name
	Name       string // the display name column; "" means none
	Key        string // the identity column; "" means none: the address is the key
	Sheet      string // of a spreadsheet; "" if none is named
	Delimiter  string // "auto", ",", ";", "tab" or "|"
	Encoding   string // as written; "auto" by default
	Header     int    // the line that names the columns; 0: the first that is not blank
	Where      Text   // a template that is true for the rows to take; the zero Text takes all
	Suppress   []SuppressList
	Duplicates string // "error", "first" or "all"; never "all" without Key

	Numbers Text          // how 1234.50 is written; zero: only what can be read in one way is read
	Dates   Text          // likewise, as dd/mm/yyyy
	Columns []Column      // what must hold of cells, in the order of the job file
	Expect  CountRange    // of the file's rows
	MaxAge  time.Duration // of the file; 0 is no limit, as it is with standard input
}

// Column returns what the job file says of a column, whose zero value says nothing.
func (r *Recipients) Column(name string) Column {
	for _, c := range r.Columns {
		if c.Name == name {
			return c
		}
	}
	return Column{Name: name}
}

// A CountRange says how many there must be.
type CountRange = fields.CountRange

// A SuppressList is a list of those who get nothing: its path, and for a CSV file whose address
// column has another name than email, e-mail or mail the column.
type SuppressList struct {
	Text
	Email string
}

// A Text is a text of the job file with its line.
type Text = fields.Text

// A Template is a text of its own: exactly one of its fields is given. The zero Template is one
// that was not given.
type Template struct {
	File   Text // the path of a template file; the path may itself be a template
	Inline Text // the template
}

// IsZero reports whether there is no such text.
func (t Template) IsZero() bool { return t == Template{} }

// A Header is one additional field of the message; its value is a template.
type Header struct {
	Name  string
	Value Text
}

// Message says what is sent.
type Message struct {
	From         address.Mailbox // of all letters; see FromOfRow
	FromOfRow    Text            // a template of each row's From; zero: all have From
	FromVaries   bool            // FromOfRow makes more than the name: From has the address of EnvelopeFrom
	EnvelopeFrom address.Mailbox // without a name; default: the address of From
	Sender       Text            // a template
	ReplyTo      []Text          // templates of lists of mailboxes, as those of Cc and Bcc
	Cc           []Text
	Bcc          []Text
	Subject      Text     // a template, never empty
	Text         Template // zero: none, and then there is HTML
	HTML         Template // zero: none
	Calendar     Template // an iCalendar object; zero: none
	Language     Text     // a template: the tag of the language of dates; zero: English
	Include      []Text   // paths of template files, or patterns as "partials/*.txt"

	Inline          []InlineFile // in the order of the file
	Attachments     []Attachment // in the order of the file
	AttachmentsFrom string       // a directory where files of rows may be too; "" means none

	Headers       []Header // in the order of the file
	Unsubscribe   Unsubscribe
	ListID        Text   // a template: news.club.example, or Club news <news.club.example>
	AutoSubmitted string // "no", "auto-generated" or "auto-replied"; "" means no such field
	InReplyTo     Text   // a template: a Message-ID
	DKIM          DKIM   // zero: the message is not signed
}

// An InlineFile is shown in the HTML, where it is known as cid:ID.
type InlineFile struct {
	ID     string // letters, digits, ".", "-" and "_"
	File   Text   // its path; a template if PerRow
	PerRow bool   // each row has a file of its own: File has an action
}

// An Attachment is a file that goes with the message.
type Attachment struct {
	File          Text              // its path; a template if PerRow
	PerRow        bool              // each row has a file of its own: File has an action
	Several       bool              // File makes any number of paths, one on each line; only with PerRow
	Optional      bool              // a row for which File is blank has none; only with PerRow
	Name          Text              // a template; zero: the file's own name
	Type          string            // the media type; "" means that it is found out
	TypeParams    map[string]string // its further parameters, by their names in small letters; nil: none
	Unique        bool              // two rows must not have one file; the default of PerRow, and only with it
	UniqueContent bool              // nor two files with the same content
	MustContain   Text              // a template of what the file's name or text has in it; only with PerRow
	OnMissing     string            // "error" or "skip-row", which is only with PerRow
	MaxAge        time.Duration     // of the file; 0 is no limit
	Line          int               // of the job file
}

// Unsubscribe says how the reader gets off the list. The zero value says nothing about it.
type Unsubscribe struct {
	URL      Text // a template
	Mailto   Text // a template: an address, or a mailto: URL
	OneClick bool // RFC 8058; only with a URL and a DKIM signature
}

// DKIM says who signs the message.
type DKIM struct {
	Domain   string // "" means that of From
	Selector string
	Key      secret.Source // of the private key, in PEM; it is never asked for
}

// IsZero reports whether the message is not signed.
func (d *DKIM) IsZero() bool { return d.Selector == "" && d.Key.IsZero() }

// TLS says how a session is protected. The zero value is StartTLS, and that is required, not tried.
type TLS int

// The three ways. There is no opportunistic one.
const (
	StartTLS TLS = iota // RFC 3207
	Implicit            // RFC 8314, section 3.3
	None                // only when the job file says so
)

// String returns the word of the job file.
func (t TLS) String() string {
	switch t {
	case Implicit:
		return "implicit"
	case None:
		return "none"
	default:
		return "starttls"
	}
}

// Server says which server takes the messages.
type Server struct {
	Host               string // a name or an IP address
	Port               int
	TLS                TLS
	HasAuth            bool // Username and Password or OAuth are given
	Username           string
	Password           secret.Source
	OAuth              OAuth
	Auth               string // "auto" or the name of a mechanism, as in "scram-sha-256"
	Hello              string // the EHLO name; "" is the default
	CA                 string // path of a PEM file with further roots; "" means none
	ClientCertificate  Certificate
	AllowPlaintextAuth bool
	Timeouts           Timeouts
	Pipelining         string // "auto" or "never"
	Preset             string // the provider that is named; "": none
	File               string // the file that has this section, resolved; "": the job file
}

// UsesToken reports whether a token, which may change, takes the place of a password.
func (s *Server) UsesToken() bool {
	return s.Auth == "xoauth2" || s.Auth == "oauthbearer" || !s.OAuth.IsZero()
}

// OAuth says how the account signs in without a password. The zero OAuth is that it does not.
type OAuth struct {
	Provider                              string // "google" or "microsoft"; "": another
	ClientID                              string
	ClientSecret                          secret.Source
	Tenant                                string
	Issuer                                string
	AuthorizationURL, TokenURL, DeviceURL string
	Scopes                                []string
}

// IsZero reports whether nothing is said.
func (o *OAuth) IsZero() bool { return o.ClientID == "" }

// Name returns what the provider is known by.
func (o *OAuth) Name() string { return cmp.Or(o.Provider, o.Issuer, o.TokenURL) }

// A Certificate is what this side shows the server: paths of PEM files. Both are given, or none.
type Certificate struct {
	Cert string
	Key  string
}

// Timeouts are how long the server may take; none is zero.
type Timeouts struct {
	Connect time.Duration
	Reply   time.Duration // to a command
	Final   time.Duration // to the end of the message
}

// Delivery says how the rows are sent.
type Delivery struct {
	Workers     int          // sessions open at once
	PerSession  int          // messages in one session, at most
	Rate        when.Rate    // the zero Rate is no limit
	Quotas      []when.Rate  // recipients in a rolling time; none is no limit
	RatePreset  string       // the preset that Rate is from; "": it is the job's own
	QuotaPreset string       // likewise of Quotas
	Account     string       // whose quota it is; "" is that of the server's username
	Windows     when.Windows // when messages may go; none is always
	Retry       Retry
	GiveUpAfter int // equal failures in a row that stop the run; 0 means never

	KeepTranscripts string // "none", or "failed": of attempts that did not send
}

// Retry is for temporary failures, which form further passes of a run.
type Retry struct {
	Attempts int           // for one row in one run, the first included
	Wait     time.Duration // before the second pass, doubled before each further one
	MaxWait  time.Duration // at least Wait
}

// Resolve returns a path of the job file made usable: one that is not absolute is relative to the
// job file.
func (j *Job) Resolve(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(j.Dir, p)
}

// OwnFiles returns the files that are not for any recipient to read: those with the job's secrets,
// the job file, the recipients, who gets nothing, and the log of the job without a mailing's name.
func (j *Job) OwnFiles() []string {
	named := []string{
		j.Server.File, j.Server.Password.File, j.Server.OAuth.ClientSecret.File, j.Server.ClientCertificate.Key, j.Message.DKIM.Key.File,
		filepath.Base(j.Path), j.Recipients.File,
	}
	for _, list := range j.Recipients.Suppress {
		named = append(named, list.Value)
	}
	var own []string
	for _, name := range named {
		if name != "" {
			own = append(own, j.Resolve(name))
		}
	}
	return append(own, j.ResultsPath("", false))
}

// SandboxMarks returns the names of the files that tell a directory of sandbox runs. Each is enough.
func SandboxMarks() []string { return []string{SandboxMark, SandboxMark + ".lock"} }

// SandboxMark is the file of a directory of sandbox runs that lists what they made in it.
const SandboxMark = ".mailshot-sandbox"

// Line returns the line of a key such as "recipients.email" in the job file, or 0 if it is not
// there.
func (j *Job) Line(key string) int { return j.lines[key] }

// CheckServer returns an error, a *problem.List, if the job has no server section. Such a job can
// still be run against a sandbox.
func (j *Job) CheckServer() error {
	var list problem.List
	if j.Server.Host == "" {
		list.Add(problem.Problem{
			File: j.Path,
			Text: "`server` is missing",
			Hint: "add a `server` section with a `host`, or try the job without a server: --sandbox",
		})
	}
	return list.Err()
}
