// Package soon does something a while after it was asked for, once for all that asked meanwhile.
package soon

import "time"

// A Doer does one thing, again and again, on a goroutine of its own, and nothing while nobody asks.
type Doer struct {
	do         func()
	after      time.Duration
	asked      chan struct{} // and it is not yet begun
	quit, done chan struct{}
}

// Start returns a Doer that does something no later than after the first Ask since it was last
// begun. It must be stopped.
func Start(after time.Duration, do func()) *Doer {
	d := &Doer{do: do, after: after, asked: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go d.loop()
	return d
}

// Ask asks for it. It does not wait, and is safe for concurrent use.
func (d *Doer) Ask() {
	select {
	case d.asked <- struct{}{}:
	default: // somebody has
	}
}

func (d *Doer) loop() {
	defer close(d.done)
	timer := time.NewTimer(d.after)
	defer timer.Stop()
	for {
		select {
		case <-d.asked:
		case <-d.quit:
			return
		}
		timer.Reset(d.after)
		select {
		case <-timer.C:
		case <-d.quit:
			return
		}
		select {
		case <-d.asked: // meanwhile, and this is for that as well
		default:
		}
		d.do()
	}
}

// Stop ends the goroutine and waits for that, and does not do what was asked for last. It must be
// called once.
func (d *Doer) Stop() {
	close(d.quit)
	<-d.done
}
