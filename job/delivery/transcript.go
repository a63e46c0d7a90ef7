package delivery

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"mailshot/job/private"
	"mailshot/job/result"
	"mailshot/transport"
)

// maxTranscript is how many octets of one session are kept. Only a server that
// says much more than it should comes near it.
const maxTranscript = 256 << 10

// transcripts keeps the protocol of the sessions that did not send their
// message, a file for each attempt. The zero value keeps none. Its methods
// are safe for concurrent use.
type transcripts struct {
	dir string // "": none are kept

	mu     sync.Mutex // guards what follows
	kept   int
	failed error // the first
}

// begin returns the transcript of an attempt, or nil if none are kept.
func (t *transcripts) begin() *transcript {
	if t.dir == "" {
		return nil
	}
	return &transcript{}
}

// keep writes the transcript of an attempt whose record is known, unless the
// message was sent. Nothing depends on it: what goes wrong is told at the end.
func (t *transcripts) keep(x *transcript, rec *result.Record) {
	if x == nil || rec == nil || rec.Status == result.Sent || x.text.Len() == 0 {
		return
	}
	err := x.write(t.dir, rec)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.kept++
	} else if t.failed == nil {
		t.failed = err
	}
}

// A transcript is the protocol of one attempt. It belongs to the goroutine of
// its session; nil hears nothing.
type transcript struct {
	text bytes.Buffer
	full bool // the rest is not kept
}

// trace returns what transport calls, nil if nobody listens.
func (x *transcript) trace() func(transport.Event) {
	if x == nil {
		return nil
	}
	return x.hear
}

func (x *transcript) hear(e transport.Event) {
	switch {
	case x.full:
	case x.text.Len()+len(e.Text) > maxTranscript:
		x.full = true
		x.text.WriteString("… and more that is not kept\n")
	default:
		fmt.Fprintf(&x.text, "%s %c: %s\n", e.Time.UTC().Format("15:04:05.000"), e.Dir, e.Text)
	}
}

// write writes the transcript to a new file of the attempt.
func (x *transcript) write(dir string, rec *result.Record) (err error) {
	root, err := openDirectory(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	f, err := newTranscript(root, fmt.Sprintf("%06d-%d", rec.Row, rec.Attempt))
	if err != nil {
		return err
	}
	class := string(rec.Class)
	if class != "" {
		class = ", " + class
	}
	_, err = fmt.Fprintf(f, "%s row %d to %s, attempt %d of run %s: %s%s\n%s\n",
		rec.Time.UTC().Format(time.RFC3339), rec.Row, rec.Recipient, rec.Attempt, rec.Run, rec.Status, class, x.text.Bytes())
	return errors.Join(err, f.Close())
}

// openDirectory makes the directory of transcripts (0700), or takes one that is
// there. A symbolic link is not followed, and another user's directory is not taken.
func openDirectory(dir string) (*os.Root, error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	named, err := private.Directory(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	opened, err := root.Stat(".")
	if err == nil && !os.SameFile(named, opened) {
		err = fmt.Errorf("%s was replaced meanwhile", dir)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return root, nil
}

// maxNames is how many names are tried for one transcript.
const maxNames = 10_000

// newTranscript makes the file NAME.txt, or NAME-2.txt and so on where that is taken:
// where the recipients were sorted anew, another row may have had the number.
func newTranscript(root *os.Root, name string) (*os.File, error) {
	for n := 1; ; n++ {
		own := name + ".txt"
		if n > 1 {
			own = fmt.Sprintf("%s-%d.txt", name, n)
		}
		f, err := root.OpenFile(own, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, os.ErrExist) || n == maxNames {
			return f, err
		}
	}
}
