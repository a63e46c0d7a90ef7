package sheet

import "iter"

// A batch is some rows, and the error that comes after them.
type batch struct {
	rows []*Row
	err  error // the last batch has one, io.EOF at the end
}

// Ahead returns the rows that are left, and then what Next fails with. They are
// read on a goroutine of their own, which ends with the loop, so that what is
// done with them takes place meanwhile. The Reader is not used otherwise.
func (r *Reader) Ahead() iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		batches, quit, done := make(chan batch, 2), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			r.readAhead(batches, quit)
		}()
		defer func() { close(quit); <-done }()
		for {
			b := <-batches
			for _, row := range b.rows {
				if !yield(row, nil) {
					return
				}
			}
			if b.err != nil {
				yield(nil, b.err)
				return
			}
		}
	}
}

// readAhead reads up to the first error, or until quit is closed.
func (r *Reader) readAhead(batches chan<- batch, quit <-chan struct{}) {
	const size = 256
	for {
		b := batch{rows: make([]*Row, 0, size)}
		for len(b.rows) < size && b.err == nil {
			var row *Row
			if row, b.err = r.Next(); b.err == nil {
				b.rows = append(b.rows, row)
			}
		}
		select {
		case batches <- b:
		case <-quit:
			return
		}
		if b.err != nil {
			return
		}
	}
}
