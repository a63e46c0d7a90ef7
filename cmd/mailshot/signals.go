package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// A signalError is why a run was interrupted.
type signalError struct{ signal syscall.Signal }

func (e signalError) Error() string {
	name := map[syscall.Signal]string{syscall.SIGINT: "SIGINT", syscall.SIGTERM: "SIGTERM", syscall.SIGHUP: "SIGHUP"}[e.signal]
	return "interrupted by " + name
}

// signalStatus returns 128 and the number of the signal, as a shell would say it.
func signalStatus(err error) int {
	var se signalError
	if errors.As(err, &se) {
		return 128 + int(se.signal)
	}
	return exitInterrupted
}

// withSignals returns a context that is done with the first signal that asks to
// end, which is answered at once, whatever the program waits for. The second one
// kills, as if nobody had listened to the first.
func withSignals(ctx context.Context, answer func()) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	wanted := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	ignored := slices.DeleteFunc(slices.Clone(wanted), func(s os.Signal) bool { return !signal.Ignored(s) })
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		wanted = append(wanted, syscall.SIGHUP)
	}
	received := make(chan os.Signal, 1)
	signal.Notify(received, wanted...)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case s := <-received:
			signal.Reset(wanted...)
			exitAt(ignored)
			answer()
			cancel(signalError{s.(syscall.Signal)})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(received)
		cancel(nil)
		<-done
	}
}

// exitAt ends the program at a signal that it ignored when it began: so a script starts what it
// leaves in the background, and Reset would let it be ignored again.
func exitAt(ignored []os.Signal) {
	if len(ignored) == 0 {
		return
	}
	received := make(chan os.Signal, 1)
	signal.Notify(received, ignored...)
	go func() { os.Exit(signalStatus(signalError{(<-received).(syscall.Signal)})) }()
}
