// Package transport delivers one message over one SMTP session (RFC 5321).
//
// A [Dialer] opens sessions; its zero value, but for Addr, is the safe choice: TLS is required and certificates are
// verified. [Dialer.Deliver] runs one session for one message, at most once: it never retries, and it says what
// happened ([Error]: stage, class, scope, reply), not what to do about it.
//
// Everything up to the write that carries the last octet of the end of the message can be repeated without harm. From
// that write on, which is called the commit point here, an error without a complete reply means that the server may
// have the message: its class is [Unknown].
package transport
