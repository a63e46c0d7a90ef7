package transport

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
)

// tlsReason says more about a refusal than crypto/tls does, nil if there is no more to say.
func tlsReason(err error) error {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &authority) && errors.As(err, &verification) && len(verification.UnverifiedCertificates) > 0:
		return errors.New(mistrust(verification.UnverifiedCertificates))
	case strings.Contains(err.Error(), "protocol version"):
		return errors.New("the server speaks no TLS as new as 1.2")
	case isAlert(err) && strings.Contains(err.Error(), "handshake failure"):
		return errors.New("the server and this client have no cipher, or no kind of certificate, in common")
	case isAlert(err) && strings.Contains(err.Error(), "certificate required"):
		return ErrClientCertificate
	}
	return nil
}

// mistrust says why a chain of certificates leads to no authority that is known.
func mistrust(chain []*x509.Certificate) string {
	leaf, last := chain[0], chain[len(chain)-1]
	switch {
	case bytes.Equal(leaf.RawIssuer, leaf.RawSubject):
		return "the server's certificate is self-signed"
	case bytes.Equal(last.RawIssuer, last.RawSubject):
		return fmt.Sprintf("the server's certificate comes from the authority \"%s\", which is not trusted here", escape(last.Subject.String()))
	}
	return fmt.Sprintf("the server's certificate was issued by \"%s\", which is not known here, and the server sends no certificate for it", escape(last.Issuer.String()))
}

// isTLSRefusal reports whether err is a judgement of TLS, ours or the peer's, and not a failure of the connection.
func isTLSRefusal(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		network      net.Error
	)
	switch {
	case errors.As(err, &verification), isAlert(err):
		return true
	case errors.As(err, &network), isClosed(err):
		return false
	}
	return true // no common version, a message out of order …
}

// isAlert reports whether err is an alert by which the peer refuses TLS. crypto/tls wraps all alerts as it does here, and
// tells them apart by text only; an internal error is a server's bad day (RFC 8446, section 6.2).
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" && op.Err.Error() != "tls: internal error"
}
