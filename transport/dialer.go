package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"mailshot/transport/mailbox"
	"mailshot/transport/redact"
	"mailshot/transport/route"
	"mailshot/transport/sasl"
	"mailshot/transport/trial"
)

// A TLSMode says how a session is protected. There is no opportunistic mode.
type TLSMode uint8

// The modes. StartTLS and ImplicitTLS never fall back to plain text.
const (
	StartTLS    TLSMode = iota // STARTTLS after EHLO (RFC 3207), usually port 587
	ImplicitTLS                // TLS from the first octet (RFC 8314), usually port 465
	Plaintext                  // no TLS
)

// String returns "starttls", "implicit" or "none".
func (m TLSMode) String() string {
	switch m {
	case StartTLS:
		return "starttls"
	case ImplicitTLS:
		return "implicit"
	case Plaintext:
		return "none"
	}
	return "tlsmode(" + strconv.Itoa(int(m)) + ")"
}

// A Dialer opens sessions with one server. Its fields must not be changed after first use, and it
// must not be copied; its methods are safe for concurrent use.
type Dialer struct {
	Addr    string  // host:port
	TLSMode TLSMode // zero is StartTLS

	// TLS is cloned at first use; nil is the default configuration. ServerName defaults to the host
	// of Addr, MinVersion is at least TLS 1.2, and a session cache is added if there is none.
	// InsecureSkipVerify is refused.
	TLS *tls.Config

	// Hello is the argument of EHLO: a domain or an address literal. "" is the address literal of
	// the socket's local address (RFC 5321, section 4.1.4).
	Hello string

	Auth               *Auth // nil: no authentication
	AllowPlaintextAuth bool  // AUTH without TLS to a peer that is not on loopback
	Timeouts           Timeouts

	// Grace is how long the reply to the message is awaited after ctx is done, if that happens past
	// the commit point. Zero is 5 s.
	Grace time.Duration

	NoPipelining bool // one command at a time even if the server offers PIPELINING
	NoOverlap    bool // no command leaves with the content of the message before: see Delivery.Next

	// DialContext connects to Addr; nil tries all addresses of the host, IPv4 and IPv6 (RFC 8305).
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)

	// Trace gets each session's transcript, already redacted, in the goroutine of the session. It
	// must be safe for concurrent use if sessions run concurrently.
	Trace func(Event)

	once     sync.Once
	conf     settings
	confErr  *Error
	sessions atomic.Uint64
	readers  sync.Pool // *bufio.Reader
	writers  sync.Pool // *[]byte
	keys     sasl.KeyCache
	secrets  redact.Redactor

	quitApart atomic.Bool            // the server has shown that it minds a QUIT behind the message
	overlaps  trial.Trial            // how the server takes commands behind a message
	first     atomic.Pointer[string] // the address of the host that greeted Find; nil: any
}

// settings is what a Dialer's fields come to.
type settings struct {
	host, port string // of Addr
	network    route.Route
	tls        *tls.Config
	timeouts   Timeouts
	grace      time.Duration
}

// prepare checks the fields and fills in their defaults, once.
func (d *Dialer) prepare() *Error {
	d.once.Do(func() {
		d.conf = settings{network: route.Network(), timeouts: d.Timeouts.orDefaults(), grace: d.Grace}
		if d.conf.grace <= 0 {
			d.conf.grace = defaultGrace
		}
		if d.Auth != nil {
			d.secrets.Add(d.Auth.Password) // a server may know it from an earlier session
		}
		if stage, err := d.check(); err != nil {
			d.confErr = &Error{Stage: stage, Class: Permanent, Scope: ScopeJob, Err: err}
		}
	})
	if d.confErr == nil {
		return nil
	}
	e := *d.confErr
	return &e
}

// check returns at what stage the fields would fail, and why.
func (d *Dialer) check() (Stage, error) {
	host, port, err := net.SplitHostPort(d.Addr)
	if err != nil || host == "" || port == "" {
		return StageDial, fmt.Errorf("server address %q is not host:port", d.Addr)
	}
	d.conf.host, d.conf.port = host, port
	if d.Hello != "" {
		if err := mailbox.CheckDomain(d.Hello); err != nil {
			return StageEhlo, fmt.Errorf("name for EHLO: %w", err)
		}
	}
	if err := d.Auth.check(); err != nil {
		return StageAuth, err
	}
	switch d.TLSMode {
	case Plaintext:
		return 0, nil
	case StartTLS, ImplicitTLS:
		d.conf.tls, err = tlsConfig(d.TLS, host)
		return StageTLS, err
	}
	return StageTLS, fmt.Errorf("unknown TLS mode %v", d.TLSMode)
}

// connect makes the connection, to none of the addresses to skip. p may be nil.
func (d *Dialer) connect(ctx context.Context, p *Probe, skip []string) (net.Conn, error) {
	limit := d.conf.timeouts.Connect
	dctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := d.dial(dctx, p, skip)
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("connecting to %s: %w", d.Addr, context.Cause(ctx))
	case errors.Is(dctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("connecting to %s: no answer within %v: %w", d.Addr, limit, err)
	}
	return nil, fmt.Errorf("connecting to %s: %w", d.Addr, err)
}

// dial connects by the caller's means or by ours.
func (d *Dialer) dial(ctx context.Context, p *Probe, skip []string) (net.Conn, error) {
	if d.DialContext == nil {
		r := d.conf.network
		if first := d.first.Load(); first != nil {
			r.First = *first
		}
		r.Skip = skip
		p.watch(&r)
		return r.Connect(ctx, d.conf.host, d.conf.port)
	}
	if len(skip) > 0 {
		return nil, route.ErrNoOther
	}
	conn, err := d.DialContext(ctx, "tcp", d.Addr)
	if errors.Is(err, syscall.EADDRNOTAVAIL) {
		err = route.NoLocalPort(err)
	}
	return conn, err
}

// helloName returns the argument of EHLO.
func (d *Dialer) helloName(local net.Addr) string {
	if d.Hello != "" {
		return d.Hello
	}
	// RFC 5321, section 4.1.3.
	tcp, ok := local.(*net.TCPAddr)
	if !ok {
		return "[127.0.0.1]"
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	if ip.Is4() || !ip.IsValid() {
		return "[" + strings.Replace(ip.String(), "invalid IP", "127.0.0.1", 1) + "]"
	}
	return "[IPv6:" + ip.String() + "]"
}

// isLoopback reports whether a peer's address is on this machine.
func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
