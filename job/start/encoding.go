package start

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mailshot/job/inputfile"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
)

// An input is the file with the recipients, and how it is read as far as that is known.
type input struct {
	path, name string
	options    sheet.Options
	encoded    string // how the encoding was found, in words
	ctx        context.Context
}

// read calls each with the reader's rows after begin, which may be nil, until it returns false.
func (in *input) read(o sheet.Options, begin func(*sheet.Reader), each func(*sheet.Row) bool) error {
	f, err := inputfile.Open(in.path)
	if err != nil {
		return &problem.Error{Kind: problem.NoInput, Err: problem.FileError{Path: in.path, Err: err}}
	}
	defer f.Close() // only read
	o.File, o.Anyone = in.name, true
	r, err := sheet.NewReader(f, o)
	if err != nil {
		return in.unread(err)
	}
	if begin != nil {
		begin(r)
	}
	for {
		row, err := r.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return in.unread(err)
		case in.ctx.Err() != nil:
			return problem.InterruptedBy(in.ctx)
		case !each(row):
			return nil
		}
	}
}

func (in *input) unread(err error) error {
	if in.ctx.Err() != nil {
		return problem.InterruptedBy(in.ctx)
	}
	return &problem.Error{Kind: problem.BadData, Err: err}
}

// encodings are those that files have that are no UTF-8, as sheet knows them.
var encodings = []string{"windows-1252", "macintosh", "cp850", "cp437", "windows-1250", "windows-1251"}

// findEncoding finds the encoding of CSV: UTF-8, or what a mark at its beginning says, or the only one
// in which its words are words.
func (in *input) findEncoding(q *questions) error {
	if in.options.Encoding != "" || isBook(in.path) {
		return nil
	}
	bad, nul, err := in.undecoded()
	switch {
	case err != nil:
		return err
	case nul:
		in.options.Encoding, in.encoded = "utf-16", "UTF-16"
		return nil
	case !bad:
		in.encoded = "UTF-8"
		return nil
	}
	all := in.readings()
	if len(all) == 1 {
		in.options.Encoding = all[0].names[0]
		in.encoded = fmt.Sprintf("%s, as in %s", all[0].names[0], problem.ShortQuote(all[0].sample))
		return nil
	}
	if len(all) == 0 {
		return problem.Fail(problem.BadData, "%s is not UTF-8, and reads right in no encoding that is known here", in.name).
			WithHint("save it as CSV UTF-8, or name its encoding with --encoding")
	}
	var choices []Choice
	for _, r := range all {
		choices = append(choices, Choice{r.names[0], "it reads " + problem.ShortQuote(r.sample)})
	}
	in.options.Encoding, err = q.choice(fmt.Sprintf("%s is not UTF-8; in which encoding does this read right?", in.name), choices, "--encoding")
	if err == nil && in.options.Encoding == "" {
		return q.missing()
	}
	in.encoded = in.options.Encoding
	return err
}

// undecoded reports whether the file has text that is no UTF-8, and whether it has NULs as UTF-16 has.
func (in *input) undecoded() (bad, nul bool, err error) {
	look := func(kind string) { bad, nul = bad || kind == "encoding", nul || kind == "nul" }
	err = in.read(in.options, nil, func(row *sheet.Row) bool {
		if row.Problem != nil {
			look(row.Problem.Kind)
		}
		return !bad && !nul
	})
	if l, ok := errors.AsType[*problem.List](err); ok {
		for _, kind := range []string{"encoding", "nul"} {
			if l.Has(kind) {
				look(kind)
			}
		}
		err = nil // what else is wrong, the next look tells
	}
	if !bad && !nul {
		return in.undecodedAbove(err)
	}
	return bad, nul, err
}

// undecodedAbove looks at the text that no row has: above the header, and behind what can't be read.
func (in *input) undecodedAbove(err error) (bad, nul bool, _ error) {
	if err != nil {
		return false, false, err
	}
	data, rerr := in.head()
	if rerr != nil {
		return false, false, rerr
	}
	marked := len(data) > 1 && (string(data[:2]) == "\xff\xfe" || string(data[:2]) == "\xfe\xff")
	for len(data) > 0 && !marked {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 && utf8.FullRune(data) {
			return true, false, nil
		}
		data = data[size:]
	}
	return false, false, nil
}

