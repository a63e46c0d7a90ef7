// Package redact strikes secrets out of what a server says. It knows neither connections nor
// replies, only their text.
//
// A server may repeat a secret as it is or in another form, whole or in part, over several lines,
// with spaces or dots between. So a text is read in several ways at once: without spaces and control
// characters, without anything but letters and digits, with escapes resolved, and always without
// regard to case. What then has eight characters in a row in common with a form of a secret is
// struck out. The forms are the secret as it is and backwards, its base64 and base32 at every
// alignment, that of its UTF-16 and of its base64, its hexadecimal and decimal numbers, and rot13.
// Escapes are those of percent encoding, quoted-printable, xtext (RFC 3461), character references
// of HTML, and backslashes as in JSON, C and traces.
//
// What is not found: fewer than eight characters in a row of a secret, a secret of fewer than eight
// characters but within the exchange that it was sent in, and a form that is not listed here.
package redact

import (
	"encoding/base64"
	"slices"
	"strings"
	"sync"
)

// Mark stands where something was struck out.
const Mark = "<redacted>"

// maxSecrets is how many secrets a Redactor knows. Of more, as where tokens are replaced, the
// latest count.
const maxSecrets = 8

// A Redactor knows secrets and strikes them out of texts. The zero value knows none, and leaves
// every text as it is. It is safe for concurrent use.
type Redactor struct {
	mu    sync.RWMutex // guards what follows
	known []secret     // the latest last
}

// A secret is what is known of one secret.
type secret struct {
	text  string
	forms forms
	short []rune // the whole of a secret that has fewer than eight characters, as it is read; else nil
}

// Add has a secret struck out from now on. An empty one is none.
func (r *Redactor) Add(text string) {
	if text == "" || r.knows(text) {
		return
	}
	s := secret{text: text, forms: formsOf(text)}
	if read := readable(text); len(read) < gramSize {
		s.short = read
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known := slices.Clone(r.known) // another one may be reading it
	if len(known) == maxSecrets {
		known = known[1:]
	}
	r.known = append(known, s)
}

func (r *Redactor) knows(text string) bool {
	return slices.ContainsFunc(r.all(), func(s secret) bool { return s.text == text })
}

func (r *Redactor) all() []secret {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.known
}

// Text returns a text of one or more lines with the secrets struck out.
func (r *Redactor) Text(text string) string {
	return strings.Join(r.Lines(strings.Split(text, "\n"), nil), "\n")
}

// Lines returns the lines of one text with the secrets struck out, and also what an exchange sent,
// if x is not nil. The lines that are given are left as they are.
func (r *Redactor) Lines(lines []string, x *Exchange) []string {
	known := r.all()
	if len(known) == 0 && x == nil || len(lines) == 0 {
		return lines
	}
	t := newText(lines)
	if !t.suspect(known, x) {
		return lines
	}
	t.any, t.marked = false, make([]bool, len(t.octets))
	for _, skipCodes := range []bool{false, true} {
		if skipCodes && !t.hasCodes {
			break
		}
		for _, v := range t.views(skipCodes) {
			v.markAll(known, x)
		}
	}
	struck := t.struck()
	if x != nil && x.Open {
		struck = strikeEncoded(lines, struck, known)
	}
	return struck
}

// suspect reports whether there may be something to mark.
func (t *text) suspect(known []secret, x *Exchange) bool {
	if t.hasCodes || t.escapes() || x != nil && x.Open {
		return true
	}
	for _, v := range t.glance() {
		v.markAll(known, x)
	}
	return t.any
}

// markAll marks the secrets and what was sent. x may be nil.
func (v *view) markAll(known []secret, x *Exchange) {
	for i := range known {
		v.markForms(known[i].forms)
		if x != nil && x.Open {
			v.markWhole(known[i].short)
		}
	}
	if x != nil {
		x.mark(v)
	}
}

// strikeEncoded returns the struck lines without those that were the base64 of something with a
// secret in it, however short.
func strikeEncoded(lines, struck []string, known []secret) []string {
	struck = slices.Clone(struck)
	for i, line := range lines {
		says, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		within := func(s secret) bool { return strings.Contains(string(says), s.text) }
		if err == nil && slices.ContainsFunc(known, within) {
			struck[i] = Mark
		}
	}
	return struck
}

// An Exchange is what was sent to authenticate, in one session. The zero value is nothing. It is
// not safe for concurrent use.
type Exchange struct {
	// Open says that the exchange goes on. As long as it does, a secret of fewer than eight
	// characters is struck out too. Later it is not: a reply may have a word that happens to be the
	// password.
	Open bool

	sent  []string
	begun [][]rune // what was sent, of which the beginning is enough
	whole [][]rune // what that says
}

// Sent has a line that was sent struck out from now on, also where only its beginning, of eight
// characters or more, comes back; and what it says, that is the octets of which it is the base64,
// where they come back whole.
func (x *Exchange) Sent(line string, says []byte) {
	if line == "" || slices.Contains(x.sent, line) {
		return
	}
	x.sent = append(x.sent, line)
	x.begun = append(x.begun, readable(line))
	if read := readable(string(says)); len(read) >= gramSize {
		x.whole = append(x.whole, read)
	}
}

// mark marks in a view what was sent.
func (x *Exchange) mark(v *view) {
	for _, sent := range x.begun {
		v.markBeginning(sent)
	}
	for _, says := range x.whole {
		v.markWhole(says)
	}
}
