package result

// A batch is some entries of a log, and the error that comes after them.
type batch struct {
	entries []Entry
	err     error // the last batch has one, io.EOF at the end
}

// ahead decodes on a goroutine of its own, up to the first error, so that the
// caller's work on the entries takes place meanwhile. The decoder is the
// caller's again after stop, which is called once.
func (d *decoder) ahead() (batches <-chan batch, stop func()) {
	out, quit, done := make(chan batch, 2), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for b := d.batch(); ; b = d.batch() {
			select {
			case out <- b:
			case <-quit:
				return
			}
			if b.err != nil {
				return
			}
		}
	}()
	return out, func() { close(quit); <-done }
}

func (d *decoder) batch() batch {
	const size = 64
	b := batch{entries: make([]Entry, 0, size)}
	for len(b.entries) < size {
		e, err := d.next()
		if err != nil {
			b.err = err
			break
		}
		b.entries = append(b.entries, e)
	}
	return b
}
