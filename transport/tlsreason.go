package transport

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
)

// tlsReason returns more about a refusal than crypto/tls does, nil if there is no more to say.
func tlsReason(err error) error {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &authority) && errors.As(err, &verification) && len(verification.UnverifiedCertificates) > 0:
		return mistrust(verification.UnverifiedCertificates)
	case strings.Contains(err.Error(), "protocol version"):
		return ErrOldTLS
	case isAlert(err) && strings.Contains(err.Error(), "handshake failure"):
		return ErrNoCipher
	case isAlert(err) && strings.Contains(err.Error(), "certificate required"):
		return ErrClientCertificate
	}
	return nil
}

// mistrust returns why a chain of certificates leads to no authority that is known.
func mistrust(chain []*x509.Certificate) error {
	leaf, last := chain[0], chain[len(chain)-1]
	switch {
	case bytes.Equal(leaf.RawIssuer, leaf.RawSubject):
		return errors.New("the server's certificate is self-signed")
	case slices.ContainsFunc(chain, weaklySigned):
		return ErrWeakSignature
	case bytes.Equal(last.RawIssuer, last.RawSubject):
		return fmt.Errorf("the server's certificate comes from the authority \"%s\", which is not trusted here", escape(last.Subject.String()))
	}
	return fmt.Errorf("the server's certificate was issued by \"%s\", which is not known here, and the server sends no certificate for it", escape(last.Issuer.String()))
}

// weaklySigned reports whether a certificate has a signature that crypto/x509 does not accept. That
// of an authority's own certificate by itself is never looked at.
func weaklySigned(c *x509.Certificate) bool {
	switch c.SignatureAlgorithm {
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1, x509.MD5WithRSA, x509.MD2WithRSA:
		return !bytes.Equal(c.RawIssuer, c.RawSubject)
	}
	return false
}

// isTLSRefusal reports whether err is a judgement of TLS, ours or the peer's, and not a failure of
// the connection.
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

// isClosed reports whether err is about a connection that the peer ended.
func isClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// isAlert reports whether err is an alert by which the peer refuses TLS. crypto/tls wraps all
// alerts as it does here, and tells them apart by text only; an internal error is a server's bad
// day (RFC 8446, section 6.2).
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" && op.Err.Error() != "tls: internal error"
}
