package fleet

import (
	"time"

	"golang.org/x/sys/unix"
)

// Elapsed returns a time that goes on while the machine is suspended, and that no one can set.
func Elapsed() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return time.Duration(1<<63 - 1) // so that nothing is begun any more
	}
	return time.Duration(t.Nano())
}
