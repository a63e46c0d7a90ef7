package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"mailshot/job/advice"
	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
)

// renewBy is how long before its end a certificate is worth a note.
const renewBy = 14 * 24 * time.Hour

// resolve returns the lookup of the host's addresses.
func (x *examination) resolve() Step {
	host, p := x.job.Server.Host, x.probe
	if net.ParseIP(host) != nil {
		return Step{Name: "resolve", State: StepNotAsked, Detail: []string{host + " is an address"}}
	}
	var seen []string
	if len(p.Addrs) > 0 {
		seen = []string{host + " is " + strings.Join(hostsOf(p.Addrs), ", ")}
	}
	took := p.Lookup
	if len(seen) == 0 {
		took = p.Receipt.Timing[transport.StageDial]
	}
	s := x.step("resolve", took, seen...)
	if s.State == StepNotReached && p.Remote != nil {
		s.State, s.Detail = StepNotAsked, []string{"the connection is made by other means"}
	}
	return s
}

// unresolved reports whether the connection failed because the host has no
// address.
func (x *examination) unresolved() bool {
	var dns *net.DNSError
	return errors.As(x.failure, &dns)
}

// hostsOf returns addresses without their port.
func hostsOf(addrs []string) []string {
	var all []string
	for _, a := range addrs {
		if host, _, err := net.SplitHostPort(a); err == nil {
			a = host
		}
		all = append(all, a)
	}
	return all
}

// connect returns the connection, and the addresses that were tried in vain.
func (x *examination) connect() Step {
	p := x.probe
	var seen []string
	if p.Remote != nil {
		seen = []string{fmt.Sprintf("to %v, from %s", p.Remote, hostsOf([]string{p.Local.String()})[0])}
	}
	s := x.step("connect", p.Receipt.Timing[transport.StageDial]-p.Lookup, seen...)
	if s.State == StepNotReached || s.State == StepFailed && len(p.Addrs) < 2 {
		return s
	}
	for _, t := range p.Failed {
		s.Detail = append(s.Detail, fmt.Sprintf("%s: %s", t.Addr, x.tryReason(t.Err)))
	}
	if s.State == StepPassed && len(p.Failed) > 0 {
		s.State, s.Advice = StepDoubtful, "a run tries the others first, which takes time; the network or the name's entries should be put right"
	}
	return s
}

// tryReason returns why there is no connection to one address.
func (x *examination) tryReason(err error) string {
	var op *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded), advice.TimedOut(err):
		return "no answer"
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return err.Error()
}

// greeting returns what the server says first.
func (x *examination) greeting() Step {
	p := x.probe
	var seen []string
	if p.Greeting.Code == 220 {
		seen = []string{p.Greeting.String()}
	}
	return x.step("greeting", p.Receipt.Timing[transport.StageGreeting], seen...)
}

// hello returns the n-th EHLO: the name that is said, and what the server offers.
func (x *examination) hello(n int) Step {
	p := x.probe
	switch {
	case len(p.Hellos) < n: // the one before it is not done
		return Step{Name: "ehlo"}
	case len(p.Hellos) == n:
		return x.step("ehlo", p.Receipt.Timing[transport.StageEhlo])
	}
	h := p.Hellos[n]
	as := "as " + h.Name
	if n > 0 {
		as = "under TLS"
	}
	switch {
	case !h.Capabilities.Extended:
		return x.step("ehlo", h.Took, as+": the server knows no EHLO, only HELO")
	case len(h.Capabilities.Keywords) == 0:
		return x.step("ehlo", h.Took, as+": the server offers nothing")
	}
	return x.step("ehlo", h.Took, as+": the server offers "+offers(h.Capabilities))
}

// offers lists what the server said to EHLO.
func offers(c transport.Capabilities) string {
	const most = 40
	var all []string
	for i, k := range c.Keywords {
		if i == most {
			all = append(all, fmt.Sprintf("… and %d more", len(c.Keywords)-most))
			break
		}
		if strings.HasPrefix(strings.ToUpper(k), "SIZE ") && c.Size > 0 {
			k += " (" + megabytes(c.Size) + ")"
		}
		all = append(all, cut(k))
	}
	return strings.Join(all, ", ")
}

