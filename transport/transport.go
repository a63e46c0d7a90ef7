// Package transport delivers one message over one SMTP session (RFC 5321).
//
// A [Dialer] opens sessions; its zero value, but for Addr, is the safe choice: TLS is required and certificates are
// verified. [Dialer.Deliver] runs one session for one message, at most once: it never retries, and it says what
// happened ([Error]: stage, class, scope, reply), not what to do about it.
//
// Everything up to the write that carries the last octet of the end of the message can be repeated without harm. From
// that write on, which is called the commit point here, an error without a complete reply means that the server may
// have the message: its class is [Unknown].
//
// # Extensions
//
// PIPELINING (RFC 2920) and SIZE (RFC 1870) are used where they are offered, STARTTLS (RFC 3207) and AUTH (RFC 4954) where
// the caller asks for them, and 8BITMIME (RFC 6152) and SMTPUTF8 (RFC 6531) where a message or an address needs them, which
// otherwise can't be sent to that server. LIMITS (RFC 9422) is heeded. There is no CHUNKING, DSN or REQUIRETLS.
//
// # Authentication
//
// PLAIN, LOGIN, CRAM-MD5 (RFC 2195), SCRAM-SHA-1 (RFC 5802) and SCRAM-SHA-256 (RFC 7677) take a password, XOAUTH2 and
// OAUTHBEARER (RFC 7628) a token. There is no channel binding.
package transport
