package server

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"mailshot/job/inputfile"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
)

// tlsConfig returns what the job says about TLS; nil if it says nothing. All
// sessions share it, and what transport keeps for resuming them.
func tlsConfig(j *jobfile.Job, now time.Time) (*tls.Config, error) {
	s := &j.Server
	c := &tls.Config{}
	if s.CA != "" {
		roots, err := loadRoots(j.Resolve(s.CA), s.CA)
		if err != nil {
			return nil, err
		}
		c.RootCAs = roots
	}
	if s.ClientCertificate != (jobfile.Certificate{}) {
		cert, err := loadCertificate(j, now)
		if err != nil {
			return nil, err
		}
		c.Certificates = []tls.Certificate{cert}
	}
	if c.RootCAs == nil && c.Certificates == nil {
		return nil, nil
	}
	return c, nil
}

// loadRoots adds the certificates of a file to the system's.
func loadRoots(path, shown string) (*x509.CertPool, error) {
	pem, err := readPEM("server.ca", path, shown)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, problem.Fail(problem.BadJob, "server.ca: %s holds no certificate", shown).WithHint("a PEM file is needed: -----BEGIN CERTIFICATE-----")
	}
	return pool, nil
}

// loadCertificate reads the certificate that this side shows, and its key.
func loadCertificate(j *jobfile.Job, now time.Time) (tls.Certificate, error) {
	const key = "server.client_certificate"
	files := j.Server.ClientCertificate
	certPEM, err := readPEM(key, j.Resolve(files.Cert), files.Cert)
	if err != nil {
		return tls.Certificate{}, err
	}
	keyPEM, err := readPEM(key, j.Resolve(files.Key), files.Key)
	if err != nil {
		return tls.Certificate{}, err
	}
	cert, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return tls.Certificate{}, problem.Fail(problem.BadJob, "%s: %s and %s: %w", key, files.Cert, files.Key, err).
			WithHint("PEM files are needed, the key without a passphrase")
	}
	if end := cert.Leaf.NotAfter; now.After(end) {
		return tls.Certificate{}, problem.Fail(problem.BadJob, "%s: %s has expired on %s", key, files.Cert, end.Format("2 January 2006"))
	}
	return cert, nil
}

// maxPEM is how many octets a file of certificates may have.
const maxPEM = 16 << 20

// readPEM reads a file that the job names under a key.
func readPEM(key, path, shown string) ([]byte, error) {
	pem, err := inputfile.Read(path, maxPEM)
	if err != nil {
		k := problem.BadJob
		if errors.Is(err, os.ErrNotExist) {
			k = problem.NoInput
		}
		return nil, &problem.Error{Kind: k, Err: fmt.Errorf("%s: %w", key, problem.FileError{Path: shown, Err: err})}
	}
	return pem, nil
}
