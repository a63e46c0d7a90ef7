// Package template makes the letter of a row: its subject, its text, its HTML, its header fields.
// It is text/template and html/template with the sharp edges taken off.
//
// A column is a field of the dot, {{.first_name}}. A column whose name is not an identifier is
// {{field "First name"}}. A column that does not exist is an error, however it is asked for; an
// empty cell is empty text. What can be found without a row is found by [Parse]: the syntax,
// columns, functions, and templates that are not defined or call themselves. {{define}} and
// {{template}} work within one file, and with the files that are included.
//
// In HTML a value is escaped for the place where it stands, so that no cell adds a tag, an
// attribute or a script; see package htmltext. A cell that can't be made harmless, as javascript:…
// in a link, is an error. What the author wrote, comments and Outlook's conditions among it, leaves
// as it came; a cell in a comment is left out.
//
// A cell is only ever text: it is never read as a template, and one with a line break in it can't
// end the line of the subject or of a header field. White space around these is taken away.
//
// A [Condition] is a template of the same kind that says of a row whether it is meant at all.
//
// The functions are those of package function, and of text/template: and, call, len, not, or,
// slice.
//
// # Files
//
//	config.go, row.go, error.go    what the caller gives and gets
//	parse.go                       a source becomes a part; check.go finds what is wrong with it
//	part.go, line.go               a part, and the places of its errors
//	include.go, included.go        templates of other files
//	explain.go                     messages of text/template in other words
//	set.go, file.go, render.go     the letter: its parts, its files, and how it is made of a row
//	execute.go, plain.go, html.go  a part is executed with a row
//	condition.go, lines.go, lists.go
//	                               templates that are no letter
package template
