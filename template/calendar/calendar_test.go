package calendar

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-ical"
)

// object returns a calendar whose summary, attendee and name in a parameter are values of a row.
func object(summary, name, attendee string) string {
	return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//club//mailshot//EN\nMETHOD:request\nBEGIN:VEVENT\nUID:1@club.example\n" +
		"DTSTAMP:20260101T000000Z\nDTSTART:20260102T100000Z\nORGANIZER:mailto:office@club.example\n" +
		"SUMMARY:For " + Mark(summary) + "\\, all\n\n  \nATTENDEE;CN=\"" + Mark(name) + "\":mailto:" + Mark(attendee) + "\nEND:VEVENT\nEND:VCALENDAR\n"
}

// parsed returns the event of an object as a library reads it.
func parsed(t *testing.T, o Object) *ical.Component {
	t.Helper()
	cal, err := ical.NewDecoder(strings.NewReader(o.Text)).Decode()
	if err != nil {
		t.Fatalf("%q: %v", o.Text, err)
	}
	return cal.Component.Children[0]
}

func TestMake(t *testing.T) {
	o, err := Make(object("tea; cake, a\\b\r\nand \"more\"", `Ann "A." Lee, Jr; ^`, "ann@club.example"))
	if err != nil {
		t.Fatal(err)
	}
	if o.Method != "REQUEST" {
		t.Errorf("method %q", o.Method)
	}
	for _, want := range []string{
		"SUMMARY:For tea\\; cake\\, a\\\\b\\nand \"more\"\\, all\r\n",
		"ATTENDEE;CN=\"Ann ^'A.^' Lee, Jr; ^^\":mailto:ann@club.example\r\n",
	} {
		if !strings.Contains(o.Text, want) {
			t.Errorf("the object has no %q:\n%s", want, o.Text)
		}
	}
	event := parsed(t, o)
	if got, err := event.Props.Text("SUMMARY"); got != "For tea; cake, a\\b\nand \"more\", all" || err != nil {
		t.Errorf("summary %q, %v", got, err)
	}
}

// An invitation that mail programs were seen to answer comes out as it is.
func TestMakeKeeps(t *testing.T) {
	const text = "BEGIN:VCALENDAR\r\nPRODID:-//Mailer//NONSGML v1.0//EN\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\n" +
		"TZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
		"BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20200523T080000\r\nDTEND:20200523T090000Z\r\nDTSTAMP:20200522T133929Z\r\n" +
		"ORGANIZER;CN=\"Joseph\":mailto:joseph@example.com\r\nUID:e8e8a1f7@example.com\r\n" +
		"ATTENDEE;RSVP=TRUE;CN=\"Heidi; Ltd: 1\":mailto:heidi@example.com\r\nDESCRIPTION:This is a test\\, with\\nlines\r\n" +
		"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:x\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	o, err := Make(text)
	if err != nil || o.Text != text {
		t.Errorf("Make gave %v\n%s\nwant\n%s", err, o.Text, text)
	}
	parsed(t, o)
}

// A line is folded at 75 octets, and no character is cut (RFC 5545, section 3.1). One that the author
// folded is one line.
func TestFold(t *testing.T) {
	long := strings.Repeat("ü€", 60) + strings.Repeat(" and some words", 20)
	text := strings.Replace(object(long, "Ann", "a@club.example"), "For ", "For\n  the ", 1)
	o, err := Make(text)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(o.Text, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("line %q has %d octets", line, len(line))
		}
	}
	if got, _ := parsed(t, o).Props.Text("SUMMARY"); got != "For the "+long+", all" {
		t.Errorf("summary %q", got)
	}
}

