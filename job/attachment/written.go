package attachment

import (
	"bytes"
	"regexp"
)

// firstLine is how much of a file is searched for what tells that mailshot wrote it,
// in octets.
const firstLine = 4096

// written is how files begin that mailshot writes: the results log, its journal, the
// transcript of an attempt, a trace.
var written = regexp.MustCompile(`^(?:` +
	`time,run,row,line,key,recipient,attempt,status,` +
	`|mailshot journal[ ,]` +
	`|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z row [0-9]+ to .*, attempt [0-9]+ of run ` +
	`|[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} #[0-9]` +
	`)`)

// exportedColumns are in the first line of an export.
var exportedColumns = [][]byte{[]byte("mailshot_status"), []byte("mailshot_message_id")}

// isWritten reports whether a file with this beginning was written by mailshot.
func isWritten(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	if len(line) > 0 && (line[0] == 't' || line[0] == 'm' || line[0] >= '0' && line[0] <= '9') && written.Match(line) {
		return true
	}
	if bytes.IndexByte(line, 0) >= 0 { // UTF-16
		line = bytes.ReplaceAll(line, []byte{0}, nil)
	}
	for _, column := range exportedColumns {
		if !bytes.Contains(line, column) {
			return false
		}
	}
	return true
}
