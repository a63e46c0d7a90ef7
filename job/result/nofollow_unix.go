//go:build unix

package result

import "syscall"

// noFollow makes an open fail for a symbolic link, and not wait for a pipe.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
