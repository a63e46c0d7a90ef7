package fleet

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"github.com/nats-io/nats.go"
)

// An Address says where NATS is, and how to be let in. Letters are personal data: off the loopback
// interface there have to be TLS and credentials.
type Address struct {
	URL         string // nats://HOST or tls://HOST, with a port or without
	Credentials string // a file as nsc makes it (.creds), or one with the seed of an nkey; "": there is none
	CA          string // a PEM file with the roots of the server's certificate; "": the system's
	Name        string // of this client, as the server shows it
	// Lost and Back are told when the connection is lost, and when it is there again; nil: nobody
	// listens.
	Lost func(error)
	Back func()
}

// A Conn is a connection to a NATS server. It is made anew when it is lost.
type Conn struct{ nc *nats.Conn }

var (
	errScheme      = errors.New("it begins with nats:// or tls://")
	errUser        = errors.New("a password in an address can be read by others: use a file with credentials")
	errCredentials = errors.New("letters are personal data: off this machine a fleet needs a file with credentials")
)

// Connect connects. wait says that the server need not be there yet.
func Connect(a Address, wait bool) (*Conn, error) {
	options, err := a.options()
	if err != nil {
		return nil, err
	}
	if wait {
		options = append(options, nats.RetryOnFailedConnect(true))
	}
	nc, err := nats.Connect(a.URL, options...)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", a.URL, err)
	}
	if most := nc.MaxPayload(); nc.IsConnected() && most < largest {
		nc.Close()
		return nil, fmt.Errorf("the NATS server at %s takes messages of %d octets at most, and a fleet needs %d: raise max_payload", a.URL, most, largest)
	}
	return &Conn{nc}, nil
}

// largest is the size of the largest message.
const largest = 1 << 20

// Check returns an error if the address is none, or is not safe.
func (a *Address) Check() error {
	_, err := a.local()
	return err
}

// local reports whether the server is on this machine.
func (a *Address) local() (bool, error) {
	u, err := url.Parse(a.URL)
	switch {
	case err != nil:
		return false, fmt.Errorf("the address of the fleet: %w", errors.Unwrap(err))
	case u.Scheme != "nats" && u.Scheme != "tls" || u.Hostname() == "":
		return false, fmt.Errorf("the address of the fleet: %w", errScheme)
	case u.User != nil:
		return false, fmt.Errorf("the address of the fleet: %w", errUser)
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if !local && a.Credentials == "" {
		return false, errCredentials
	}
	return local, nil
}

func (a *Address) options() ([]nats.Option, error) {
	local, err := a.local()
	if err != nil {
		return nil, err
	}
	all := []nats.Option{
		nats.Name(a.Name), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second / 2), nats.ReconnectBufSize(-1), nats.NoEcho(),
		nats.PingInterval(5 * time.Second), nats.MaxPingsOutstanding(2), nats.Timeout(5 * time.Second), nats.IgnoreDiscoveredServers(),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if a.Lost != nil && err != nil {
				a.Lost(err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) {
			if a.Back != nil {
				a.Back()
			}
		}),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // what it drops is told once more
	}
	if !local || a.CA != "" {
		conf := &tls.Config{MinVersion: tls.VersionTLS12}
		if conf.RootCAs, err = a.roots(); err != nil {
			return nil, err
		}
		all = append(all, nats.Secure(conf))
	}
	if a.Credentials != "" {
		by, err := a.credentials()
		if err != nil {
			return nil, err
		}
		all = append(all, by)
	}
	return all, nil
}

// roots returns the certificates of a.CA; nil for the system's.
func (a *Address) roots() (*x509.CertPool, error) {
	if a.CA == "" {
		return nil, nil
	}
	text, err := os.ReadFile(a.CA)
	if err != nil {
		return nil, fmt.Errorf("the certificates of the fleet: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("the certificates of the fleet: %s has none", a.CA)
	}
	return pool, nil
}

// credentials returns how the file signs in.
func (a *Address) credentials() (nats.Option, error) {
	if _, err := os.Stat(a.Credentials); err != nil {
		return nil, fmt.Errorf("the credentials of the fleet: %w", err)
	}
	if seed, err := nats.NkeyOptionFromSeed(a.Credentials); err == nil {
		return seed, nil
	}
	return nats.UserCredentials(a.Credentials), nil
}

// Publish implements Bus. While there is no connection it is an error.
func (c *Conn) Publish(subject string, data []byte) error { return c.nc.Publish(subject, data) }

// Subscribe implements Bus.
func (c *Conn) Subscribe(subject string, f func([]byte)) (stop func(), err error) {
	sub, err := c.nc.Subscribe(subject, func(m *nats.Msg) { f(m.Data) })
	if err != nil {
		return nil, fmt.Errorf("subscribing to %s: %w", subject, err)
	}
	if err := sub.SetPendingLimits(4096, 64<<20); err != nil {
		return nil, fmt.Errorf("subscribing to %s: %w", subject, err)
	}
	if c.nc.IsConnected() {
		_ = c.nc.FlushTimeout(5 * time.Second) // else it is said again once it is
	}
	return func() { _ = sub.Unsubscribe() }, nil
}

// Close sends what is left, and closes the connection. A nil Conn is none.
func (c *Conn) Close() {
	if c == nil {
		return
	}
	_ = c.nc.FlushTimeout(time.Second)
	c.nc.Close()
}
