package message

import (
	"errors"
	"fmt"
	"strings"

	"mailshot/transport/mailbox"
)

// maxPhrase is the length from which a display name, with its quotation marks,
// is written in encoded words, which can be folded, and not as one unit. That
// finds room beside the longest name of a field of mailboxes.
const maxPhrase = fullLine - len("Reply-To: ")

// maxIdentifier is more than the identifier of a message or of a list has (RFC
// 2919, section 2, allows 255 octets).
const maxIdentifier = 320

// mailboxes writes an address field (RFC 5322, section 3.4), folded after
// commas; nothing if list is empty.
func (e *Encoder) mailboxes(field string, list []Mailbox) error {
	if len(list) == 0 {
		return nil
	}
	e.begin(field)
	for i := range list {
		comma := i < len(list)-1
		if err := e.mailbox(&list[i], comma); err != nil {
			return &FieldError{field, err}
		}
	}
	e.end()
	return nil
}

func (e *Encoder) mailbox(m *Mailbox, comma bool) error {
	if err := checkAddress(m.Address, e.utf8); err != nil {
		return err
	}
	if err := checkText(m.Name); err != nil {
		return fmt.Errorf("display name of %s: %w", m.Address, err)
	}
	name := strings.Trim(m.Name, " ")
	if name != "" {
		if err := e.name(name, len(m.Address)+len(" <>,")); err != nil {
			return err
		}
	}
	e.token = e.token[:0]
	if name != "" {
		e.token = append(e.token, '<')
	}
	e.token = append(e.token, m.Address...)
	if name != "" {
		e.token = append(e.token, '>')
	}
	if comma {
		e.token = append(e.token, ',')
	}
	return e.place(0)
}

// name writes a display name, which after octets of an address follow.
func (e *Encoder) name(name string, after int) error {
	if e.phrase(name) {
		return e.place(after)
	}
	e.words(name, inPhrase)
	return nil
}

// listID writes List-Id, if there is one.
func (e *Encoder) listID(l *ListID) error {
	if l.ID == "" {
		return nil
	}
	const field = "List-Id"
	if len(l.ID) > maxIdentifier || !mailbox.IsDotAtom(l.ID) {
		return &FieldError{field, fmt.Errorf("%+q is not the identifier of a list", l.ID)}
	}
	if err := checkText(l.Description); err != nil {
		return &FieldError{field, err}
	}
	e.begin(field)
	if name := strings.Trim(l.Description, " "); name != "" {
		if err := e.name(name, len(l.ID)+len(" <>")); err != nil {
			return &FieldError{field, err}
		}
	}
	e.token = append(append(append(e.token[:0], '<'), l.ID...), '>')
	if err := e.place(0); err != nil {
		return &FieldError{field, err}
	}
	e.end()
	return nil
}

// phrase puts a display name into e.token, as atoms or as a quoted string; not
// so (false) where it needs encoded words, which may not stand in a quoted
// string (RFC 2047, section 5 (3)).
func (e *Encoder) phrase(name string) bool {
	e.token = e.token[:0]
	if len(name) > maxPhrase || needsWords(name) {
		return false
	}
	if atoms(name) {
		e.token = append(e.token, name...)
	} else {
		e.token = appendQuotedString(e.token, name)
	}
	return len(e.token) <= maxPhrase
}

// atoms tells whether s is words of atext (RFC 5322, section 3.2.3) with one
// space between.
func atoms(s string) bool {
	for i := range len(s) {
		if s[i] == ' ' && s[i+1] != ' ' { // s neither begins nor ends with one
			continue
		}
		if !mailbox.IsAtext(s[i]) {
			return false
		}
	}
	return true
}

// appendQuotedString appends printable ASCII as a quoted string (RFC 5322,
// section 3.2.4; RFC 2045, section 5.1).
func appendQuotedString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

// checkAddress makes sure that a is one addr-spec (RFC 5322, section 3.4.1, and
// with wide RFC 6532, section 3.2) as SMTP takes it too, and nothing more. That
// it can be mailed to is for others to say.
func checkAddress(a string, wide bool) error {
	if a == "" {
		return errors.New("there is no address")
	}
	if _, _, err := mailbox.Parse(a); err != nil || !wide && !ascii(a) {
		return fmt.Errorf("%+q is not an address as it goes on the wire", a)
	}
	return nil
}

// domain reports whether s is the right side of an identifier: a dot-atom or a
// domain literal (RFC 5322, section 3.6.4).
func domain(s string) bool {
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		return mailbox.IsDotAtom(s)
	}
	for i := 1; i < len(s)-1; i++ {
		if c := s[i]; c <= ' ' || c > '~' || c == '[' || c == ']' || c == '\\' {
			return false
		}
	}
	return true
}

// identifier writes a msg-id (RFC 5322, section 3.6.4): Message-ID, Content-ID.
func (e *Encoder) identifier(field, id string) error {
	left, right, ok := strings.Cut(id, "@")
	if !ok || len(id) > maxIdentifier || !mailbox.IsDotAtom(left) || !domain(right) {
		return &FieldError{field, fmt.Errorf("%+q is not a message identifier", id)}
	}
	// Not folded, as there are servers that then miss it.
	e.begin(field)
	e.buf = append(append(append(e.buf, " <"...), id...), '>')
	e.end()
	return nil
}
