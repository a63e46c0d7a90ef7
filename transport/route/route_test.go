package route

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A dead way: what becomes of a connection to an address.
var (
	errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	errNoAddr  = &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)}
	errSilent  = errors.New("silent")
	errLate    = errors.New("answers after a second")
)

type namedConn struct {
	net.Conn
	name string
}

// TestRoute: all addresses are tried, the families by turns, and the reason of every one is told.
func TestRoute(t *testing.T) {
	for _, tt := range []struct {
		name      string
		addrs     string
		ways      map[string]error // none: it answers
		unreached string           // the address for which this machine has none of its own
		want      string           // who answers, or parts of the error divided by "|"
		tried     string
		took      time.Duration
		noPort    bool
	}{
		{"one", "192.0.2.1", nil, "", "192.0.2.1", "192.0.2.1", 0, false},
		{"the first answers", "2001:db8::1 192.0.2.1", nil, "", "2001:db8::1", "2001:db8::1", 0, false},
		{"IPv6 refused", "2001:db8::1 192.0.2.1", map[string]error{"2001:db8::1": errRefused}, "", "192.0.2.1", "2001:db8::1 192.0.2.1", 0, false},
		{"IPv6 silent", "2001:db8::1 2001:db8::2 192.0.2.1", map[string]error{"2001:db8::1": errSilent, "2001:db8::2": errSilent}, "", "192.0.2.1", "2001:db8::1 192.0.2.1", 250 * time.Millisecond, false},
		{"only the last answers", "192.0.2.1 192.0.2.2 192.0.2.3", map[string]error{"192.0.2.1": errSilent, "192.0.2.2": errRefused}, "", "192.0.2.3", "192.0.2.1 192.0.2.2 192.0.2.3", 250 * time.Millisecond, false},
		{"the slow one is first after all", "192.0.2.1 192.0.2.2", map[string]error{"192.0.2.1": errLate, "192.0.2.2": errSilent}, "", "192.0.2.1", "192.0.2.1 192.0.2.2", time.Second, false},
		{"all refused", "2001:db8::1 192.0.2.1", map[string]error{"2001:db8::1": errRefused, "192.0.2.1": errRefused}, "", "[2001:db8::1]:25: connect: connection refused; |192.0.2.1:25: connect", "2001:db8::1 192.0.2.1", 0, false},
		{"all silent", "2001:db8::1 192.0.2.1", map[string]error{"2001:db8::1": errSilent, "192.0.2.1": errSilent}, "", "deadline", "2001:db8::1 192.0.2.1", 30 * time.Second, false},
		{"no port", "192.0.2.1", map[string]error{"192.0.2.1": errNoAddr}, "", "no local port free", "192.0.2.1", 0, true},
		{"no IPv6 here, and refused", "2001:db8::1 192.0.2.1", map[string]error{"2001:db8::1": errNoAddr, "192.0.2.1": errRefused}, "2001:db8::1", "no address from which [2001:db8::1]:25|refused", "2001:db8::1 192.0.2.1", 0, false},
		{"no IPv6 here, and no port", "2001:db8::1 192.0.2.1", map[string]error{"2001:db8::1": errNoAddr, "192.0.2.1": errNoAddr}, "2001:db8::1", "no local port", "2001:db8::1 192.0.2.1", 0, true},
		{"no IPv6 here", "2001:db8::1 192.0.2.1", map[string]error{"2001:db8::1": errNoAddr}, "2001:db8::1", "192.0.2.1", "2001:db8::1 192.0.2.1", 0, false},
		{"mapped", "::ffff:192.0.2.1 2001:db8::1", nil, "", "192.0.2.1", "192.0.2.1", 0, false},
		{"no address", "", nil, "", "has no address", "", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex // guards tried
				var tried []string
				r := Route{
					Lookup: func(context.Context, string) ([]netip.Addr, error) {
						var list []netip.Addr
						for _, s := range strings.Fields(tt.addrs) {
							list = append(list, netip.MustParseAddr(s))
						}
						return list, nil
					},
					Dial: func(ctx context.Context, addr string) (net.Conn, error) {
						host, port, err := net.SplitHostPort(addr)
						if err != nil || port != "25" {
							t.Errorf("dialled %s", addr)
						}
						mu.Lock()
						tried = append(tried, host)
						mu.Unlock()
						switch err := tt.ways[host]; err {
						case nil:
							return namedConn{name: host}, nil
						case errSilent:
							<-ctx.Done()
							return nil, ctx.Err()
						case errLate:
							<-time.After(time.Second)
							return namedConn{name: host}, nil
						default:
							return nil, fmt.Errorf("%s: %w", addr, err.(*net.OpError).Err)
						}
					},
					Reach: func(addr string) error {
						if host, _, _ := net.SplitHostPort(addr); host == tt.unreached {
							return errNoAddr
						}
						return nil
					},
				}
				var addrs []string
				failed := map[string]bool{}
				r.Found = func(a []string, _ time.Duration) { addrs = a }
				r.Failed = func(addr string, _ error) { failed[addr] = true }
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				start := time.Now()
				conn, err := r.Connect(ctx, "mail.test", "25")
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				if !slices.Equal(tried, strings.Fields(tt.tried)) {
					t.Errorf("tried %q, want %s", tried, tt.tried)
				}
				if got, want := len(addrs), len(strings.Fields(tt.addrs)); got != want {
					t.Errorf("there are %d addresses, want %d", got, want)
				}
				for _, host := range tried {
					addr := net.JoinHostPort(host, "25")
					noted := failed[addr]
					want := tt.ways[host] == errRefused || tt.ways[host] == errNoAddr || tt.ways[host] == errSilent && conn == nil
					if noted != want {
						t.Errorf("%s is told as failed: %t, want %t", addr, noted, want)
					}
				}
				if conn != nil {
					if got := conn.(namedConn).name; got != tt.want {
						t.Errorf("%s answered, want %s", got, tt.want)
					}
					return
				}
				for part := range strings.SplitSeq(tt.want, "|") {
					if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
						t.Errorf("error = %v, want one with %q", err, part)
					}
				}
				if errors.Is(err, ErrNoLocalPort) != tt.noPort {
					t.Errorf("error = %v; it is ErrNoLocalPort: %t", err, !tt.noPort)
				}
			})
		})
	}
}

