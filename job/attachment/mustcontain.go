package attachment

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxSearched is how much of a text file is searched for what it must contain,
// in octets.
const maxSearched = 4 << 20

// look opens a row's file, and so sees that it can be read. It finds out its
// type, where kind is "", and with checking whether mailshot wrote it, and whether
// it contains what it must.
func (f *rowFile) look(kind string, checking bool, lines []string) (string, error) {
	r, err := f.openChecked()
	if err != nil {
		return "", err
	}
	defer r.Close() // read only: nothing is lost
	head := f.buffer[:min(firstLine, f.info.Size())]
	if _, err = io.ReadFull(r, head); err != nil {
		return "", err
	}
	if f.sampled {
		if err := f.sample(r.file, head); err != nil {
			return "", err
		}
	}
	if checking {
		if head, err = readRecord(head, r); err != nil {
			return "", err
		}
		if isWritten(head) {
			return "", errWritten
		}
	}
	if kind == "" {
		kind = TypeByContent(head[:min(len(head), sniffed)])
	}
	if checking && f.attachment.contain >= 0 {
		err = f.mustContain(lines[f.attachment.contain], kind, head, r)
	}
	return kind, err
}

// mustContain sees that the file is the row's: that its name has the token in
// it, or its text if it is one. Where the path is made with the token, the name
// proves nothing, and it is for the text to prove it.
func (f *rowFile) mustContain(token, kind string, head []byte, rest io.Reader) error {
	if token == "" {
		return errors.New("must_contain is empty")
	}
	name := path.Base(f.shown)
	inName := hasToken(name, token)
	if inName && !f.attachment.tautology() {
		return nil
	}
	if !isText(kind, head) {
		if inName {
			return nil
		}
		return fmt.Errorf("the name does not contain %q (must_contain); what is in such a file can't be searched", token)
	}
	b, err := io.ReadAll(io.LimitReader(rest, maxSearched-int64(len(head))))
	if err != nil {
		return err
	}
	switch text := string(head) + string(b); {
	case hasToken(text, token):
		return nil
	case inName:
		return fmt.Errorf("its text does not contain %q (must_contain)", token)
	}
	return fmt.Errorf("neither the name nor the text contains %q (must_contain)", token)
}

// tautology reports whether the path of the file is made with what must be
// contained, so that every file's name contains it.
func (at *entry) tautology() bool {
	return strings.Contains(path.Base(at.File.Value), strings.TrimSpace(at.MustContain.Value))
}

// isText reports whether a file can be searched as a text.
func isText(kind string, head []byte) bool {
	switch kind {
	case "application/json", "application/xml", "message/rfc822", "image/svg+xml":
	default:
		if !strings.HasPrefix(kind, "text/") {
			return false
		}
	}
	return !bytes.ContainsRune(head, 0)
}

// hasToken reports whether s contains the token as a word: with no letter or digit
// of another beside it, so that 12 is in "invoice-12.pdf" and not in "112.pdf".
// What differs is different, small letters from capitals too, but for the two
// ways to write an é.
func hasToken(s, token string) bool {
	s, token = norm.NFC.String(s), norm.NFC.String(token)
	first, _ := utf8.DecodeRuneInString(token)
	last, _ := utf8.DecodeLastRuneInString(token)
	for at := 0; ; {
		i := strings.Index(s[at:], token)
		if i < 0 {
			return false
		}
		begin, end := at+i, at+i+len(token)
		before, _ := utf8.DecodeLastRuneInString(s[:begin])
		after, _ := utf8.DecodeRuneInString(s[end:])
		if !(inWord(before) && inWord(first)) && !(inWord(last) && inWord(after)) {
			return true
		}
		_, size := utf8.DecodeRuneInString(s[begin:])
		at = begin + size
	}
}

func inWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}
