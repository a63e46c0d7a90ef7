package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/template/lazyregexp"
)

// A List reads a file of addresses and domains, one a line, such as the people
// who want no mail. An address stands for itself, @ and a domain for every
// address of exactly that domain. Blank lines are passed over, and what follows
// a # at the beginning of a line or behind white space. The first line may be
// the heading email, e-mail or mail.
//
// Where the first line has such a heading among others, the file is CSV and
// read as the recipients are; comments then stand above the heading only. So it is
// where the address column is named.
//
// The text is UTF-8, or what a byte order mark says. A List is not safe for
// concurrent use.
type List struct {
	reader *Reader
	text   *bufio.Reader // the lines; nil if the file is CSV
	line   int           // the last that was read
	err    error
}

// An Entry is one line of a List that is not blank.
type Entry struct {
	Line    int              // counted from 1
	Text    string           // an address as Compare gives it, or @ and a domain; "" if there is a problem
	Problem *problem.Problem // why it is neither; nil if it is
}

// NewList reads the beginning of r. file is its name in messages. With an email the file is CSV, and
// that its address column. What makes it impossible to read is a *problem.List; any other error is
// that of r.
func NewList(r io.Reader, file, email string) (*List, error) {
	rd := &Reader{opts: Options{File: file, Email: email}}
	text, err := rd.decode(r)
	if err != nil {
		return nil, err
	}
	l := &List{reader: rd, text: text}
	if err := l.passComments(); err != nil {
		return nil, err
	}
	head, err := peek(text, sampleSize)
	if err != nil {
		return nil, rd.readingError(err)
	}
	first, _, _ := bytes.Cut(head, []byte("\n"))
	_, said := separatorLine(head)
	switch cells := headings(first); {
	case cells == 0 && said == 0 && email == "":
		err = l.unnamed(head)
	case cells > 1 || said > 0 || email != "":
		l.text, rd.lines = nil, l.line
		err = rd.begin(text)
	case cells == 1:
		_, err = l.readLine()
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	return l, nil
}

// unnamed refuses a table whose address column has another name than those that are known: lines of
// it would be taken for entries.
func (l *List) unnamed(head []byte) error {
	first, rest, _ := bytes.Cut(head, []byte("\n"))
	second, _, _ := bytes.Cut(rest, []byte("\n"))
	for i := range len(delimiters) {
		names, cells := tableCells(first, delimiters[i]), tableCells(second, delimiters[i])
		for n, cell := range cells {
			if _, err := address.Parse(cell); err != nil || n >= len(names) || strings.Contains(string(first), "@") {
				continue
			}
			if name := names[n]; name != "" && (len(names) > 1 || headingWord().MatchString(name)) {
				return l.reader.fatal(l.line+1, fmt.Sprintf("no column is named email, e-mail or mail; the one with addresses is %q", name),
					fmt.Sprintf("name it in the job file: suppress: [{file: %s, email: %s}]", l.reader.opts.File, plainOrQuoted(name)))
			}
		}
	}
	return nil
}

// headingWord matches the heading of a list of addresses alone.
var headingWord = lazyregexp.New(`(?i)mail|addr|adr|courriel|correo`)

// tableCells returns the cells of a line, without quotation marks and the space around them. Those of a
// delimiter within quotation marks are not known here, and need not be.
func tableCells(line []byte, delimiter byte) []string {
	cells := strings.Split(string(line), string(rune(delimiter)))
	for i, c := range cells {
		cells[i] = trimName(strings.Trim(trimName(c), `"`))
	}
	return cells
}

// plainOrQuoted returns a text as YAML takes it within braces.
func plainOrQuoted(s string) string {
	if strings.ContainsAny(s, `{}[],:#"'&*!|>%@\`) || s == "" {
		return strconv.Quote(s)
	}
	return s
}

// passComments reads on to the first line that says something.
func (l *List) passComments() error {
	for {
		head, err := peek(l.text, sampleSize)
		if err != nil {
			return l.reader.readingError(err)
		}
		line, _, ended := bytes.Cut(head, []byte("\n"))
		if !ended || uncommented(string(line)) != "" {
			return nil
		}
		if _, err := l.readLine(); err != nil {
			return err
		}
	}
}

// headings counts the cells of a line if one of them is the name of an address
// column, else it is 0.
func headings(line []byte) int {
	most := 0
	for i := range len(delimiters) {
		cells := strings.Split(string(line), delimiters[i:i+1])
		for _, c := range cells {
			name := trimName(strings.Trim(trimName(c), `"`))
			for _, n := range emailNames {
				if strings.EqualFold(name, n) {
					most = max(most, len(cells))
				}
			}
		}
	}
	return most
}

// Next reads the next entry. At the end the error is io.EOF; what makes it
// impossible to go on is a *problem.List, or the error of the underlying
// reader.
func (l *List) Next() (Entry, error) {
	if l.text == nil {
		return l.nextRow()
	}
	for {
		line, err := l.readLine()
		if err != nil {
			return Entry{}, err
		}
		if s := uncommented(line); s != "" {
			return l.entry(l.line, s), nil
		}
	}
}

// nextRow reads the next entry of a CSV file. Only the cell of the address
// counts: what else is there need not even be text.
func (l *List) nextRow() (Entry, error) {
	row, err := l.reader.Next()
	if err != nil {
		return Entry{}, err
	}
	if row.Ragged {
		p := *row.Problem
		p.Row, p.Kind = 0, "list"
		return Entry{Line: row.Line, Problem: &p}, nil
	}
	return l.entry(row.Line, strings.TrimSpace(row.Cells[l.reader.email])), nil
}

// readLine reads a line, its end cut off.
func (l *List) readLine() (string, error) {
	if l.err != nil {
		return "", l.err
	}
	b, err := l.text.ReadSlice('\n')
	l.line++
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		l.err = l.reader.fatal(l.line, fmt.Sprintf("the line is longer than %d octets", l.text.Size()), listHint)
		return "", l.err
	case err == io.EOF:
		l.err = io.EOF
		if len(b) == 0 {
			return "", io.EOF
		}
	case err != nil:
		l.err = l.reader.readingError(err)
		return "", l.err
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// uncommented returns a line without its comment and the space around it.
func uncommented(line string) string {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, `"`) { // a quoted local part may have anything in it
		return line
	}
	for i := 0; i < len(line); i++ {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return strings.TrimSpace(line[:i])
		}
	}
	return line
}

const listHint = "a list has one address or @domain on each line, or is a CSV file with a column named email, e-mail or mail"

// entry returns what a line, or the address of a row, says.
func (l *List) entry(line int, s string) Entry {
	e := Entry{Line: line}
	text, err := l.parse(s)
	if err == nil {
		e.Text = text
		return e
	}
	shown := quote(s)
	if s == "" {
		shown = "an empty cell"
	}
	e.Problem = &problem.Problem{
		File: l.reader.opts.File, Line: line, Kind: "list",
		Text: fmt.Sprintf("%s is neither an address nor a @domain: %v", shown, err), Hint: listHint,
	}
	return e
}

// parse returns an address or a domain in the form in which they are compared.
func (l *List) parse(s string) (string, error) {
	switch {
	case !l.reader.decoded([]byte(s)):
		return "", errors.New("not valid UTF-8")
	case strings.Contains(s, "*"): // an address may have one; who writes it here means others
		return "", errors.New("there are no patterns; all of a domain is @domain")
	}
	if domain, ok := strings.CutPrefix(s, "@"); ok {
		ascii, err := address.Domain(domain)
		return "@" + ascii, err
	}
	a, err := address.Parse(s)
	return a.Compare(), err
}
