package server

import (
	"strings"
	"sync"
	"time"

	"mailshot/transport"
)

// silence is how long nothing is said about what is waited for.
const silence = 5 * time.Second

// A wait knows what a session that is being opened waits for.
type wait struct {
	addr  string
	timer *time.Timer

	mu   sync.Mutex // guards what
	what string     // "waiting for the greeting of mail.example:587"; "" when all is over
}

// newWait begins to wait for a connection. tell is called once if that, or what comes after it,
// takes long.
func newWait(d *transport.Dialer, tell func(string)) *wait {
	w := &wait{addr: d.Addr, what: "connecting to " + d.Addr}
	w.timer = time.AfterFunc(silence, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.what != "" && tell != nil {
			tell(w.what)
		}
	})
	return w
}

// hear follows the session.
func (w *wait) hear(e transport.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	verb, _, _ := strings.Cut(e.Text, " ")
	switch {
	case e.Dir == '*' && verb == "connected", e.Dir == '*' && verb == "TLS:":
		w.what = "waiting for the greeting of " + w.addr
	case e.Dir == 'C' && !strings.HasPrefix(verb, "<"):
		w.what = "waiting for " + w.addr + " to answer " + verb
	}
}

// end ends the wait.
func (w *wait) end() {
	w.timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.what = ""
}
