// Package oauth signs an account in by OAuth 2.0 (RFC 6749), keeps what lets the program send for it,
// and renews the tokens that a mail server takes (RFC 7628).
//
// A person signs in once: on a device with a browser, by a code (RFC 8628), or in a browser on this
// machine, with PKCE (RFC 7636) and a redirect to its loopback interface (RFC 8252). What is kept is the
// refresh token, in the keyring of the desktop or in a file with mode 0600.
//
// # Renewal
//
// An access token is renewed under a lock, so that of several runs one asks, and the others find what it
// got. A provider may give another refresh token each time, and take the old one for stolen if it comes
// again (RFC 9700, section 4.14.2). So what it gives is durable before it is used: a process may be killed
// at any moment, and the next one has the last token that arrived here. One that was on its way
// when the process died is lost; whether the provider still takes the one before, it decides.
//
// # Secrets
//
// No error and no text of this package has a token, a code, a verifier or a client's secret in it, also
// where a provider repeats them. Endpoints are https, but for this machine's own, and no redirect is
// followed to another.
package oauth
