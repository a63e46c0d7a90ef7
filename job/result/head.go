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
	length  int64 // of the log, in octets
	records int   // in the log
}

// The first cell of a journal is the magic with the version of the format. Whatever
// changes the meaning of a log or a journal, such as another sum, needs another
// version. In journals of version 1 the word may be missing: there was none at
// first.
const (
	magicWithoutVersion = "mailshot journal"
	journalVersion      = "v1"
	journalMagic        = magicWithoutVersion + " " + journalVersion
)

// line returns the head with its line end:
//
//	mailshot journal v1,RUN,LENGTH,RECORDS,sSUM
func (h journalHead) line(magic string) string {
	text := fmt.Sprintf("%s,%s,%d,%d,", magic, h.run, h.length, h.records)
	return text + sumText(crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli))) + "\n"
}

// parseHead parses the first line of a journal. The error wraps ErrJournal.
func parseHead(line string) (h journalHead, err error) {
	magic, _, _ := strings.Cut(line, ",")
	if word, ok := strings.CutPrefix(magic, magicWithoutVersion+" "); ok && isVersion(word) && word != journalVersion {
		return h, fmt.Errorf("%w that this version of mailshot can read: it is of format %s, and this reads %s", ErrJournal, word, journalVersion)
	}
	parts := strings.Split(strings.TrimSuffix(line, "\n"), ",")
	if len(parts) != 5 || magic != journalMagic && magic != magicWithoutVersion {
		return h, ErrJournal
	}
	h.run = parts[1]
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
