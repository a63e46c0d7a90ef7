package address

import "testing"

func TestParseMailbox(t *testing.T) {
	club := Address{"office", "club.example"}
	for _, tt := range []struct {
		name, in string
		want     Mailbox
	}{
		{"bare", "office@club.example", Mailbox{"", club}},
		{"angle brackets", " <office@club.example> ", Mailbox{"", club}},
		{"name", "Office <office@Club.example>", Mailbox{"Office", club}},
		{"two words", "The Office <office@club.example>", Mailbox{"The Office", club}},
		{"quoted comma", `"Last, First" <office@club.example>`, Mailbox{"Last, First", club}},
		{"quoted angle", `"a <b@c.example>" <office@club.example>`, Mailbox{"a <b@c.example>", club}},
		{"umlaut", "Büro <office@club.example>", Mailbox{"Büro", club}},
		{"joiner", "می\u200cخواهم <office@club.example>", Mailbox{"می\u200cخواهم", club}},
		{"encoded word", "=?utf-8?q?B=C3=BCro?= <office@club.example>", Mailbox{"Büro", club}},
		{"quoted local part", `Office <"a b"@club.example>`, Mailbox{"Office", Address{"a b", "club.example"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := ParseMailbox(tt.in); err != nil || got != tt.want {
				t.Errorf("ParseMailbox(%q) = %#v, %v; want %#v", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestParseMailboxRefuses(t *testing.T) {
	const quote = "the name has characters that have to be in quotation marks, as in \"Last, First\" <a@b.example>"
	const last = "the address in angle brackets has to come last, as in Office <a@b.example>"
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", "empty address"},
		{"name only", "Office", "no @"},
		{"comma", "Last, First <a@b.example>", quote},
		{"at in name", "a@b.example <a@b.example>", quote},
		{"group", "g: Office <a@b.example>;", "a group, not an address"},
		{"two", "A <a@b.example>, B <c@d.example>", "more than one address, or angle brackets in the name; put the name in quotation marks"},
		{"no dot", "Office <office@club>", "the domain has no dot"},
		{"bad address", "Office <office>", "no @"},
		{"no brackets", "Office office@club.example>", "a > without a <"},
		{"open quote", `"Office <office@club.example>`, "a quotation mark is not closed"},
		{"open quote before a bare address", `"Office office@club.example`, "a quotation mark is not closed"},
		{"name without brackets", "Office office@club.example", "has a space; behind a name the address stands in angle brackets, as in Office <a@b.example>"},
		{"name without brackets, zero-width", "Office office@club\u200b.example", "has an invisible character (U+200B)"},
		{"text behind", "Office <office@club.example> (x)", last},
		{"bracket not closed", "Office <office@club.example", last},
		{"two, the last bare", "A <a@b.example>, c@d.example", "more than one address"},
		{"CRLF in the name", "Office\r\nBcc: x <a@b.example>", "the name has a control character (U+000D)"},
		{"CRLF in an encoded word", "=?utf-8?q?a=0D=0AB?= <a@b.example>", "the name has a control character (U+000D)"},
		{"zero-width in the address", "Office <a@b\u200b.example>", "has an invisible character (U+200B)"},
		{"bytes", "B\xfcro <a@b.example>", "not valid UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseMailbox(tt.in)
			if err == nil || err.Error() != tt.want {
				t.Errorf("ParseMailbox(%q) = %#v, %v; want the error %q", tt.in, got, err, tt.want)
			}
			if got != (Mailbox{}) {
				t.Errorf("ParseMailbox(%q) = %#v beside an error; want the zero Mailbox", tt.in, got)
			}
		})
	}
}
