package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// queued is how many texts wait for a reader that does not read; what comes
// then is dropped.
const queued = 8192

// patience is how long the end of the program waits for such a reader.
const patience = 2 * time.Second

// A speaker prints. It waits for its reader until hurry is called: from then on
// a reader that is slow, stuck or gone holds up nobody, and may miss something.
// It is safe for concurrent use, but for hurry and close.
type speaker struct {
	w     io.Writer
	texts chan said     // nil: not in a hurry
	end   chan struct{} // closed when nothing more will be said
	done  chan struct{} // closed when all is printed
}

// said is a text to print, or a mark that all before it is printed.
type said struct {
	text    string
	printed chan<- struct{} // closed when its turn comes; nil: nobody waits
}

// hurry makes the speaker wait for nobody any more. The first call counts.
func (s *speaker) hurry() {
	if s.texts != nil {
		return
	}
	s.texts, s.end, s.done = make(chan said, queued), make(chan struct{}), make(chan struct{})
	go s.run()
}

func (s *speaker) run() {
	defer close(s.done)
	for {
		select {
		case t := <-s.texts:
			s.print(t)
			continue
		default:
		}
		select {
		case t := <-s.texts:
			s.print(t)
		case <-s.end:
			if len(s.texts) == 0 {
				return
			}
		}
	}
}

func (s *speaker) print(t said) {
	if t.text != "" {
		_, _ = io.WriteString(s.w, t.text) // nobody is left to be told
	}
	if t.printed != nil {
		close(t.printed)
	}
}

// say prints a text, or, in a hurry, drops it when too many wait.
func (s *speaker) say(text string) {
	if s.texts == nil {
		s.print(said{text: text})
		return
	}
	select {
	case s.texts <- said{text: text}:
	default:
	}
}

// flush waits until all that was said is printed, but not for ever.
func (s *speaker) flush() {
	if s.texts == nil {
		return
	}
	printed := make(chan struct{})
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case s.texts <- said{printed: printed}:
	case <-t.C:
		return
	}
	select {
	case <-printed:
	case <-t.C:
	}
}

func (s *speaker) sayf(format string, args ...any) { s.say(fmt.Sprintf(format, args...)) }

// Write lets others print here.
func (s *speaker) Write(b []byte) (int, error) {
	s.say(string(b))
	return len(b), nil
}

// close waits until all is printed, but not for ever. What is said afterwards
// is dropped.
func (s *speaker) close() {
	if s.texts == nil {
		return
	}
	close(s.end)
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-s.done:
	case <-t.C:
	}
}

// clean makes control characters visible, so that no cell and no server can
// move the cursor or change what is read.
func clean(text string) string {
	if !strings.ContainsFunc(text, hidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if hidden(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports whether a rune is one that does not show, or that turns the
// direction of others.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
