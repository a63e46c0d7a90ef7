package recipients

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"slices"

	"mailshot/job/address"
	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
)

// A suppression is a list of recipients.suppress: addresses and domains that
// get nothing. It takes 16 bytes an entry.
type suppression struct {
	file     string // as the job names it
	entries  []entryID
	isBroken bool // lines of it can't be read
}

// An entryID stands for an entry: 128 bits of its SHA-256, so that two entries
// never share one.
type entryID [16]byte

func idOfEntry(text string) entryID {
	h := sha256.Sum256([]byte(text))
	return entryID(h[:16])
}

func (id entryID) compare(other entryID) int { return bytes.Compare(id[:], other[:]) }

// readSuppression reads a list, whose address column is email if that is not "". What is wrong with
// its lines goes to problems.
func readSuppression(r io.Reader, file, email string, problems *problem.List) (suppression, error) {
	s := suppression{file: file}
	l, err := sheet.NewList(r, file, email)
	if err != nil {
		return s, err
	}
	for {
		e, err := l.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
		if e.Problem != nil {
			problems.Add(*e.Problem)
			s.isBroken = true
			continue
		}
		s.entries = append(s.entries, idOfEntry(e.Text))
	}
	slices.SortFunc(s.entries, entryID.compare)
	s.entries = slices.Compact(s.entries)
	return s, nil
}

// has reports whether an address, as it is compared, or @ and a domain is listed.
func (s *suppression) has(id entryID) bool {
	_, ok := slices.BinarySearchFunc(s.entries, id, entryID.compare)
	return ok
}

// SuppressedBy returns the reason for which an address gets nothing, or "". It
// does not name the line: a list that is sorted anew is no news of anybody.
func (f *Filter) SuppressedBy(a address.Address) string {
	if len(f.lists) == 0 || a == (address.Address{}) {
		return ""
	}
	own, domain := idOfEntry(a.Compare()), idOfEntry("@"+a.Domain)
	for i := range f.lists {
		switch list := &f.lists[i]; {
		case list.has(own):
			return "suppressed: the address is in " + list.file
		case list.has(domain):
			return "suppressed: @" + a.Domain + " is in " + list.file
		}
	}
	return ""
}
