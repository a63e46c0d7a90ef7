// Package function has the functions that templates may call beside those of text/template (and,
// call, len, not, or, slice). None of them reads the environment, a file or the network.
//
// # Functions
//
//	address NAME ADDR      a mailbox for reply_to, cc, bcc and sender: "Doe, Ann" <ann@club.example>
//	contains PART TEXT     whether PART is in TEXT, or an item of a list
//	date LAYOUT VALUE      a date, shown as the layout shows 2 January 2006: date "Monday, 2 January 2006" .due
//	default INSTEAD VALUE  VALUE, or if it is blank INSTEAD: default "friend" .first_name
//	eq A B…                whether A is B, or one of several
//	field NAME             the cell of a column: field "First name"
//	ge A B                 A >= B
//	gt A B                 A > B
//	html TEXT              escaped for HTML
//	index LIST N           an item of a list, counted from 0; index . NAME is field NAME
//	join SEP VALUE…        values and lists in one text, blank ones left out: join ", " .street .city
//	js TEXT                escaped for JavaScript
//	key                    the row's key
//	le A B                 A <= B
//	lower TEXT             in small letters
//	lt A B                 A < B
//	mailing                the name of the mailing; empty if it has none
//	money LAYOUT VALUE     an amount, shown as the layout shows 1234.50: money "1.234,50 €" .amount
//	ne A B                 whether A is not B
//	now                    the start of the run: date "2 January 2006" (now.AddDate 0 0 14)
//	number LAYOUT VALUE    a number, shown as the layout shows 1234.50, rounded to its decimals: number "1,234" .km
//	plural N ONE MANY      a word by a number: plural .seats "seat" "seats"
//	print VALUE…           values as one text
//	printf FORMAT VALUE…   values in a format: printf "%.1s" .first_name is the first letter, printf "%05d" .n
//	println VALUE…         values as one line
//	replace OLD NEW TEXT   TEXT with each OLD made NEW
//	row                    the row's number, from 1
//	split SEP TEXT         a list of the parts of TEXT, blank ones left out: range split ";" .seats
//	title TEXT             Each Word With A Capital; what was all capitals becomes small
//	trim TEXT              without white space around it
//	upper TEXT             in capitals
//	urlquery TEXT          escaped for the query of a URL: ?name={{urlquery .first_name}}
//
// eq, ne, lt, le, gt and ge take numbers for what they are, though cells are text: {{if gt .amount
// 1000}}. lt, le, gt and ge compare two cells as numbers where both are, as text where neither is,
// and refuse the rest. eq and ne compare two cells letter by letter, so that "007" is not "7". A
// date in a cell can be compared with now.
//
// number, money, plural and the comparisons read 1234, 1234.5, 1234,50 and -3. Thousands separators
// are refused, for 1,234 may be one or a thousand, and money refuses an amount with more decimals
// than its layout. date reads 2026-12-31, 31.12.2026, 2026-12-31 18:00[:05], the same with a T, and
// RFC 3339.
package function
