package message_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mailshot/transport/message"
)

// A read is a message as a parser sees it.
type read struct {
	From, Sender, To, Cc, ReplyTo []message.Mailbox

	Subject   string
	Date      time.Time
	MessageID string
	ListID    message.ListID
	Headers   []message.Field
	Body      node
}

// A node is a part as a parser sees it.
type node struct {
	Type, Disposition, FileName, ContentID string
	Params                                 map[string]string // of the type, but for those that the package chooses
	Content                                string
	Parts                                  []node
}

// wantSame compares what was read with what was written.
func wantSame(t *testing.T, got read, m *message.Message) {
	t.Helper()
	if diff := difference(got, m); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
}

func difference(got read, m *message.Message) string {
	want := read{
		From: []message.Mailbox{m.From}, To: m.To, Cc: m.Cc, ReplyTo: m.ReplyTo,
		Subject: m.Subject, Date: m.Date, MessageID: m.MessageID, ListID: m.ListID, Headers: m.Headers,
		Body: expected(m.Body),
	}
	if m.Sender.Address != "" {
		want.Sender = []message.Mailbox{m.Sender}
	}
	return cmp.Diff(want, got)
}

func expected(p message.Part) node {
	if len(p.Parts) == 1 {
		return expected(p.Parts[0])
	}
	n := node{Type: p.Type, Disposition: p.Disposition, FileName: p.FileName, ContentID: p.ContentID, Params: furtherParams(p.Params)}
	if p.FileName != "" && p.Disposition == "" {
		n.Disposition = "attachment"
	}
	for _, child := range p.Parts {
		n.Parts = append(n.Parts, expected(child))
	}
	n.Content = contentOf(p)
	if p.Text != "" {
		n.Content = normalised(p.Text)
	}
	switch {
	case n.Type == "" && len(p.Parts) > 0:
		n.Type = "multipart/mixed"
	case n.Type == "":
		n.Type = "text/plain"
	case n.Type == "message/rfc822" && (p.Content == nil || !canonical(n.Content)):
		n.Type = "application/octet-stream"
	}
	return n
}

// contentOf is what a leaf that is no text has in it.
func contentOf(p message.Part) string {
	var b []byte
	var err error
	switch {
	case p.File != nil:
		var r io.ReadCloser
		if r, err = p.File.Open(); err == nil {
			b, err = io.ReadAll(r)
		}
	case p.Encoded != nil:
		b, err = base64.StdEncoding.DecodeString(string(p.Encoded.Data()))
	default:
		b = p.Content
	}
	if err != nil {
		panic(err)
	}
	return string(b)
}

// canonical says in another way than the package what may stand as it is.
func canonical(s string) bool {
	lines := strings.Split(s, "\r\n")
	for _, line := range lines {
		if len(line) > 998 || !isASCII(line) || strings.ContainsAny(line, "\r\n\x00") {
			return false
		}
	}
	return lines[len(lines)-1] == ""
}

// furtherParams are those that the package does not choose.
func furtherParams(params map[string]string) map[string]string {
	var further map[string]string
	for name, value := range params {
		if slices.Contains([]string{"charset", "boundary", "name", "type"}, name) {
			continue
		}
		if further == nil {
			further = map[string]string{}
		}
		further[name] = value
	}
	return further
}

// normalised says in another way than the package what becomes of a text.
func normalised(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// own are the fields that are not further ones.
var own = map[string]bool{
	"from": true, "sender": true, "to": true, "cc": true, "reply-to": true, "list-id": true, "subject": true, "date": true, "message-id": true,
	"dkim-signature": true, "mime-version": true, "content-type": true, "content-transfer-encoding": true, "content-disposition": true, "content-id": true,
}

// readStandard reads with net/mail, mime and mime/multipart.
func readStandard(t testing.TB, b []byte) read {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("net/mail: %v", err)
	}
	var r read
	var words mime.WordDecoder
	decode := func(s string) string {
		s, err := words.DecodeHeader(s)
		if err != nil {
			t.Errorf("mime: %v", err)
		}
		return s
	}
	for _, list := range []struct {
		name string
		to   *[]message.Mailbox
	}{{"From", &r.From}, {"Sender", &r.Sender}, {"To", &r.To}, {"Cc", &r.Cc}, {"Reply-To", &r.ReplyTo}} {
		if m.Header.Get(list.name) == "" {
			continue
		}
		addresses, err := m.Header.AddressList(list.name)
		if err != nil {
			t.Errorf("net/mail: %s: %v", list.name, err)
		}
		for _, a := range addresses {
			*list.to = append(*list.to, message.Mailbox{Name: a.Name, Address: quotedAddress(a.Address)})
		}
	}
	r.Subject = decode(m.Header.Get("Subject"))
	if r.Date, err = m.Header.Date(); err != nil {
		t.Errorf("net/mail: %v", err)
	}
	r.MessageID = strings.Trim(m.Header.Get("Message-ID"), "<>")
	r.ListID = readListID(decode(m.Header.Get("List-Id")))
	r.Headers = further(t, b, func(name, value string) string {
		if strings.HasPrefix(name, "List-") {
			return value
		}
		return decode(value)
	})
	r.Body = standardNode(t, m.Header.Get, m.Body)
	return r
}

// readListID takes a decoded List-Id apart; no parser does.
func readListID(s string) message.ListID {
	description, id, _ := strings.Cut(strings.TrimSuffix(s, ">"), "<")
	description = strings.Trim(description, " ")
	if n := len(description); n > 1 && description[0] == '"' && description[n-1] == '"' {
		description = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(description[1 : n-1])
	}
	return message.ListID{Description: description, ID: id}
}

// further returns the fields that are not own, in their order, which net/mail
// does not keep.
func further(t testing.TB, b []byte, decode func(name, value string) string) []message.Field {
	t.Helper()
	header, _, _ := strings.Cut(string(b), "\r\n\r\n")
	header = strings.ReplaceAll(header, "\r\n ", " ")
	var list []message.Field
	for _, line := range strings.Split(header, "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Errorf("a header line without a colon: %q", line)
		}
		if !own[strings.ToLower(name)] {
			list = append(list, message.Field{Name: name, Value: decode(name, strings.TrimPrefix(value, " "))})
		}
	}
	return list
}

// quotedAddress writes an address as it was, for parsers give it unquoted.
func quotedAddress(a string) string {
	at := strings.LastIndexByte(a, '@')
	if strings.ContainsAny(a[:at], " \"\\,<>@") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a[:at]) + `"` + a[at:]
	}
	return a
}

func standardNode(t testing.TB, get func(string) string, body io.Reader) node {
	t.Helper()
	kind, params, err := mime.ParseMediaType(get("Content-Type"))
	if err != nil {
		t.Fatalf("mime: %q: %v", get("Content-Type"), err)
	}
	n := node{Type: kind, ContentID: strings.Trim(get("Content-Id"), "<>"), Params: furtherParams(params)}
	if d := get("Content-Disposition"); d != "" {
		var p map[string]string
		if n.Disposition, p, err = mime.ParseMediaType(d); err != nil {
			t.Errorf("mime: %q: %v", d, err)
		}
		if n.FileName = p["filename"]; n.FileName != params["name"] {
			t.Errorf("filename %q and name %q differ", n.FileName, params["name"])
		}
	}
	switch get("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		b, err := io.ReadAll(body)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		n.Content = string(b)
		return n
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatalf("mime/multipart: %v", err)
		}
		n.Parts = append(n.Parts, standardNode(t, p.Header.Get, p))
	}
}
