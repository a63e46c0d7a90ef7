// Package smtptest is an SMTP server for tests, in the manner of net/http/httptest.
//
// A [Server] behaves well and is programmed by a [Handler], whose zero value accepts everything; it keeps a ledger of
// sessions and messages. A [Script] plays one odd session line by line. Both run over in-memory connections ([Pair]),
// which also work inside testing/synctest bubbles, or over a loopback listener with a port that the system chose. [CA] makes the
// certificates; their validity covers the bubbles' clock, which starts in the year 2000.
package smtptest
