package transport

import "mailshot/transport/reply"

// A Reply is one complete reply of a server (RFC 5321, section 4.2).
type Reply = reply.Reply

// escape returns s as valid UTF-8 with everything that is not printable, and not a space, written
// as \xNN or \u{NNNN}.
func escape(s string) string { return reply.Escape(s) }