// cut shortens a text of the server that nobody would read to its end.
func cut(s string) string {
	const most = 200
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// megabytes returns a size as people say it.
func megabytes(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d octets", n)
	case n < 1<<20:
		return fmt.Sprintf("%d kB", n>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// tls returns the protection and the server's certificate.
func (x *examination) tls() Step {
	p := x.probe
	if x.job.Server.TLS == jobfile.None {
		s := Step{Name: "tls", State: StepNotAsked, Detail: []string{"not asked for: server.tls is none"}}
		if len(p.Hellos) > 0 && p.Hellos[0].Capabilities.StartTLS {
			s.State = StepDoubtful
			s.Advice = "the server offers STARTTLS: with server.tls starttls letters and passwords are protected on their way"
		}
		return s
	}
	took := p.Receipt.Timing[transport.StageStartTLS] + p.Receipt.Timing[transport.StageTLS]
	state := p.Receipt.TLS
	if state == nil {
		s := x.step("tls", took)
		if leaf := x.leaf(); leaf != nil {
			s.Detail = append(s.Detail, x.certificate(leaf))
		}
		return s
	}
	s := x.step("tls", took, fmt.Sprintf("%s, %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)))
	leaf := x.leaf()
	if leaf == nil {
		return s
	}
	s.Detail = append(s.Detail, x.certificate(leaf))
	if s.State == StepPassed {
		s.Detail = append(s.Detail, fmt.Sprintf("it is trusted, and is for %s", x.job.Server.Host))
		if leaf.NotAfter.Sub(x.now()) < renewBy {
			s.State, s.Advice = StepDoubtful, "the certificate ends soon: from then on nothing is sent, unless the server's operator renews it"
		}
	}
	return s
}

// leaf returns the certificate that the server showed, also if it was refused; nil
// if there was none.
func (x *examination) leaf() *x509.Certificate {
	var refused *tls.CertificateVerificationError
	var shown []*x509.Certificate
	switch state := x.probe.Receipt.TLS; {
	case state != nil:
		shown = state.PeerCertificates
	case x.failure != nil && errors.As(x.failure, &refused):
		shown = refused.UnverifiedCertificates
	}
	if len(shown) == 0 {
		return nil
	}
	return shown[0]
}

// certificate says whom a certificate is for, who made it, and until when it
// holds.
func (x *examination) certificate(c *x509.Certificate) string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		names = []string{c.Subject.CommonName}
	}
	const most = 5
	if n := len(names) - most; n > 0 {
		names = append(names[:most], fmt.Sprintf("… and %d more", n))
	}
	return fmt.Sprintf("certificate for %s, by \"%s\", %s", cut(strings.Join(names, ", ")), cut(c.Issuer.String()), x.validity(c))
}

// validity returns how much time a certificate has, by this machine's clock.
func (x *examination) validity(c *x509.Certificate) string {
	const day = "2 January 2006"
	now := x.now()
	switch left := int(c.NotAfter.Sub(now).Hours() / 24); {
	case now.Before(c.NotBefore):
		return fmt.Sprintf("valid from %s; here it is %s", c.NotBefore.Format(day), now.UTC().Format(day))
	case now.After(c.NotAfter):
		return fmt.Sprintf("valid until %s; here it is %s", c.NotAfter.Format(day), now.UTC().Format(day))
	case left == 1:
		return fmt.Sprintf("1 day left, until %s", c.NotAfter.Format(day))
	default:
		return fmt.Sprintf("%d days left, until %s", left, c.NotAfter.Format(day))
	}
}

// auth returns the login.
func (x *examination) auth() Step {
	p, s := x.probe, &x.job.Server
	switch {
	case x.noAuth && s.HasAuth:
		return Step{Name: "auth", State: StepNotAsked, Detail: []string{"not asked for: --no-auth"}}
	case x.secret != nil:
		st := Step{Name: "auth", State: StepFailed, Detail: []string{x.secret.Error()}}
		var je *problem.Error
		if errors.As(x.secret, &je) {
			st.Advice = je.Hint
		}
		if st.Advice == "" {
			st.Advice = "put the password where server.password says that it is; --no-auth tries the rest without it"
		}
		return st
	case !s.HasAuth:
		return x.noLogin()
	}
	var seen []string
	if p.Auth.Code == 235 {
		seen = []string{fmt.Sprintf("%s as %s: %v", p.Mechanism, s.Username, p.Auth)}
	}
	st := x.step("auth", p.Receipt.Timing[transport.StageAuth], append(seen, x.signedIn...)...)
	if st.State == StepFailed && p.Mechanism != "" {
		st.Detail[0] = fmt.Sprintf("%s as %s: %s", p.Mechanism, s.Username, st.Detail[0])
	}
	return st
}

// noLogin returns the step of a job without a user name.
func (x *examination) noLogin() Step {
	p := x.probe
	s := Step{Name: "auth", State: StepNotAsked, Detail: []string{"not asked for: the job has no server.username"}}
	if len(p.Hellos) == 0 {
		return s
	}
	if offered := p.Hellos[len(p.Hellos)-1].Capabilities.Auth; len(offered) > 0 {
		s.State = StepDoubtful
		s.Advice = fmt.Sprintf("the server offers it (%s), and most that do take no message without it: set server.username and server.password", cut(strings.Join(offered, ", ")))
	}
	return s
}

// quit returns the end of the session. It decides nothing.
func (x *examination) quit() Step {
	p := x.probe
	took := p.Receipt.Timing[transport.StageQuit]
	switch {
	case p.Quit.Code == 221:
		return Step{Name: "quit", State: StepPassed, Took: took, Detail: []string{p.Quit.String()}}
	case p.Receipt.Quit != nil:
		return Step{Name: "quit", State: StepDoubtful, Took: took, Detail: []string{unstaged(p.Receipt.Quit)}, Advice: "this does no harm: what was accepted before stays accepted"}
	}
	return Step{Name: "quit"}
}

// unstaged returns the text of a session's error without its stage and class.
func unstaged(err error) string {
	te := advice.SessionError(err)
	if te == nil {
		return err.Error()
	}
	return strings.TrimPrefix(advice.Plain(err), te.Stage.String()+": ")
}