// TestRouteLate: a connection that comes beside another one is closed.
func TestRouteLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := 0
		r := Network()
		r.Lookup = func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")}, nil
		}
		r.Dial = func(ctx context.Context, addr string) (net.Conn, error) {
			if addr == "192.0.2.1:25" {
				<-time.After(time.Second) // deaf to ctx
			} else {
				<-time.After(100 * time.Millisecond)
			}
			return &countedConn{n: &closed}, nil
		}
		conn, err := r.Connect(t.Context(), "mail.test", "25")
		if err != nil || closed != 1 {
			t.Errorf("connection %v, %v, and %d closed, want one of each", conn, err, closed)
		}
	})
}

type countedConn struct {
	net.Conn
	n *int
}

func (c *countedConn) Close() error { *c.n++; return nil }

// TestNetwork: the real network, as far as this machine is one.
func TestNetwork(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("Listen: %v", err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, host := range []string{"127.0.0.1", "localhost"} {
		conn, err := Network().Connect(t.Context(), host, port)
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		conn.Close()
	}
	if err := Network().Reach(l.Addr().String()); err != nil {
		t.Errorf("reach: %v", err)
	}
	l.Close()
	if _, err := Network().Connect(t.Context(), "localhost", port); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a closed port: %v", err)
	}
}

// TestChosen: an address may be put first, and others left out.
func TestChosen(t *testing.T) {
	var dialled string
	r := Route{
		Lookup: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.3")}, nil
		},
		Dial: func(_ context.Context, addr string) (net.Conn, error) {
			dialled = addr
			return namedConn{name: addr}, nil
		},
	}
	const a, b, c = "192.0.2.1:25", "192.0.2.2:25", "192.0.2.3:25"
	for _, tt := range []struct {
		host, first string
		skip        []string
		want        string // "": there is no other
		order       string
	}{
		{"mail.test", "", nil, a, a + " " + b + " " + c},
		{"mail.test", c, nil, c, c + " " + a + " " + b},
		{"mail.test", "192.0.2.9:25", nil, a, a + " " + b + " " + c},
		{"mail.test", "", []string{a}, b, b + " " + c},
		{"mail.test", a, []string{a, b}, c, c},
		{"mail.test", "", []string{a, b, c}, "", ""},
		{"192.0.2.1", "", nil, a, a},
		{"192.0.2.1", "", []string{a}, "", ""},
	} {
		dialled, r.First, r.Skip = "", tt.first, tt.skip
		var order []string
		r.Found = func(addrs []string, _ time.Duration) { order = addrs }
		_, err := r.Connect(t.Context(), tt.host, "25")
		if dialled != tt.want || (err == nil) != (tt.want != "") || err != nil && !errors.Is(err, ErrNoOther) || strings.Join(order, " ") != tt.order {
			t.Errorf("%+v: dialled %q in %q, %v", tt, dialled, order, err)
		}
	}
}