// head returns the beginning of the file.
func (in *input) head() ([]byte, error) {
	f, err := inputfile.Open(in.path)
	if err != nil {
		return nil, &problem.Error{Kind: problem.NoInput, Err: problem.FileError{Path: in.path, Err: err}}
	}
	defer f.Close() // only read
	return io.ReadAll(io.LimitReader(f, 64<<10))
}

// A reading is what the file says in some encodings.
type reading struct {
	names  []string
	text   string // all that is not ASCII
	sample string
}

// readings returns the readings of the file in which its words are words.
func (in *input) readings() (all []reading) {
	for _, name := range encodings {
		text, sample, ok := in.readIn(name)
		if !ok {
			continue
		}
		i := slices.IndexFunc(all, func(r reading) bool { return r.text == text })
		if i < 0 {
			all, i = append(all, reading{text: text, sample: sample}), len(all)
		}
		all[i].names = append(all[i].names, name)
	}
	return all
}

// maxRead is how many octets of a file's words are compared.
const maxRead = 1 << 20

// readIn returns the words of the file that are not ASCII in an encoding, and the cell with the first
// of them, or reports that it has words that nobody writes.
func (in *input) readIn(encoding string) (text, sample string, ok bool) {
	o := in.options
	o.Encoding = encoding
	var b strings.Builder
	ok = true
	look := func(cells []string) bool {
		for _, c := range cells {
			if isASCII(c) {
				continue
			}
			if sample == "" {
				sample = strings.TrimSpace(c)
			}
			b.WriteString(c)
			ok = ok && isText(c)
		}
		return ok && b.Len() < maxRead
	}
	err := in.read(o, func(r *sheet.Reader) { look(r.Columns()) }, func(row *sheet.Row) bool { return look(row.Cells) })
	if ok && b.Len() == 0 { // it stands in the lines above the header
		err = errors.Join(err, in.titlesIn(o, look))
	}
	return b.String(), sample, ok && err == nil
}

// titlesIn gives the first lines to look, as headers.
func (in *input) titlesIn(o sheet.Options, look func([]string) bool) error {
	for o.Header = 1; o.Header <= maxHeader; o.Header++ {
		err := in.read(o, func(r *sheet.Reader) { look(r.Columns()) }, func(*sheet.Row) bool { return false })
		if err != nil && o.Header == 1 {
			return err
		}
	}
	return nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// isText reports whether the words of a cell are such as people write: of letters of one script, and
// what else is not ASCII stands beside them, not within, or is an apostrophe or a dash.
func isText(cell string) bool {
	words := strings.FieldsFunc(cell, func(r rune) bool {
		return r <= unicode.MaxASCII && !unicode.IsLetter(r) || unicode.In(r, unicode.Zs)
	})
	for _, w := range words {
		if !isASCII(w) && !isWord(w) {
			return false
		}
	}
	return true
}

func isWord(w string) bool {
	latin, other, lower := 0, 0, false
	for i, r := range w {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.So, r), unicode.Is(unicode.Lm, r):
			return false
		case r == 'ﬁ', r == 'ﬂ':
			return false // which nobody types
		case unicode.Is(unicode.Latin, r):
			if lower && unicode.IsUpper(r) && r > unicode.MaxASCII {
				return false // a capital in the middle, as in JŠrgen
			}
			latin++
		case unicode.IsLetter(r):
			other++
		case strings.ContainsRune("’‘“”„‚«»‹›–—·", r):
		case r == '…' && i+utf8.RuneLen(r) == len(w):
		case strings.ContainsRune("€£§°©®", r):
			if i > 0 && i+utf8.RuneLen(r) < len(w) {
				return false
			}
		default:
			return false
		}
		lower = unicode.IsLower(r)
	}
	return latin == 0 || other == 0
}
