// Package function has the functions that templates may call beside those of text/template (and,
// call, not, or). None of them reads the environment, a file or the network.
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
//	len TEXT               the number of octets of a text, or of items in a list
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
//	slice TEXT FROM TO     a part of a text, counted in octets from 0, or of a list
//	split SEP TEXT         a list of the parts of TEXT, blank ones left out: range split ";" .seats
//	title TEXT             Each Word With A Capital; what was all capitals becomes small
//	trim TEXT              without white space around it
//	upper TEXT             in capitals
//	urlquery TEXT          escaped for the query of a URL: ?name={{urlquery .first_name}}
//	yes VALUE              whether a cell says yes, ja, true, 1, x …; no, nein, false, 0, n/a … and blank do not
//
// # Values
//
// lt, le, gt and ge compare numbers with numbers, dates with dates and times of day with each other,
// though cells are text: {{if gt .amount 1000}}. Values of different kinds and texts have no order.
// eq and ne compare two texts letter by letter, so that "007" is not "7", but for dates and times;
// where one of the values is a number, or a cell of a column that is declared as one, they compare
// numbers, and likewise dates.
//
// A cell is read as package cell does, in the form of its column; a constant as Go writes it. money
// refuses an amount with more decimals than its layout. money and number take a currency beside the
// number where their layout has the same.
//
// if, and, or and not refuse a cell that says no, where the column is not declared: to a template it
// is true. with and default ask whether a cell is filled.
package function
