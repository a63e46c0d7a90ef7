package letter

import (
	"strings"
	"sync"
)

// usedColumns are the columns that templates ask for. The zero value is empty. It is safe for
// concurrent use.
type usedColumns struct {
	mu    sync.Mutex // guards names
	names map[string]bool
}

func (u *usedColumns) add(name string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.names == nil {
		u.names = make(map[string]bool)
	}
	u.names[name] = true
}

func (u *usedColumns) has(name string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.names[name]
}

// Used returns the indices of the columns that letters use: those that a template asks for, even if
// for some rows only, and that of the recipient's name. A template file whose path is made from a
// row counts once a letter was made of it.
func (l *Letters) Used() []int {
	var used []int
	name := l.job.Recipients.Name
	for i, c := range l.Columns {
		if l.used.has(c) || name != "" && strings.EqualFold(c, strings.TrimSpace(name)) {
			used = append(used, i)
		}
	}
	return used
}

// MayUse returns the indices of the columns that Used may come to return.
func (l *Letters) MayUse() []int {
	m := &l.job.Message
	if !strings.Contains(m.Text.File.Value, "{{") && !strings.Contains(m.HTML.File.Value, "{{") {
		return l.Used()
	}
	all := make([]int, len(l.Columns))
	for i := range all {
		all[i] = i
	}
	return all
}
