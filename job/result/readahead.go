package result

// A batch is some entries of a log, and the error that follows them.
type batch struct {
	entries []Entry
	err     error // io.EOF at the end of the log; nil if further batches follow
}

// A readAhead decodes entries on a goroutine of its own, up to the first error,
// while the caller works on those that were decoded before.
type readAhead struct {
	decoder    *decoder
	out        chan batch
	free       chan []Entry // of batches that the caller has released
	quit, done chan struct{}
}

// startReadAhead starts the goroutine. The caller must not use d until stop has
// returned.
func (d *decoder) startReadAhead() *readAhead {
	a := &readAhead{
		decoder: d, out: make(chan batch, 2), free: make(chan []Entry, 4),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	go func() {
		defer close(a.done)
		for b := a.batch(); ; b = a.batch() {
			select {
			case a.out <- b:
			case <-a.quit:
				return
			}
			if b.err != nil {
				return
			}
		}
	}()
	return a
}

// next returns the next batch. It must not be called after one with an error.
func (a *readAhead) next() batch { return <-a.out }

// release lets the entries of a batch be overwritten.
func (a *readAhead) release(b batch) {
	select {
	case a.free <- b.entries[:0]:
	default:
	}
}

// stop ends the goroutine and waits for that. It must be called once.
func (a *readAhead) stop() {
	close(a.quit)
	<-a.done
}

func (a *readAhead) batch() (b batch) {
	const size = 64
	select {
	case b.entries = <-a.free:
	default:
		b.entries = make([]Entry, 0, size)
	}
	for len(b.entries) < size {
		e, err := a.decoder.next()
		if err != nil {
			b.err = err
			break
		}
		b.entries = append(b.entries, e)
	}
	return b
}
