package letter

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"mailshot/job/address"
)

// wantRecipients wants nobody but those of the job to get a letter, and whom a
// cell names, where a cell may.
func wantRecipients(t *testing.T, got delivery, mailCell string) {
	t.Helper()
	if len(got.to) > 3 {
		t.Errorf("it goes to %q", got.to)
	}
	for _, a := range got.to {
		if a == "ann@club.example" || a == "board@club.example" {
			continue
		}
		named := slices.ContainsFunc([]string{mailCell, strings.ReplaceAll(mailCell, ";", "")}, func(s string) bool {
			box, err := address.ParseMailbox(s)
			return err == nil && box.Address.String() == a
		})
		if !named {
			t.Errorf("it goes to %s", a)
		}
	}
}

// wantForm wants lines as they have to be: no octet that would end one
// elsewhere, 998 at most, and 78 in a header, where it can be folded.
func wantForm(t *testing.T, octets []byte, wide bool) {
	t.Helper()
	header := true
	for line := range strings.SplitSeq(string(octets), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("the line %q", line)
		}
		if !wide && strings.ContainsFunc(line, func(r rune) bool { return r >= 0x80 }) {
			t.Errorf("not ASCII: %q", line)
		}
		switch {
		case line == "":
			header = false
		case strings.HasPrefix(line, "--=_"):
			header = true
		case header && len(line) > 78 && foldable(line):
			t.Errorf("could be folded: %q", line)
		}
	}
}

// foldable tells whether a line of a header could be folded: at a single space,
// or before a value that then is within the limit. Identifiers and media types
// are not.
func foldable(line string) bool {
	if name, value, ok := strings.Cut(line, ": "); ok && !strings.Contains(name, " ") {
		if len(value) < 78 && !strings.HasSuffix(name, "-ID") && name != "Content-Type" {
			return true
		}
		line = value
	}
	words := strings.Split(strings.TrimLeft(line, " "), " ")
	for i := 1; i < len(words); i++ {
		if words[i-1] != "" && words[i] != "" {
			return true
		}
	}
	return false
}

// wantRead wants a letter to say what the cells do.
func wantRead(t *testing.T, octets []byte, cell, id, file string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(octets))
	if err != nil {
		t.Fatalf("net/mail: %v", err)
	}
	decoded := func(field string) string {
		s, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(field))
		if err != nil {
			t.Errorf("mime: %s: %v", field, err)
		}
		return s
	}
	name := func(field string) string {
		all, err := m.Header.AddressList(field)
		if err != nil || len(all) == 0 {
			t.Fatalf("net/mail: %s: %v", field, err)
		}
		return all[0].Name
	}
	same := func(what, got, want string) {
		if got != want {
			t.Errorf("%s is read as %q; want %q", what, got, want)
		}
	}
	same("subject", decoded("Subject"), strings.TrimSpace("S "+cell))
	same("header", decoded("X-Cell"), strings.Trim(strings.TrimSpace(cell), " "))
	same("to", name("To"), strings.Trim(cell, " "))
	if !strings.ContainsAny(cell, `"\`) {
		for _, field := range []string{"Sender", "Reply-To", "Cc"} {
			same(field, name(field), strings.Trim(cell, " "))
		}
		if !strings.ContainsAny(cell, "<>()@,;:[].") {
			same("list", strings.Trim(strings.TrimSuffix(decoded("List-Id"), "<news.club.example>"), ` "`), strings.TrimSpace(cell))
		}
	}
	same("unsubscribe", m.Header.Get("List-Unsubscribe"), "<https://club.example/u?"+url.QueryEscape(cell)+">, <mailto:leave@club.example>")
	if id = strings.TrimSpace(id); id != "" {
		id = "<" + strings.Trim(id, "<>") + ">"
	}
	same("in reply to", m.Header.Get("In-Reply-To"), id)
	same("references", m.Header.Get("References"), id)

	leaves := leavesOf(t, m.Header, m.Body)
	same("text", leaves[0].content, crlf("T "+cell))
	page := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(cell)
	title, text := paragraphOf(t, leaves[1].content)
	same("title", title, page)
	same("paragraph", text, page)
	file = strings.TrimSpace(file)
	for i, want := range []leaf{
		{"text/plain", "attachment", strings.TrimSpace(cell + ".txt"), inside},
		{"", "attachment", path.Base(file), inside},
		{"", "attachment", strings.TrimSpace("b-" + file), inside},
	} {
		got := leaves[len(leaves)-3+i]
		want.kind = got.kind // told by the name
		want.name = norm.NFC.String(want.name)
		same("attachment", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want))
	}
}

// paragraphOf gives what the one paragraph of a page says.
func paragraphOf(t *testing.T, page string) (title, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "p" {
			title = n.Attr[0].Val
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
		}
	}
	return title, text
}

// A leaf is a part of a letter that has no parts itself, as a mail program
// shows it.
type leaf struct{ kind, disposition, name, content string }

// leavesOf takes a letter apart.
func leavesOf(t *testing.T, header netmail.Header, body io.Reader) (all []leaf) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		t.Fatalf("mime: %v", err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return all
			}
			if err != nil {
				t.Fatalf("mime/multipart: %v", err)
			}
			all = append(all, leavesOf(t, netmail.Header(p.Header), p)...)
		}
	}
	switch header.Get("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	l := leaf{kind: kind, content: string(b)}
	if d := header.Get("Content-Disposition"); d != "" {
		if l.disposition, params, err = mime.ParseMediaType(d); err != nil {
			t.Fatalf("mime: %q: %v", d, err)
		}
		l.name = params["filename"]
	}
	return []leaf{l}
}

// crlf is a text as it comes out of a letter.
func crlf(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	if !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}
