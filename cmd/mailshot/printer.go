package main

import (
	"fmt"
	"io"
	"time"
)

// queued is how many texts wait for a reader that does not read; what comes
// then is dropped.
const queued = 8192

// patience is how long the end of the program waits for such a reader.
const patience = 2 * time.Second

// A printer prints. It waits for its reader until detach is called: from then on
// a reader that is slow, stuck or gone holds up nobody, and may miss something.
// It is safe for concurrent use, but for detach and close.
type printer struct {
	w     io.Writer
	queue chan queuedText // nil: it waits for its reader
	end   chan struct{}   // closed when nothing more will be printed
	done  chan struct{}   // closed when all is printed
}

// A queuedText is a text to print, or a mark that all before it is printed.
type queuedText struct {
	text    string
	printed chan<- struct{} // closed when its turn comes; nil: nobody waits
}

// detach makes the printer wait for nobody any more. The first call counts.
func (p *printer) detach() {
	if p.queue != nil {
		return
	}
	p.queue, p.end, p.done = make(chan queuedText, queued), make(chan struct{}), make(chan struct{})
	go p.run()
}

func (p *printer) run() {
	defer close(p.done)
	for {
		select {
		case t := <-p.queue:
			p.write(t)
			continue
		default:
		}
		select {
		case t := <-p.queue:
			p.write(t)
		case <-p.end:
			if len(p.queue) == 0 {
				return
			}
		}
	}
}

func (p *printer) write(t queuedText) {
	if t.text != "" {
		_, _ = io.WriteString(p.w, t.text) // nobody is left to be told
	}
	if t.printed != nil {
		close(t.printed)
	}
}

// print prints a text or, once detached, drops it when too many wait. It reports
// whether it did not drop it.
func (p *printer) print(text string) bool {
	if p.queue == nil {
		p.write(queuedText{text: text})
		return true
	}
	select {
	case p.queue <- queuedText{text: text}:
		return true
	default:
		return false
	}
}

// flush waits until all is printed, but not for ever.
func (p *printer) flush() {
	if p.queue == nil {
		return
	}
	printed := make(chan struct{})
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case p.queue <- queuedText{printed: printed}:
	case <-t.C:
		return
	}
	select {
	case <-printed:
	case <-t.C:
	}
}

func (p *printer) printf(format string, args ...any) { p.print(fmt.Sprintf(format, args...)) }

// Write lets others print here.
func (p *printer) Write(b []byte) (int, error) {
	p.print(string(b))
	return len(b), nil
}

// close waits until all is printed, but not for ever. What is printed afterwards
// is dropped.
func (p *printer) close() {
	if p.queue == nil {
		return
	}
	close(p.end)
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-p.done:
	case <-t.C:
	}
}
