package job

import (
	"errors"

	"mailshot/transport"
)

// noPort says that this machine had no local port free for a connection,
// which passes by itself and is nobody's failure.
func noPort(err error) bool { return errors.Is(err, transport.ErrNoLocalPort) }
