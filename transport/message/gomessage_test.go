package message_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"slices"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"

	"mailshot/transport/message"
)

// readGoMessage reads with go-message.
func readGoMessage(t testing.TB, b []byte) read {
	t.Helper()
	entity, err := gomessage.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("go-message: %v", err)
	}
	h := gomail.Header{Header: entity.Header}
	var r read
	for _, list := range []struct {
		name string
		to   *[]message.Mailbox
	}{{"From", &r.From}, {"Sender", &r.Sender}, {"To", &r.To}, {"Cc", &r.Cc}, {"Reply-To", &r.ReplyTo}} {
		addresses, err := h.AddressList(list.name)
		if err != nil {
			t.Errorf("go-message: %s: %v", list.name, err)
		}
		for _, a := range addresses {
			*list.to = append(*list.to, message.Mailbox{Name: a.Name, Address: quotedAddress(a.Address)})
		}
	}
	check := func(err error) {
		if err != nil {
			t.Errorf("go-message: %v", err)
		}
	}
	r.Subject, err = h.Subject()
	check(err)
	r.Date, err = h.Date()
	check(err)
	r.MessageID, err = h.MessageID()
	check(err)
	list, err := h.Text("List-Id")
	check(err)
	r.ListID = readListID(list)
	for f := h.Fields(); f.Next(); {
		if own[strings.ToLower(f.Key())] {
			continue
		}
		value := f.Value()
		if !strings.HasPrefix(f.Key(), "List-") {
			value, err = f.Text()
			check(err)
		}
		r.Headers = append(r.Headers, message.Field{Name: f.Key(), Value: value})
	}
	r.Body = goMessageNode(t, entity)
	return r
}

// asGoMessage is a message as go-message has to see it: it decodes words in the
// name of a file, where there are none (RFC 2047, section 5).
func asGoMessage(m *message.Message) *message.Message {
	other := *m
	var as func(p *message.Part)
	as = func(p *message.Part) {
		var words mime.WordDecoder
		if s, err := words.DecodeHeader(p.FileName); err == nil {
			p.FileName = s
		}
		p.Parts = slices.Clone(p.Parts)
		for i := range p.Parts {
			as(&p.Parts[i])
		}
	}
	as(&other.Body)
	return &other
}

func goMessageNode(t testing.TB, e *gomessage.Entity) node {
	t.Helper()
	kind, params, err := e.Header.ContentType()
	if err != nil {
		t.Errorf("go-message: %v", err)
	}
	n := node{Type: kind, ContentID: strings.Trim(e.Header.Get("Content-Id"), "<>"), Params: furtherParams(params)}
	if e.Header.Has("Content-Disposition") {
		var p map[string]string
		if n.Disposition, p, err = e.Header.ContentDisposition(); err != nil {
			t.Errorf("go-message: %v", err)
		}
		n.FileName = p["filename"]
	}
	r := e.MultipartReader()
	if r == nil {
		b, err := io.ReadAll(e.Body)
		if err != nil {
			t.Errorf("go-message: %s: %v", kind, err)
		}
		n.Content = string(b)
		return n
	}
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatalf("go-message: %v", err)
		}
		n.Parts = append(n.Parts, goMessageNode(t, p))
	}
}
