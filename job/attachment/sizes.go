package attachment

import "sync"

// sizes are those of files that were found so far. The zero value is empty, and safe
// for concurrent use.
type sizes struct {
	mu   sync.Mutex // guards seen
	seen map[int64]struct{}
}

// maxSizes is how many sizes are kept.
const maxSizes = 100_000

// again reports whether a file of the size was found before, as far as is known.
func (s *sizes) again(size int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.seen[size]
	if !ok && len(s.seen) < maxSizes {
		if s.seen == nil {
			s.seen = make(map[int64]struct{})
		}
		s.seen[size] = struct{}{}
	}
	return ok
}
