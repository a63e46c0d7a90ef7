// Package smtptest is an SMTP server for tests, in the manner of net/http/httptest.
//
// A [Server] behaves well and is programmed by a [Handler], whose zero value accepts everything; it
// keeps a ledger of sessions and messages. A [Script] plays one odd session line by line. Both run
// over in-memory connections ([Pair]), which also work inside testing/synctest bubbles, or over a
// loopback listener with a port that the system chose. [CA] makes the certificates; their validity
// covers the bubbles' clock, which starts in the year 2000.
//
// # Scripts
//
// A script is a list of steps, which the server does one after the other. What the client sends is
// checked only by the steps that read; [Script.Received] has all of it, without TLS.
//
//	Expect("EHLO *")        reads a line; a "*" at its end is any rest, another line fails the test
//	Read(1000)              reads so many octets
//	Peek(500)               reads at most so many, below TLS; the client may leave before
//	ReadData()              reads up to the end of a message, the final dot
//	Send("250 ok", "354")   sends lines, each with its CRLF, in one write
//	SendRaw("250 o")        sends octets as they are, in one write
//	Flood(octets)           sends octets to a client that may leave before it has read them
//	Drip(octets, time)      sends octets one by one, each after a time
//	Wait(time)              lets time pass
//	Window(octets)          sets how much from the client may wait unread; 0 stalls its writes
//	StartTLS(config)        runs the server's side of a handshake; as first step it is implicit TLS
//	Do(Close)               closes the connection: the client reads what was sent, then io.EOF
//	Do(Reset)               resets it: the client reads what was sent, then ECONNRESET
//	Do(Hang)                says and reads nothing more until the client goes
//
// After the last step the server reads, and drops, what comes until the client goes. A client that
// goes too early, or begins a second session, fails the test.
//
// # Flights
//
// [Session.Flights] are the round trips of a session as the server saw them, below TLS: how often
// it wrote after octets of the client that had come since its last write. Connecting and a greeting
// in plain text are none, a handshake of TLS 1.3 is one, and under implicit TLS the greeting, which
// follows the end of the handshake, is one too. Replies to a group of commands that comes in one
// piece are one. A client that sends in pieces what it could send at once is charged for the pieces
// that came apart.
//
// # Odd connections
//
// [Dribble], [ShortWrites] and [Coalesce] change how octets travel and nothing else; [Through] puts
// them between a dialer and a server or script:
//
//	dialer.DialContext = smtptest.Through(script.DialContext, smtptest.Dribble)
package smtptest
