package smtptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// Host is the name of the server in memory; certificates are for it, localhost, and the loopback
// addresses.
const Host = "mail.test"

// A CA makes certificates for servers.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Cert says what is special about a certificate. The zero value is a good one.
type Cert struct {
	Names   []string // names and addresses; nil is Host, localhost, 127.0.0.1 and ::1; empty is none but a Common Name
	Expired bool
	SHA1    bool // signed with SHA-1

	SelfSigned bool // signed by its own key
	Incomplete bool // issued by an authority in between, whose own certificate is not sent
}

// NewCA returns a certificate authority with a new key.
func NewCA() (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "smtptest CA"},
		NotBefore:             time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &CA{cert: cert, key: key}, nil
}

// Pool returns the pool that trusts this authority.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return pool
}

// PEM returns the authority's certificate as a PEM file.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
}

// PEM returns a certificate and its key as two PEM files.
func PEM(cert tls.Certificate) (certFile, keyFile []byte, err error) {
	der, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cert.Certificate {
		certFile = append(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c})...)
	}
	return certFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// RequireClient has a server take only clients that show a certificate of this authority.
func (ca *CA) RequireClient(server *tls.Config) {
	server.ClientAuth, server.ClientCAs = tls.RequireAndVerifyClientCert, ca.Pool()
}

// ClientConfig returns a configuration that trusts this authority, for Dialer.TLS.
func (ca *CA) ClientConfig() *tls.Config { return &tls.Config{RootCAs: ca.Pool()} }

// ServerConfig returns a configuration with a new certificate, for Handler.TLS.
func (ca *CA) ServerConfig(c Cert) (*tls.Config, error) {
	cert, err := ca.Certificate(c)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}}, nil
}

// Certificate returns a certificate with a new key.
func (ca *CA) Certificate(c Cert) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return tls.Certificate{}, err
	}
	names := c.Names
	if names == nil {
		names = []string{Host, "localhost", "127.0.0.1", "::1"}
	}
	common := Host
	if len(names) > 0 {
		common = names[0]
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: common},
		NotBefore:    ca.cert.NotBefore,
		NotAfter:     ca.cert.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if c.SHA1 {
		template.SignatureAlgorithm = x509.ECDSAWithSHA1
	}
	if c.Expired {
		template.NotAfter = template.NotBefore.AddDate(1, 0, 0)
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	parent, signer := ca.cert, ca.key
	switch {
	case c.SelfSigned:
		parent, signer = template, key
	case c.Incomplete:
		between, err := NewCA()
		if err != nil {
			return tls.Certificate{}, err
		}
		between.cert.RawSubject, between.cert.Subject = nil, pkix.Name{CommonName: "smtptest between"}
		parent, signer = between.cert, between.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
