package after

import (
	"slices"
	"strings"
	"sync"
)

// Withheld are the variables of the environment that a job's secrets are read
// from, which are not for the program. The zero value is empty and ready. It is
// safe for concurrent use.
type Withheld struct {
	mu    sync.Mutex // guards names
	names []string
}

// Lookup returns lookup, and remembers the names that are looked up.
func (w *Withheld) Lookup(lookup func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		w.mu.Lock()
		if !slices.Contains(w.names, name) {
			w.names = append(w.names, name)
		}
		w.mu.Unlock()
		return lookup(name)
	}
}

// Environ returns an environment without these variables.
func (w *Withheld) Environ(all []string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(all), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(w.names, name)
	})
}
