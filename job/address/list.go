package address

import (
	"errors"
	"fmt"
	"strings"
)

// ParseList reads mailboxes with commas between, as ParseMailbox reads each. It
// is never empty; a comma more than needed does no harm.
func ParseList(s string) ([]Mailbox, error) {
	var list []Mailbox
	for _, item := range split(s) {
		if strings.TrimSpace(item) == "" {
			continue
		}
		box, err := ParseMailbox(item)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", strings.TrimSpace(item), err)
		}
		list = append(list, box)
	}
	if len(list) == 0 {
		return nil, errors.New("empty address")
	}
	return list, nil
}

// split cuts s at the commas that are not in quotation marks.
func split(s string) []string {
	bare := unquoted(s)
	var items []string
	for {
		i := strings.IndexByte(bare, ',')
		if i < 0 {
			return append(items, s)
		}
		items = append(items, s[:i])
		s, bare = s[i+1:], bare[i+1:]
	}
}