func TestMakeRefuses(t *testing.T) {
	good := object("tea", "Ann", "ann@club.example")
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "the calendar is empty"},
		{"no calendar", "BEGIN:VEVENT\nEND:VEVENT\n", "the calendar has to begin with BEGIN:VCALENDAR and end with END:VCALENDAR"},
		{"no end", strings.Replace(good, "END:VCALENDAR", "", 1), "BEGIN:VCALENDAR has no END:VCALENDAR"},
		{"more behind the end", good + "X-A:b\n", "the calendar has to begin with BEGIN:VCALENDAR and end with END:VCALENDAR"},
		{"crossed", strings.Replace(good, "END:VEVENT", "END:VTODO", 1), "END:VTODO stands where BEGIN:VEVENT is open"},
		{"no method", strings.Replace(good, "METHOD", "X-METHOD", 1), "the calendar has no METHOD, such as METHOD:REQUEST"},
		{"method of an event", strings.Replace(strings.Replace(good, "METHOD:request\n", "", 1), "UID", "METHOD:REQUEST\nUID", 1), "the calendar has no METHOD, such as METHOD:REQUEST"},
		{"two methods", strings.Replace(good, "METHOD", "METHOD:CANCEL\nMETHOD", 1), "the calendar has two METHODs"},
		{"odd method", strings.Replace(good, "request", "re quest", 1), `"RE QUEST" is no METHOD`},
		{"no organizer", strings.Replace(good, "ORGANIZER", "CONTACT", 1), "the VEVENT has no ORGANIZER"},
		{"no UID", strings.Replace(good, "UID:1@club.example\n", "", 1), "the VEVENT has no UID"},
		{"blank UID", strings.Replace(good, "UID:1@club.example", "UID:"+Mark(""), 1), "the VEVENT has no UID"},
		{"no event", "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR", "the calendar has no event: BEGIN:VEVENT … END:VEVENT"},
		{"indented", strings.Replace(good, "BEGIN:VEVENT", "  BEGIN:VEVENT", 1), `the line "  BEGIN:VEVENT" begins with a space, and so goes on with the one before`},
		{"no colon", strings.Replace(good, "UID:", "UID ", 1), `the line "UID 1@club.example" has no colon`},
		{"no name", strings.Replace(good, "UID:1", "U I D:1", 1), `"U I D" is no name of a property`},
		{"control character", object("tea\x07", "Ann", "a@b.example"), `the value "tea\a" has a control character (U+0007)`},
		{"mark in a cell", object("tea\x1f", "Ann", "a@b.example"), `the value "\x00" has a control character (U+0000)`},
		{"value as a name", strings.Replace(good, "UID:", Mark("UID")+":", 1), `a value of the row stands where the name of a property belongs, "UID"`},
		{"value as a line", good + Mark("X-A:b"), `a value of the row stands where the name of a property belongs, "X-A:b"`},
		{"bare parameter", strings.Replace(good, `"`+Mark("Ann")+`"`, Mark("Lee, Ann"), 1), `the value "Lee, Ann" stands in a parameter of ATTENDEE without quotation marks around it`},
		{"second attendee", object("tea", "Ann", "a@b.example,c@d.example"), `the value "a@b.example,c@d.example" of ATTENDEE is no address`},
		{"line end in an address", object("tea", "Ann", "a@b.example\nX:y"), `the value "a@b.example\nX:y" of ATTENDEE is no address`},
		{"second rule", strings.Replace(good, "UID:", "RRULE:FREQ="+Mark("DAILY;COUNT=9")+"\nUID:", 1), `the value "DAILY;COUNT=9" of RRULE is more than one value`},
		{"space in a URL", strings.Replace(good, "UID:", "URL:"+Mark("https://a b")+"\nUID:", 1), `the value "https://a b" of URL has a character that no URL has`},
	} {
		if _, err := Make(tt.text); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v; want %s", tt.name, err, tt.want)
		}
	}
}

// Whatever the cells are, a reader finds them in their places and nothing more, or they are refused.
func FuzzMake(f *testing.F) {
	f.Add("tea", "Ann", "ann@club.example")
	f.Add("a\nEND:VEVENT", `"; X=y`, "a@b.example\r\nX:y")
	f.Add("\\n,;", "^n^'", "ü@b.example")
	f.Fuzz(func(t *testing.T, summary, name, attendee string) {
		if !utf8.ValidString(summary + name + attendee) {
			return // a cell is text
		}
		o, err := Make(object(summary, name, attendee))
		if err != nil {
			return
		}
		event := parsed(t, o)
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(summary)
		if got, err := event.Props.Text("SUMMARY"); got != "For "+want+", all" || err != nil {
			t.Errorf("summary %q, %v; want %q", got, err, want)
		}
		if len(event.Props) != 6 || len(event.Children) > 0 {
			t.Errorf("the event has %d properties: %q", len(event.Props), o.Text)
		}
		if strings.ContainsFunc(o.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\r' && r != '\n' && r != '\t' }) {
			t.Errorf("a control character: %q", o.Text)
		}
	})
}
