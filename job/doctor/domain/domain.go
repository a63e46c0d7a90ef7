// Package domain finds out what receivers will make of a sender's domain: SPF (RFC 7208), DKIM (RFC 6376)
// and DMARC (RFC 7489), by what is published in the DNS.
//
// What a receiver compares is the address from which the last server delivers. From here that
// is known only of a server that delivers itself; the addresses of a relay may be others, and then nobody
// can say more than whether the domain names the relay. Such doubt is told as doubt.
package domain

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// A Resolver asks the DNS, as *net.Resolver does.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// Address returns the address of a name server as host:port, where the port may be left out.
func Address(given string) (string, error) {
	host, port, err := net.SplitHostPort(given)
	if err != nil {
		host, port = strings.Trim(given, "[]"), "53"
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || net.ParseIP(host) == nil {
		return "", errors.New("it is an IP address, with a port or without")
	}
	return net.JoinHostPort(host, port), nil
}

// At returns a resolver that asks the server at an address, host:port.
func At(addr string) Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}}
}

// Who sends, and how. Domains are A-labels in lower case.
type Sender struct {
	From     string // the domain of the From address; "": it differs from row to row
	Envelope string // the domain of the envelope's sender
	Server   string // the host of the server
	Relay    string // the domain that a record includes for the server's provider, as _spf.google.com; "": it is not known
	Signs    string // the domain that the job signs for with a key that is published; "": it does not sign
	Broken   bool   // it signs, and the key is not published
}

// A State says how something is.
type State uint8

// The states, from good to bad.
const (
	Good State = iota
	Doubtful
	Bad
)

// A Part is what was found out about one thing.
type Part struct {
	Name   string // spf, dmarc or receivers
	State  State
	Detail []string // what was seen; the first is never missing
	Advice string   // what to do; "": nothing
	Took   time.Duration
}

const (
	questionTime = 5 * time.Second
	allTime      = 20 * time.Second
)

// Examine asks the DNS about a sender, and says what receivers will make of that. It returns when ctx is
// done, or after 20 seconds.
func Examine(ctx context.Context, s Sender, r Resolver, now func() time.Time) []Part {
	ctx, cancel := context.WithTimeout(ctx, allTime)
	defer cancel()
	x := &examination{Sender: s, ctx: ctx, dns: rooted{r}}
	timed := func(f func() Part) Part {
		begun := now()
		p := f()
		p.Took = now().Sub(begun)
		return p
	}
	parts := []Part{timed(x.examineSPF)}
	if s.From == "" {
		return append(parts, Part{Name: "dmarc", State: Doubtful, Detail: []string{"not asked for: From is each row's own, so its domain is not known here"}})
	}
	return append(parts, timed(x.examineDMARC), x.receivers())
}

// An examination is one call of Examine.
type examination struct {
	Sender
	ctx context.Context
	dns rooted

	spf    verdict
	policy policy
}

// A verdict is what SPF or DKIM say of a letter.
type verdict uint8

const (
	unknown verdict = iota
	passes
	fails
)

// rooted asks for whole names, without search domains, and waits for each answer no longer than
// questionTime.
type rooted struct{ r Resolver }

func whole(name string) string { return strings.TrimSuffix(name, ".") + "." }

func (r rooted) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return asked(ctx, func(ctx context.Context) ([]string, error) { return r.r.LookupTXT(ctx, whole(name)) })
}

func (r rooted) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	return asked(ctx, func(ctx context.Context) ([]*net.MX, error) { return r.r.LookupMX(ctx, whole(name)) })
}

func (r rooted) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	if ip := net.ParseIP(host); ip != nil {
		return []net.IPAddr{{IP: ip}}, nil
	}
	return asked(ctx, func(ctx context.Context) ([]net.IPAddr, error) { return r.r.LookupIPAddr(ctx, whole(host)) })
}

func (r rooted) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	return asked(ctx, func(ctx context.Context) ([]string, error) { return r.r.LookupAddr(ctx, addr) })
}

// asked returns the answer to a question, or an error as soon as ctx is done: a resolver may wait for the
// network all the same.
func asked[T any](ctx context.Context, ask func(context.Context) (T, error)) (answer T, err error) {
	ctx, cancel := context.WithTimeout(ctx, questionTime)
	defer cancel()
	done := make(chan struct{})
	var got T
	var failed error
	go func() {
		got, failed = ask(ctx)
		close(done)
	}()
	select {
	case <-done:
		return got, failed
	case <-ctx.Done():
		return answer, &net.DNSError{Err: ctx.Err().Error(), IsTimeout: errors.Is(ctx.Err(), context.DeadlineExceeded), IsTemporary: true}
	}
}

// txt returns the TXT records of a name that begin with a word, none if there is no such name.
func (x *examination) txt(name, begin string) ([]string, error) {
	all, err := x.dns.LookupTXT(x.ctx, name)
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking up the TXT record of %s: %w", name, plain(err))
	}
	var found []string
	for _, record := range all {
		word, _, _ := strings.Cut(strings.TrimSpace(record), " ")
		word, _, _ = strings.Cut(word, ";")
		if strings.EqualFold(word, begin) {
			found = append(found, record)
		}
	}
	return found, nil
}

// plain returns the error without the address of the resolver, which says nothing to anybody.
func plain(err error) error {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsTimeout {
			return errors.New("no answer within the time")
		}
		return errors.New(dns.Err)
	}
	return err
}

// organisation returns the domain that one organisation registers (RFC 7489, section 3.2).
func organisation(domain string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return d
	}
	return domain
}

// aligned reports whether a domain counts for another (RFC 7489, section 3.1).
func aligned(a, b string, strict bool) bool {
	if strict {
		return a == b
	}
	return organisation(a) == organisation(b)
}

// short returns a record for a message.
func short(record string) string {
	const most = 200
	if r := []rune(record); len(r) > most {
		return string(r[:most]) + "…"
	}
	return record
}
