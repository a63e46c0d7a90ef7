package result

// A batch is some entries of a log, and the error that comes after them.
type batch struct {
	entries []Entry
	err     error // the last batch has one, io.EOF at the end
}

// An ahead decodes on a goroutine of its own, up to the first error, so that
// the caller's work on the entries takes place meanwhile.
type ahead struct {
	decoder    *decoder
	out        chan batch
	free       chan []Entry // of batches that the caller is done with
	quit, done chan struct{}
}

// ahead begins. The decoder is the caller's again after stop.
func (d *decoder) ahead() *ahead {
	a := &ahead{decoder: d, out: make(chan batch, 2), free: make(chan []Entry, 4), quit: make(chan struct{}), done: make(chan struct{})}
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

// next gives the next batch. None follows one with an error.
func (a *ahead) next() batch { return <-a.out }

// give gives a batch back, whose entries are not used any more.
func (a *ahead) give(b batch) {
	select {
	case a.free <- b.entries[:0]:
	default:
	}
}

// stop ends the goroutine. It is called once.
func (a *ahead) stop() {
	close(a.quit)
	<-a.done
}

func (a *ahead) batch() (b batch) {
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
