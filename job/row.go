package job

import (
	"fmt"
	"strings"

	"mailshot/job/address"
)

// A row is one record of the recipients file as the spool keeps it.
type row struct {
	number  int // data record, from 1
	line    int // physical line in the file
	key     string
	address address.Address
	name    string
	cells   []string // in the order of the columns
	bad     string   // why the row can't be sent by itself; "" if it can
}

// ownKey is the key under which the row is recorded, or "#ROW" where it has
// none of its own.
func (r *row) ownKey(own bool) string {
	if own && r.key != "" {
		return r.key
	}
	return fmt.Sprintf("#%d", r.number)
}

// standsForRow says whether a key is one that ownKey gives to rows without.
func standsForRow(key string) bool {
	digits, ok := strings.CutPrefix(key, "#")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// fields gives the row's cells by column into dst, which is cleared first.
func (r *row) fields(columns []string, dst map[string]string) {
	clear(dst)
	for i, c := range columns {
		if i < len(r.cells) {
			dst[c] = r.cells[i]
		}
	}
}
