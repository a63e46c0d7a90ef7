package advice

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPattern(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"no such user", "no such user"},
		{"<ann@x.example>: no such user", "<…>: no such user"},
		{"<bob@y.example>: no such user", "<…>: no such user"},
		{"ann@x.example... User unknown", "… User unknown"},
		{"5.1.1 Recipient address rejected: User unknown in virtual mailbox table", "5.1.1 Recipient address rejected: User unknown in virtual mailbox table"},
		{"Requested action not taken: mailbox unavailable [SN1PEPF0002529E.namprd05.prod.outlook.com 2026-11-23T14:05:01.123Z 08DE1A]",
			"Requested action not taken: mailbox unavailable [… …]"},
		{"try again later (in reply to end of DATA), id 4bXyZ1234", "try again later (in reply to end of DATA), id …"},
		{"see https://support.example/mail/?p=NoSuchUser 5b1f17b1804b1-47d.123 - gsmtp", "see … - gsmtp"},
		{"Service unavailable; client [192.0.2.17] blocked using zen.spamhaus.example", "Service unavailable; client […] blocked using …"},
		{"Service unavailable; client [2001:db8::1] blocked using bl.example", "Service unavailable; client […] blocked using …"},
		{"over quota: 1024 of 1000 MB", "over quota: … of … MB"},
		{"rejected: rows 1, 2, 3 and 4", "rejected: rows … and …"},
		{"rejected: rows 7 and 19", "rejected: rows … and …"},
		{`message "To Ann" (id=4321) of 'Ann O'Neill' refused`, `message "…" (id=…) of '…' refused`},
		{"it can't be; Ann's mailbox is full", "it can't be; Ann's mailbox is full"},
		{"queued as kBvYzQwXhGtR for DeliveryAgent", "queued as … for DeliveryAgent"},
		{"dial tcp 127.0.0.1:35363: connection refused", "dial tcp …: connection refused"},
		{"  spaces\tand\nlines ", "spaces and lines"},
		{"an open \"quotation", "an open \"quotation"},
		{"empty <> and ''", "empty <…> and '…'"},
		{"x-code=abc", "x-code=abc"},
		{"… …", "…"},
		{"=", "="},
		{strings.Repeat("mailbox ", 40), strings.Repeat("mailbox ", 25) + "…"},
	} {
		if got := Pattern(tt.in); got != tt.want {
			t.Errorf("patternOf(%q)\n\t%q, want\n\t%q", tt.in, got, tt.want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{"<a@b>: no", "'", "\"\"", "`x'", "(<", "a=b=c", "ü…@", "((1))", "'a'b", "\xff\xfe<"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Pattern(text)
		if len(got) > MaxPattern+len(gap) {
			t.Errorf("patternOf(%q) has %d octets", text, len(got))
		}
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("patternOf(%q) = %q is not UTF-8", text, got)
		}
		for _, id := range []string{"a1", "b@c.example", "mx.example"} { // whatever the number, the group is one
			if a, b := Pattern(id+" "+text), Pattern("77 "+text); a != b {
				t.Errorf("%q and %q are two patterns", a, b)
			}
		}
	})
}

func BenchmarkPattern(b *testing.B) {
	texts := make([]string, 64)
	for i := range texts {
		texts[i] = fmt.Sprintf("<member%04d@club.example>: Recipient address rejected: User unknown in virtual mailbox table, id 4bXyZ%d", i, i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Pattern(texts[i%len(texts)])
	}
}
