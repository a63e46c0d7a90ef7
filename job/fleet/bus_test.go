package fleet_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// A wire is a Bus in memory that loses, repeats and delays what it is given.
type wire struct {
	percent int // of messages, for each of that

	mu   sync.Mutex // guards subs
	subs map[*subscription]bool
	all  sync.WaitGroup
}

type subscription struct {
	subject string
	queue   chan []byte
}

// Publish implements fleet.Bus.
func (w *wire) Publish(subject string, data []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.subs {
		if !matches(s.subject, subject) {
			continue
		}
		for range w.copies() {
			if rand.IntN(100) >= w.percent {
				s.put(data)
				continue
			}
			time.AfterFunc(time.Duration(rand.IntN(300))*time.Millisecond, func() { s.put(data) })
		}
	}
	return nil
}

func (w *wire) copies() int {
	switch n := rand.IntN(100); {
	case n < w.percent:
		return 0
	case n < 2*w.percent:
		return 2
	}
	return 1
}

func (s *subscription) put(data []byte) {
	select {
	case s.queue <- data:
	default: // it is lost
	}
}

func matches(pattern, subject string) bool {
	p, s := strings.Split(pattern, "."), strings.Split(subject, ".")
	if len(p) != len(s) {
		return false
	}
	for i := range p {
		if p[i] != "*" && p[i] != s[i] {
			return false
		}
	}
	return true
}

// Subscribe implements fleet.Bus.
func (w *wire) Subscribe(subject string, f func([]byte)) (func(), error) {
	s := &subscription{subject, make(chan []byte, 4096)}
	ended := make(chan struct{})
	w.all.Go(func() {
		for {
			select {
			case data := <-s.queue:
				f(data)
			case <-ended:
				return
			}
		}
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.subs == nil {
		w.subs = make(map[*subscription]bool)
	}
	w.subs[s] = true
	return func() {
		w.mu.Lock()
		delete(w.subs, s)
		w.mu.Unlock()
		close(ended)
	}, nil
}
