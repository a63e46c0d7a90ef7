package result

import "bytes"

// want makes d return only the records of these statuses; of all if there are
// none.
func (d *decoder) want(only []Status) {
	d.wanted, d.fixed = 0, d.found == standardLayout()
	for _, s := range only {
		d.wanted |= statusCode(s).bit()
	}
}

func (d *decoder) wants(s Status) bool { return d.wanted == 0 || d.wanted&statusCode(s).bit() != 0 }

// skips reports whether a line is certainly a record of a status that is not
// wanted.
func (d *decoder) skips(line []byte) bool {
	if d.wanted == 0 || !d.fixed {
		return false
	}
	for range colStatus {
		i := bytes.IndexByte(line, ',')
		if i < 0 || bytes.IndexByte(line[:i], '"') >= 0 { // a comma may be in quotes
			return false
		}
		line = line[i+1:]
	}
	for _, s := range [...]Status{Sent, Failed, Unknown, Skipped} {
		if n := len(s); len(line) > n && line[n] == ',' && string(line[:n]) == string(s) {
			return !d.wants(s)
		}
	}
	return false
}
