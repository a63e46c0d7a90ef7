// Package transport delivers messages over SMTP sessions (RFC 5321), one in each or several.
//
// A [Dialer] opens sessions; its zero value, but for Addr, is the safe choice: TLS is required and
// certificates are verified. [Dialer.Deliver] runs one session for one message, at most once: it
// never retries, and it says what happened ([Error]: stage, class, scope, reply), not what to do
// about it. [Dialer.Open] and [Session.Deliver] do the same for several messages.
//
// Everything up to the write that carries the last octet of the end of the message can be repeated
// without harm. From that write on, which is called the commit point here, an error without a
// complete reply means that the server may have the message: its class is [Unknown].
//
// # Several messages in a session
//
// Where the server pipelines, [Session.Deliver] costs two round trips a message, and one if the next
// message is at hand ([Delivery.Next]): its commands leave with the content before, once one session of
// the [Dialer] has tried that. A refused message does not end the session; RSET leads the next flight. What a server says once it has had enough, or
// has waited too long, is a failure of no message: see [Error.Lost]. Nothing is sent to ask whether a
// session is still open.
//
// # Extensions
//
// PIPELINING (RFC 2920) and SIZE (RFC 1870) are used where they are offered, STARTTLS (RFC 3207)
// and AUTH (RFC 4954) where the caller asks for them, and 8BITMIME (RFC 6152) and SMTPUTF8 (RFC
// 6531) where a message or an address needs them, which otherwise can't be sent to that server.
// LIMITS (RFC 9422) is heeded. There is no CHUNKING, DSN or REQUIRETLS.
//
// # Authentication
//
// PLAIN, LOGIN, CRAM-MD5 (RFC 2195), SCRAM-SHA-1 (RFC 5802) and SCRAM-SHA-256 (RFC 7677) take a
// password, XOAUTH2 and OAUTHBEARER (RFC 7628) a token. There is no channel binding. Package
// mailshot/transport/sasl has them.
//
// # Real servers
//
// What was seen of servers that are not ours, each of them private and on the loopback: Postfix,
// Dovecot's submission service before a Postfix, Exim and OpenSMTPD of Debian 12, and the
// smtp-server of nodemailer.
//
//	                      Postfix        Dovecot        Exim           OpenSMTPD     smtp-server
//	                      3.7.11         2.3.19.1       4.96           6.8.0p2       3.21.6
//	tls                   all            all            all            none          all
//	200 sessions by 16    ok             ok             ok             ok            ok
//	10 MB                 ok             ok             ok             ok            ok
//	pipelining, QUIT too  ok             ok             ok             not offered   ok
//	SCRAM-SHA-256         ok             ok             ok             not offered   not offered
//	SCRAM-SHA-1           ok             ok             ok             not offered   not offered
//	PLAIN                 ok             ok             ok             not offered   ok
//	LOGIN                 ok             ok             ok             not offered   ok
//	CRAM-MD5              ok             ok             ok             not offered   ok
//	XOAUTH2               ok             ok             ok             not offered   ok
//	OAUTHBEARER           ok             ok             ok             not offered   not offered
//	auto, none            SCRAM-SHA-256  SCRAM-SHA-256  SCRAM-SHA-256  -             CRAM-MD5
//	auto, starttls        SCRAM-SHA-256  SCRAM-SHA-256  SCRAM-SHA-256  -             PLAIN
//	auto, implicit        SCRAM-SHA-256  SCRAM-SHA-256  SCRAM-SHA-256  -             PLAIN
//	7-bit                 ok             ok             ok             ok            ok
//	null sender           ok             ok             ok             ok            ok
//	quoted local part     ok             ok             ok             refused, 501  refused, 501
//	8BITMIME              ok             ok             ok             ok            ok
//	SMTPUTF8              ok             not offered    ok             not offered   ok
//	several a session     ok             ok             ok             ok            ok
//	overlapping           ok             not taken      ok             not offered   ok
//	flights, none         4              4              4              6             4
//	flights, starttls     6              6              6              -             6
//	flights, implicit     4              4              4              -             4
//
// Each cell holds for all modes of TLS that the server has there, unless it names one. "ok" is that
// every message arrived, once, with the octets that were sent, and each row's at its recipient;
// that MAIL, RCPT and DATA shared a flight, and QUIT another with the message, where PIPELINING is
// offered, and nothing shared one elsewhere; and for a mechanism also that a wrong secret ended a
// job after one connection and one refusal in the server's own log. "-" is what could not be seen,
// as OpenSMTPD's TLS does not work with Debian 12's OpenSSL, and it has no AUTH without. Flights
// include one for AUTH PLAIN; those of the TLS handshake are not counted.
//
// What is odd in them:
//   - Exim before 4.99 keeps its last replies for 200 ms if there is no TLS: it writes the 221, and
//     the 250 too if QUIT came with the message, only once it has waited so long for the client to
//     close first. A session lasts as long with QUIT apart. Under TLS nothing waits. It also looks
//     up the name of a client that says EHLO with an address of Exim's own host, which takes
//     seconds where DNS does not answer; see its helo_lookup_domains.
//   - Dovecot has ten sessions of a user from one address, and gives the next one 421 in place of
//     235: at most ten workers, or a larger mail_max_userip_connections. The error has ScopeHost;
//     with a pause, all messages are sent.
//   - Dovecot answers 503 to a MAIL behind a message, and at a RCPT there its service ends, though
//     it took the message. A MAIL alone finds that out, which costs nothing: see package
//     mailshot/transport/trial.
//   - OpenSMTPD lets five connections wait, and of more at once Linux forgets some that the client
//     takes for open. Where the server speaks first, nobody would ever notice: after 5 s of silence
//     it is asked by a keep-alive probe, and the reset that comes makes a [Temporary] error of
//     StageGreeting.
//   - OpenSMTPD and smtp-server know no quoted local parts, and refuse them with 501.
package transport
