package calendar

import (
	"fmt"
	"strings"
	"unicode"
)

// A writer writes one content line, and knows in which part of it the next octet stands.
type writer struct {
	b      strings.Builder
	name   string // of the property, once it is whole
	quoted bool   // within the quotation marks of a parameter
	colon  int    // where the value begins; 0: not yet
}

// author writes text of the template.
func (w *writer) author(text string) error {
	for i := range len(text) {
		c := text[i]
		if (c < ' ' && c != '\t') || c == 0x7f {
			return fmt.Errorf("the calendar has the control character %U", c)
		}
		w.b.WriteByte(c)
		switch {
		case w.colon > 0:
		case c == '"':
			w.quoted = !w.quoted
		case w.quoted:
		case c == ':':
			w.endName(1)
			w.colon = w.b.Len()
		case c == ';':
			w.endName(1)
		}
	}
	return nil
}

// endName takes what is written, but for its last octets, for the name, if there is none yet.
func (w *writer) endName(but int) {
	if w.name == "" {
		w.name = strings.ToUpper(w.b.String()[:w.b.Len()-but])
	}
}

// insert writes a value of the row, escaped for where it stands.
func (w *writer) insert(value string) error {
	for _, r := range value {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return fmt.Errorf("the value %q has a control character (%U)", shown(value), r)
		}
	}
	value = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(value)
	switch {
	case w.name == "":
		return fmt.Errorf("a value of the row stands where the name of a property belongs, %q", shown(w.b.String()+value))
	case w.colon == 0:
		return w.parameter(value)
	}
	return w.value(value)
}

// parameter writes the value of a parameter in the encoding of RFC 6868, section 3.1, which readers
// that do not know it show as it is.
func (w *writer) parameter(value string) error {
	if !w.quoted && strings.ContainsAny(value, `";:,`+"\n") {
		return fmt.Errorf("the value %q stands in a parameter of %s without quotation marks around it", shown(value), w.name)
	}
	w.b.WriteString(strings.NewReplacer("^", "^^", "\n", "^n", `"`, "^'").Replace(value))
	return nil
}

// The types of values by the names of properties (RFC 5545, section 3.8). All others have text.
var (
	uris  = words("ATTACH URL TZURL SOURCE CONFERENCE IMAGE")
	plain = words("COMPLETED CREATED DTEND DTSTAMP DTSTART DUE DURATION EXDATE FREEBUSY GEO LAST-MODIFIED PERCENT-COMPLETE PRIORITY " +
		"RDATE RECURRENCE-ID REFRESH-INTERVAL REPEAT RRULE SEQUENCE TRIGGER TZOFFSETFROM TZOFFSETTO BEGIN END METHOD VERSION CALSCALE")
)

func words(list string) map[string]bool {
	all := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		all[w] = true
	}
	return all
}

// value writes a value, or a part of it.
func (w *writer) value(value string) error {
	switch {
	case w.name == "ATTENDEE" || w.name == "ORGANIZER": // of one person
		if strings.ContainsAny(value, "\n\t \"<>\\^`{|},;?") {
			return fmt.Errorf("the value %q of %s is no address", shown(value), w.name)
		}
	case uris[w.name]: // a URI, which has none of these (RFC 3986, section 2)
		if strings.ContainsAny(value, "\n\t \"<>\\^`{|}") {
			return fmt.Errorf("the value %q of %s has a character that no URL has", shown(value), w.name)
		}
	case plain[w.name]:
		if strings.ContainsAny(value, "\n;,:\"\\") {
			return fmt.Errorf("the value %q of %s is more than one value", shown(value), w.name)
		}
	default: // section 3.3.11
		value = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(value)
	}
	w.b.WriteString(value)
	return nil
}
