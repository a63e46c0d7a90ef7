package sheet

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// besideQuotes says what stands between a quotation mark around a cell and the delimiter or the line
// end beside it, where that is nothing that a reader sees. It returns "" where there is nothing of
// the kind.
func besideQuotes(record []byte, delim byte) (text string) {
	for cell := record; len(cell) > 0; {
		inner := trimUnseen(cell, delim)
		if len(inner) == 0 || inner[0] != '"' {
			next := bytes.IndexAny(cell, string(delim)+"\n")
			if next < 0 {
				return ""
			}
			cell = cell[next+1:]
			continue
		}
		if len(inner) < len(cell) {
			return unseenName(cell) + " stands before the quotation mark that a cell begins with"
		}
		rest := behindQuoted(cell)
		behind := trimUnseen(rest, delim)
		if len(behind) < len(rest) && (len(behind) == 0 || behind[0] == delim || behind[0] == '\n' || behind[0] == '\r') {
			return unseenName(rest) + " stands behind the quotation mark that a cell ends with"
		}
		cell = bytes.TrimPrefix(rest, []byte{delim})
		if len(cell) == len(rest) {
			return ""
		}
	}
	return ""
}

// behindQuoted returns what follows a cell in quotation marks.
func behindQuoted(text []byte) []byte {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != '"':
		case i+1 < len(text) && text[i+1] == '"':
			i++
		default:
			return text[i+1:]
		}
	}
	return nil
}

// trimUnseen cuts white space, but for line ends and the delimiter, and other characters that do not
// show.
func trimUnseen(text []byte, delim byte) []byte {
	return bytes.TrimLeftFunc(text, func(c rune) bool {
		return c != '\n' && c != '\r' && c != rune(delim) && (unicode.IsSpace(c) || c == '\ufeff' || c == '\u200b')
	})
}

// unseenName names the character that a text begins with.
func unseenName(text []byte) string {
	switch c, _ := utf8.DecodeRune(text); c {
	case ' ':
		return "a space"
	case '\t':
		return "a tab"
	case '\ufeff':
		return "a byte order mark (U+FEFF), as where two files were joined,"
	default:
		return fmt.Sprintf("a special space (%U)", c)
	}
}
