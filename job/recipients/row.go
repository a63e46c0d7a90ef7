package recipients

import (
	"fmt"
	"strings"

	"mailshot/job/address"
	"mailshot/template/cell"
)

// A Row is one record of the recipients file as the spool keeps it.
type Row struct {
	Number  int // data record, from 1
	Line    int // physical line in the file
	Key     string
	Address address.Address
	Name    string
	Cells   []string      // in the order of the columns
	Stored  []cell.Stored // what a spreadsheet keeps behind each cell; nil if nothing
	bad     string        // why the row can't be sent by itself; "" if it can
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

// StoredFields returns by column what a spreadsheet keeps behind cells of the row, in dst, which is
// cleared first; nil if there is nothing.
func (r *Row) StoredFields(columns []string, dst map[string]cell.Stored) map[string]cell.Stored {
	if r.Stored == nil {
		return nil
	}
	clear(dst)
	for i, c := range columns {
		if i < len(r.Stored) && r.Stored[i] != "" {
			dst[c] = r.Stored[i]
		}
	}
	return dst
}
