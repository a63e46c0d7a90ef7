package recipients

import (
	"fmt"
	"strings"

	"mailshot/job/address"
)

// A Row is one record of the recipients file as the spool keeps it.
type Row struct {
	Number  int // data record, from 1
	Line    int // physical line in the file
	Key     string
	Address address.Address
	Name    string
	Cells   []string // in the order of the columns
	bad     string   // why the row can't be sent by itself; "" if it can
}

// RecordKey returns the key under which the row is recorded, or "#ROW" where it has
// none of its own.
func (r *Row) RecordKey(own bool) string {
	if own && r.Key != "" {
		return r.Key
	}
	return fmt.Sprintf("#%d", r.Number)
}

// StandsForRow reports whether a key is one that ownKey gives to rows without.
func StandsForRow(key string) bool {
	digits, ok := strings.CutPrefix(key, "#")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// Fields gives the row's cells by column into dst, which is cleared first.
func (r *Row) Fields(columns []string, dst map[string]string) {
	clear(dst)
	for i, c := range columns {
		if i < len(r.Cells) {
			dst[c] = r.Cells[i]
		}
	}
}
