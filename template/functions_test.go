package template

import "testing"

func TestFunctions(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{{address "Doe, \"Ann\"" "ann@club.example"}}`, `"Doe, \"Ann\"" <ann@club.example>`},
		{`{{address .empty .email}}`, `ann@club.example`},
		{`{{address "Ann" "\"ann lee\"@club.example"}}`, `"Ann" <"ann lee"@club.example>`},
		{`{{address "Zoë" .email}}`, `"Zoë" <ann@club.example>`},
		{`{{contains "ric" .city}} {{contains "x" .city}}`, `true false`},
		{`{{contains "vip" (split ";" .tags)}} {{contains "vi" (split ";" .tags)}}`, `true false`},
		{`{{date "Monday, 2 January 2006" .due}}`, `Thursday, 31 December 2026`},
		{`{{.due | date "02.01.2006"}}`, `31.12.2026`},
		{`{{date "2 January 2006" "1.3.2026"}}`, `1 March 2026`},
		{`{{date "15:04" "2026-12-31T18:05:00+02:00"}} {{date "15:04" "2026-12-31 18:05"}}`, `18:05 18:05`},
		{`{{date "2 January" now}} {{date "2 January" (now.AddDate 0 0 14)}} {{now.Year}} {{upper now.Month}}`, `23 November 7 December 2026 NOVEMBER`},
		{`{{default "friend" .empty}} {{.first_name | default "friend"}} {{default "x" " "}} {{default 5 .empty}}`, `friend Ann x 5`},
		{`{{eq .n "3"}} {{eq .n 3}} {{eq .n 3.0}} {{eq .n 4 3}} {{eq .n "03"}} {{eq .empty 0}} {{eq .city "x" "y"}}`, `true true true true false false false`},
		{`{{ne .n "3"}} {{ne .n 4}} {{eq true true}} {{eq .due now}} {{eq now now}}`, `false true true false true`},
		{`{{field "First name"}}, {{"city" | field}}`, `Ann Mary, Zürich`},
		{`{{lt .n 10}} {{lt .n "10"}} {{le .n 3}} {{gt .amount 1000}} {{ge .amount 1234.50}} {{gt -2 -10}}`, `true true true true true true`},
		{`{{lt now .due}} {{gt .due now}} {{gt now now}}`, `true true false`},
		{`{{index (split ";" .tags) 1}} {{index . "city"}} {{index $ "First name"}}`, `vip Zürich Ann Mary`},
		{`{{join ", " .city .empty .n}} {{join "+" (split ";" .tags) "x"}}`, `Zürich, 3 gold+vip+x`},
		{`{{key}} {{row}} {{mailing}}`, `M-17 17 2026-12`},
		{`{{lower "ÄB"}} {{upper .city}} {{trim "  a b "}} {{upper 5}}`, `äb ZÜRICH a b 5`},
		{`{{money "1,234.50 EUR" .amount}} {{money "€ 1.234,50" "1234567"}} {{money "1 234,50 kr" "0,5"}}`, `1,234.50 EUR € 1.234.567,00 0,50 kr`},
		{`{{money "$1234.50" "-12.3"}} {{money "1'234" "1200.00"}} {{.amount | money "1234.50"}}`, `-$12.30 1'200 1234.50`},
		{`{{number "1,234" "1999.5"}} {{number "1,234.5" "-0.04"}} {{number "1234.000" 1.5}} {{number "1,234" "999999.9"}}`, `2,000 0.0 1.500 1,000,000`},
		{`{{plural .n "seat" "seats"}} {{plural 1 "seat" "seats"}} {{plural "1.5" "a" "b"}} {{plural "-1" "a" "b"}} {{plural 0 "a" "b"}}`, `seats seat b a b`},
		{`{{print .city 1}} {{println .city}}`, "Zürich1 Zürich\n"},
		{`{{printf "%.1s|%s|%5s|%-5s|%q" .city .n .n .n .n}}`, `Z|3|    3|3    |"3"`},
		{`{{printf "%05d %.2f %v %d %%! %s" .n .amount now.Year 7 row}}`, `00003 1234.50 2026 7 %! 17`},
		{`{{replace "\n" " " .lines}}`, `a b`},
		{`{{range split ";" .tags}}<{{.}}>{{end}} {{split ";" .tags}} {{len (split ";" .tags)}}`, `<gold><vip> gold, vip 2`},
		{`{{title "ann-mary o'neil"}} {{title "JEAN-LUC ÉRIC"}} {{title "ann McDonald"}}`, `Ann-Mary O'neil Jean-Luc Éric Ann McDonald`},
		{`{{html "<"}} {{js "'"}} {{urlquery "a&b c"}}`, `&lt; \' a%26b+c`},
		{`{{len .city}} {{slice .city 0 1}} {{and .city .n}} {{or .empty .n}} {{not .empty}}`, `7 Z 3 3 true`},
		{`{{.odd}}`, `{{.city}} <no value> %d`},
		{`{{range $k, $v := .}}{{if eq $k "city"}}{{$v}}{{end}}{{end}}`, `Zürich`},
	} {
		got, err := renderText(t, tt.in)
		if err != nil || got != tt.want {
			t.Errorf("%s gives %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestFunctionErrors(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{{address "a" "b"}}`, `address: "b" is no address`},
		{`{{address "a" "b@x.example, c@x.example"}}`, `address: "b@x.example, c@x.example" is no address`},
		{`{{address "a" "A <b@x.example>"}}`, `address: "A <b@x.example>" is no address`},
		{`{{address "a" "\"b c\" <d@x.example"}}`, `address: "\"b c\" <d@x.example" is no address`},
		{`{{address "a" "\"b c\"@x.example (d)"}}`, `address: "\"b c\"@x.example (d)" is no address`},
		{`{{address "a" "b\u200bc@x.example"}}`, `address: "b\u200bc@x.example" is no address`},
		{`{{address "a" "b@x.example (c)"}}`, `address: "b@x.example (c)" is no address`},
		{`{{address .lines .email}}`, `address: the name "a\nb" has a line break`},
		{`{{date "DD.MM.YYYY" .due}}`, `date: the layout "DD.MM.YYYY" shows no part of a date | it shows how 2 January 2006 is written: {{date "2 January 2006" .column}}, "02.01.2006", "Monday, Jan 2"`},
		{`{{.due | date "Montag, 2. Januar"}}`, "date: the layout \"Montag, 2. Januar\" shows \"Montag\" for every date | write Monday, 2 January 2006 in the order you want; `message.language: de` translates the names"},
		{`{{$l := "31.12.2026"}}{{date $l .due}}`, `date: the layout "31.12.2026" has 31, which is no part of Monday, 2 January 2006, 15:04:05 | it shows how 2 January 2006 is written: {{date "2 January 2006" .column}}, "02.01.2006", "Monday, Jan 2"`},
		{`{{(now.AddDate 0 0 14).Format "2 Feb"}}`, "date: the layout \"2 Feb\" shows \"Feb\" for every date | write Monday, 2 January 2006 in the order you want: these names become those of the date, in the language that `language` says"},
		{`{{now.Format "2 Feb"}}`, "date: the layout \"2 Feb\" shows \"Feb\" for every date | write Monday, 2 January 2006 in the order you want: these names become those of the date, in the language that `language` says"},
		{`{{date .due now}}`, `date: the layout "2026-12-31" has 2026, which is no part of Monday, 2 January 2006, 15:04:05 (column "due") | it shows how 2 January 2006 is written: {{date "2 January 2006" .column}}, "02.01.2006", "Monday, Jan 2"`},
		{`{{date "2 Jan" "31/12/2026"}}`, `date: "31/12/2026" is no date | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{`{{date "2 Jan" .empty}}`, `date: the value is empty (column "empty") | {{with .column}}{{date … .}}{{end}} leaves an empty one out`},
		{`{{date "2 Jan" 5}}`, `date: "5" is no date | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{`{{eq .n}}`, `eq takes at least 2 values, and was given 1`},
		{`{{eq}}`, `eq takes at least 1 value, and was given 0`},
		{`{{lt "31/12/2026" now}}`, `lt: "31/12/2026" is no date | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{`{{ge now "31/12/2026"}}`, `ge: "31/12/2026" is no date | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{`{{gt .empty now}}`, `gt: the value is empty, no date (column "empty") | {{with .column}}…{{end}} leaves an empty one out`},
		{`{{lt now 5}}`, `lt: "5" is no date | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{`{{lt "a" "b"}}`, `lt: "a" is no number, no date and no time of day | lt compares numbers with numbers and dates with dates; texts have no order`},
		{`{{lt .n "abc"}}`, `lt: "abc" is no number`},
		{`{{gt .empty 5}}`, `gt: the value is empty, no number (column "empty") | (default 0 .column) takes an empty one for 0, and {{with .column}}…{{end}} leaves it out`},
		{`{{gt "1,234" 5}}`, `gt: "1,234" is no number | a number is written without thousands separators: 1234.50 or 1234,50`},
		{`{{index (split ";" .tags) 2}}`, `index: no item 2 in a list of 2, counted from 0`},
		{`{{index (split ";" .tags) "a"}}`, `index: a list needs a number, counted from 0`},
		{`{{index .city 1}}`, `index is for the row and for lists | {{index . "column"}}, {{index (split "," .column) 0}}`},
		{`{{money "19.5" "EUR"}}`, `money: the layout "19.5" does not show the number 1234.50 | {{money "1,234.50 EUR" .column}}, or as it is written where your readers live: "€ 1.234,50", "1 234"`},
		{`{{money .city "EUR"}}`, `money: the layout "Zürich" does not show the number 1234.50 (column "city") | {{money "1,234.50 EUR" .column}}, or as it is written where your readers live: "€ 1.234,50", "1 234"`},
		{`{{date .due "2006-01-02"}}`, `date: the layout stands behind the date | it shows how 2 January 2006 is written: {{date "2 January 2006" .column}}, "02.01.2006", "Monday, Jan 2"`},
		{`{{date .due "2.1.2006"}}`, `date: the layout stands behind the date | it shows how 2 January 2006 is written: {{date "2 January 2006" .column}}, "02.01.2006", "Monday, Jan 2"`},
		{`{{money "EUR" .amount}}`, `money: the layout "EUR" does not show the number 1234.50 | {{money "1,234.50 EUR" .column}}, or as it is written where your readers live: "€ 1.234,50", "1 234"`},
		{`{{money "1,234.50" "1.2345"}}`, `money: "1.2345" has more than 2 decimals`},
		{`{{money "1,234" "12.50"}}`, `money: "12.50" has more than 0 decimals`},
		{`{{money "1.234.50" "1"}}`, `money: the layout "1.234.50" has one sign for thousands and decimals`},
		{`{{number "1234" "many"}}`, `number: "many" is no number`},
		{`{{plural .city "a" "b"}}`, `plural: "Zürich" is no number (column "city")`},
		{`{{plural .n "a"}}`, `plural takes 3 values, and was given 2`},
		{`{{printf "%d" .city}}`, `printf: "Zürich" is no number (column "city")`},
		{`{{printf "%d" .amount}}`, `printf: "1234.5" is no whole number (column "amount") | %.0f rounds a number`},
		{`{{printf "%s"}}`, `printf: the format "%s" does not fit 0 values`},
		{`{{printf "a" .n}}`, `printf: the format "a" does not fit 1 value`},
		{`{{printf "%x" .n}}`, `printf: there is no %x here | the verbs are %s, %q, %d and %.2f`},
		{`{{html .}}`, `html: the whole row, where text is needed`},
		{`{{or . .}}`, `the whole row can't be printed | write the column: {{.email}}`},
		{`{{print .}}`, `print: the whole row, where text is needed`},
		{`{{replace "" "a" .n}}`, `replace: the text to replace is empty`},
		{`{{split "" .n}}`, `split: the text to split at is empty`},
		{`{{upper (split ";" .tags)}}`, `upper: a list, where text is needed | {{join ", " …}} makes text of a list`},
		{`{{upper}}`, `upper takes 1 value, and was given 0`},
		{`{{$x := "nope"}}{{field $x}}`, `no column "nope" | the columns are email, first_name, city, First name, n, amount, due, tags, empty, lines, lang, up, odd`},
		{`{{$x := "citty"}}{{index . $x}}`, `no column "citty" | did you mean {{.city}}? the columns are First name, amount, city, due, email, empty, first_name, lang, lines, n, odd, tags, up`},
		{`{{len 5}}`, `len can't be used like this | len is for a text or a list`},
		{`{{slice .first_name 0 9}}`, `slice goes beyond the end of the value | {{printf "%.5s" .column}} takes at most 5 letters of what there is`},
		{`{{slice (split ";" .tags) 3}}`, `slice goes beyond the end of the value | {{printf "%.5s" .column}} takes at most 5 letters of what there is`},
		{`{{slice .city 2 1}}`, `slice begins behind its end`},
		{`{{slice .city "a"}}`, `slice can't be used like this | slice is for a text or a list`},
		{`{{call .n}}`, `call needs a function, and a cell is none`},
	} {
		text, err := renderText(t, tt.in)
		if err == nil {
			t.Errorf("%s gives %q, want an error", tt.in, text)
			continue
		}
		if got := shown(err); got != "letter.txt:1: "+tt.want {
			t.Errorf("%s gives\n\t%s\nwant\n\tletter.txt:1: %s", tt.in, got, tt.want)
		}
	}
}
