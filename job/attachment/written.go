package attachment

import (
	"bytes"
	"io"
	"slices"

	"mailshot/template/lazyregexp"
)

// firstLine is how much of a file is searched for what tells that mailshot wrote it,
// in octets; longLine, of one whose first line is longer, as an export's may be.
const (
	firstLine = 4096
	longLine  = 1 << 20
)

// written is how files begin that mailshot writes: a journal, the copy of the
// recipients that a run works from, a lock, the transcript of an attempt, a trace, a log
// without its header, what it prints for programs, and a report.
var written = lazyregexp.New(`^(?:` +
	`mailshot (?:journal|spool|sandbox)[ ,]` +
	`|process [0-9]+ on .*, since [0-9]{4}-[0-9]{2}-[0-9]{2} ` +
	`|"?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z"?[,;\t]"?[^,;\t]+-[0-9]{8}T[0-9]{6}\.[0-9]{3}Z-[0-9a-f]{8}"?[,;\t]` +
	`|\{"v":[0-9]+,"event":"` +
	`|\{"schema":[0-9]+,"` +
	`|<!DOCTYPE html><html lang="en" class="mailshot-report">` +
	`|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z row [0-9]+ to .*, attempt [0-9]+ of run ` +
	`|[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} #[0-9]` +
	`)`)

// Columns that tell a results log, in whatever order and form another program saved
// it and with some taken out, and an export.
var (
	logColumns      = words("message_id", "recipient", "attempt")
	exportedColumns = words("mailshot_status", "mailshot_message_id")
)

func words(w ...string) (all [][]byte) {
	for _, s := range w {
		all = append(all, []byte(s))
	}
	return all
}

// isWritten reports whether a file with this beginning was written by mailshot.
func isWritten(head []byte) bool {
	line, _ := firstRecord(head)
	if len(line) > 0 && (bytes.IndexByte([]byte(`mp{"<`), line[0]) >= 0 || line[0] >= '0' && line[0] <= '9') && written().Match(line) {
		return true
	}
	return hasAll(line, logColumns) || hasAll(line, exportedColumns)
}

func hasAll(line []byte, columns [][]byte) bool {
	return !slices.ContainsFunc(columns, func(c []byte) bool { return !bytes.Contains(line, c) })
}

// firstRecord returns the first record of a file with this beginning, as text, and
// whether its end is there. That of a table may have several lines, and one before it
// that tells its delimiter.
func firstRecord(head []byte) (record []byte, whole bool) {
	head = bytes.TrimPrefix(bytes.TrimPrefix(head, []byte("\xff\xfe")), []byte("\xfe\xff"))
	if len(head) > 1 && (head[0] == 0) != (head[1] == 0) { // UTF-16
		head = bytes.ReplaceAll(head, []byte{0}, nil)
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), "\r\n\t ")
	if said, rest, ok := bytes.Cut(head, []byte("\n")); ok && bytes.HasPrefix(said, []byte("sep=")) {
		head = rest
	}
	for end, quotes := 0, 0; ; end++ {
		n := bytes.IndexByte(head[end:], '\n')
		if n < 0 {
			return head, false
		}
		quotes += bytes.Count(head[end:end+n], []byte{'"'})
		end += n
		if quotes%2 == 0 {
			return head[:end], true
		}
	}
}

// readRecord returns the beginning of a file up to the end of its first record, where
// that is a text that may be one of a table; else the head that was read of it.
func readRecord(head []byte, rest io.Reader) ([]byte, error) {
	for {
		_, whole := firstRecord(head)
		if whole || len(head) < firstLine || len(head) >= longLine || !isPlain(head) {
			return head, nil
		}
		b, err := io.ReadAll(io.LimitReader(rest, int64(max(len(head), 8*firstLine))))
		head = append(slices.Clip(head), b...)
		if err != nil || len(b) == 0 {
			return head, err
		}
	}
}

// isPlain reports whether the beginning of a file is text, in any encoding.
func isPlain(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) { // UTF-16
		return true
	}
	return !bytes.ContainsFunc(head, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' })
}
