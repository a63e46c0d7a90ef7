package result

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// A journalHead is the first line of a journal: which run writes it, and how much
// of the log was durable when that run began.
type journalHead struct {
	run     string
	length  int64  // of the log, in octets
	records int    // in the log
	disarms bool   // the journal may have lines that take intents back, as from version 2 on
	id      string // of the journal, as from version 3 on; "": it has no marks
}

// The first cell of a journal is the magic with the version of the format. Whatever
// changes the meaning of a log or a journal, such as another sum, needs another
// version. In journals of version 1 the word may be missing: there was none at
// first. Version 2 has lines that take intents back, version 3 has an id.
const (
	magicWithoutVersion = "mailshot journal"
	journalVersion      = "v3"
	journalMagic        = magicWithoutVersion + " " + journalVersion
	journalMagic2       = magicWithoutVersion + " v2"
	journalMagic1       = magicWithoutVersion + " v1"
)

// line returns the head with its line end:
//
//	mailshot journal v3,RUN,LENGTH,RECORDS,ID,sSUM
func (h journalHead) line(magic string) string {
	text := fmt.Sprintf("%s,%s,%d,%d,", magic, h.run, h.length, h.records)
	if magic == journalMagic {
		text += h.id + ","
	}
	return withSum(text)
}

// withSum returns a line of text, its sum and a line end.
func withSum(text string) string {
	return text + sumText(crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli))) + "\n"
}

// disarmPrefix is how a line begins that takes an intent back:
//
//	disarm,NUMBER,sSUM
const disarmPrefix = "disarm,"

// disarmLine returns the line that takes back the intent with a number, from 1.
func disarmLine(number int) string { return withSum(disarmPrefix + strconv.Itoa(number) + ",") }

// parseDisarm parses such a line, and reports whether it is whole.
func parseDisarm(line string) (number int, ok bool) {
	digits, _, _ := strings.Cut(strings.TrimPrefix(line, disarmPrefix), ",")
	number, err := strconv.Atoi(digits)
	return number, err == nil && number > 0 && disarmLine(number) == line
}

// parseHead parses the first line of a journal. The error wraps ErrJournal.
func parseHead(line string) (h journalHead, err error) {
	magic, _, _ := strings.Cut(line, ",")
	cells := 5
	switch word, ok := strings.CutPrefix(magic, magicWithoutVersion+" "); magic {
	case journalMagic:
		cells++
	case journalMagic2, journalMagic1, magicWithoutVersion:
	default:
		if ok && isVersion(word) {
			return h, fmt.Errorf("%w that this version of mailshot can read: it is of format %s, and this reads %s", ErrJournal, word, journalVersion)
		}
		return h, ErrJournal
	}
	parts := strings.Split(strings.TrimSuffix(line, "\n"), ",")
	if len(parts) != cells {
		return h, ErrJournal
	}
	h.run, h.disarms = parts[1], magic == journalMagic || magic == journalMagic2
	if magic == journalMagic {
		h.id = parts[4]
	}
	if h.length, err = strconv.ParseInt(parts[2], 10, 64); err != nil {
		return h, ErrJournal
	}
	if h.records, err = strconv.Atoi(parts[3]); err != nil || h.line(magic) != line {
		return h, ErrJournal
	}
	return h, nil
}

// isVersion reports whether a word has the form of a version: v and a number.
func isVersion(word string) bool {
	digits, ok := strings.CutPrefix(word, "v")
	n, err := strconv.Atoi(digits)
	return ok && err == nil && n > 0 && strconv.Itoa(n) == digits
}
