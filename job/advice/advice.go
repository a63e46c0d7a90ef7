package advice

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"mailshot/job/jobfile"
	"mailshot/transport"
)

// Advise says what a user can do about a session that can't be had, "" if
// there is nothing to say. It is the one place for that: a run's canary and
// the examination of a server have it from here.
func Advise(j *jobfile.Job, err error) string {
	te := SessionError(err)
	if te == nil {
		return ""
	}
	if errors.Is(te, transport.ErrLostStep) && te.Stage < transport.StageMail {
		return "something between, as a proxy or a load balancer, may speak for the server, or its port is for something else than sending mail: try port 587 (tls: starttls) or 465 (tls: implicit), or another network"
	}
	switch te.Stage {
	case transport.StageDial:
		return adviseDial(j, err)
	case transport.StageGreeting:
		return adviseGreeting(te)
	case transport.StageEhlo:
		return adviseEhlo(te)
	case transport.StageTLS, transport.StageStartTLS:
		return adviseTLS(te)
	case transport.StageAuth:
		return adviseAuth(&j.Server, te)
	case transport.StageMail, transport.StageRcpt, transport.StageData, transport.StageFinal:
		return adviseMail(te)
	}
	return ""
}

// adviseReply returns what the table of replies says to words of the server, or
// otherwise, which is kept for the kinds that it speaks of.
func adviseReply(te *transport.Error, otherwise string, kinds ...Kind) string {
	r := replyOf(te)
	m := byWords(&r).of
	if m == nil || m.kind == Unknown || slices.Contains(kinds, m.kind) {
		return otherwise
	}
	return m.remedy
}

// replyOf returns the reply of a session's error, which has one.
func replyOf(te *transport.Error) Reply {
	return Reply{Stage: te.Stage.String(), Code: te.Reply.Code, Enhanced: te.Reply.Enhanced, Text: te.Reply.Text()}
}

const (
	tryAtOnce = "set server.tls to implicit, with server.port 465"
	fullName  = "set server.hello to the full name of this machine, as mail.club.example"
)

// adviseDial returns what helps with hosts that are not found, and ports that do not answer.
func adviseDial(j *jobfile.Job, err error) string {
	s := &j.Server
	var dns *net.DNSError
	isAny := func(targets ...error) bool {
		return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
	}
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		if near := nearHost(s.Host, j.Message.From.Address.Domain); near != "" {
			return fmt.Sprintf("did you mean %s?", near)
		}
		return "is server.host spelled right? the provider's help pages name it, mostly as smtp.… or mail.…"
	case errors.As(err, &dns):
		return "names can't be looked up here: is this machine connected to the network?"
	case errors.Is(err, transport.ErrNoLocalPort):
		return "this passes by itself; fewer delivery.workers or a slower delivery.rate need fewer ports"
	case isAny(syscall.ECONNREFUSED) && isLocal(s.Host):
		return "no mail server listens on this port of this machine: is it running, and is server.port right?"
	case isAny(syscall.ECONNREFUSED):
		return "nothing listens on this port: servers mostly take messages on port 465 (tls: implicit) or 587 (tls: starttls); check server.host and server.port"
	case errors.Is(err, context.DeadlineExceeded):
		return adviseSilence(s.Port)
	case isAny(syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EADDRNOTAVAIL):
		return "there is no way from here to the server: is this machine connected to the network, or to the VPN that the server is behind?"
	case isAny(syscall.EPERM, syscall.EACCES):
		return "a firewall on this machine forbids the connection"
	case TimedOut(err):
		return adviseSilence(s.Port)
	}
	return "check server.host and server.port; networks that block port 25 mostly let 587 and 465 through"
}

// adviseSilence returns what helps with a port from which nothing comes, which mostly is the
// work of a firewall.
func adviseSilence(port int) string {
	switch port {
	case 25:
		return "port 25 is blocked from most homes, offices and clouds: use port 587 (tls: starttls) or 465 (tls: implicit), with the username of an account there"
	case 587:
		return "a firewall on the way drops what goes to port 587, or the host is wrong: try port 465 (tls: implicit), or another network"
	case 465:
		return "a firewall on the way drops what goes to port 465, or the host is wrong: try port 587 (tls: starttls), or another network"
	}
	return fmt.Sprintf("a firewall on the way drops what goes to port %d, or the host or port is wrong: try port 587 (tls: starttls) or 465 (tls: implicit)", port)
}

// Silence says what it may be if the server lets nobody in for some seconds.
func Silence(s *jobfile.Server) string {
	const slow = "no answer yet: the server may be slow, or a firewall on the way may drop what goes to this port"
	switch {
	case s.Port == 465 && s.TLS != jobfile.Implicit:
		return "no answer yet: port 465 mostly wants server.tls: implicit"
	case s.Port != 465 && s.TLS == jobfile.Implicit:
		return fmt.Sprintf("no answer yet: server.tls: implicit is mostly for port 465; port %d may want starttls", s.Port)
	case s.Port == 25 && !isLocal(s.Host):
		return slow + ", as most homes, offices and clouds do with port 25"
	}
	return slow
}

// TimedOut reports whether an error is about time that was over.
func TimedOut(err error) bool {
	var ne net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}

// isLocal reports whether a host is this machine.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// adviseGreeting returns what helps with servers that do not greet as they should.
func adviseGreeting(te *transport.Error) string {
	switch {
	case te.Reply != nil && te.Reply.Code == 421:
		return adviseReply(te, "the server is busy, or has too many sessions with this machine open: wait a while, and try fewer delivery.workers", Connections, Trouble)
	case te.Reply != nil:
		return adviseReply(te, "the server takes no messages from this machine's address, as many do with homes and clouds: send through your own provider's server, on port 587 or 465 with a username; its operator can say why")
	case errors.Is(te, transport.ErrSpeaksTLS):
		return tryAtOnce
	case errors.Is(te, transport.ErrNotReply):
		return "this is no server for sending mail: check server.host and server.port (mostly 587 or 465)"
	case TimedOut(te):
		return "a server that waits in silence mostly wants TLS at once: " + tryAtOnce
	case hungUp(te):
		return "a server that hangs up without a word may not want this machine's address, or wants TLS at once: " + tryAtOnce
	}
	return adviseCertificates(te)
}

// hungUp reports whether the other side ended the connection.
func hungUp(err error) bool {
	return slices.ContainsFunc([]error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE}, func(target error) bool { return errors.Is(err, target) })
}

// adviseEhlo returns what helps with servers that do not like how they are spoken to.
func adviseEhlo(te *transport.Error) string {
	switch {
	case te.Reply != nil && isLMTP(te.Reply):
		return "this port is for LMTP, by which mail servers hand messages to mailboxes: set server.port to the server's port for SMTP, mostly 587 (tls: starttls) or 465 (tls: implicit)"
	case te.Reply != nil && dislikesName(te.Reply):
		return "the server does not like the name that this machine gives itself: " + fullName
	case errors.Is(te, transport.ErrNoExtensions):
		return "something that stands between, as a virus scanner or a firewall that inspects mail, may hide what the server knows: " + tryAtOnce
	case te.Reply != nil && te.Class == transport.Permanent:
		return adviseReply(te, "the server may not like the name that this machine gives itself: "+fullName)
	case te.Reply != nil:
		return adviseReply(te, "the server is busy: try again later", Trouble)
	}
	return adviseCertificates(te)
}

// isLMTP reports whether a server says that it wants LHLO (RFC 2033, section 4.1).
func isLMTP(r *transport.Reply) bool {
	text := strings.ToUpper(r.Text())
	return strings.Contains(text, "LHLO") || strings.Contains(text, "LMTP")
}

// dislikesName reports whether a refusal of EHLO is about its parameter, the name: 501
// is (RFC 5321, section 4.2.2), unless it speaks of the command.
func dislikesName(r *transport.Reply) bool {
	text := strings.ToLower(r.Text())
	speaksOf := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	return r.Code == 501 && !speaksOf("command", "ehlo not", "not implemented") ||
		r.Code/100 == 5 && speaksOf("domain", "hostname", "host name", "helo name", "ehlo name", "invalid name", "fqdn", "fully qualified", "fully-qualified")
}

// adviseMail returns what helps with a refusal of a message.
func adviseMail(te *transport.Error) string {
	if te.Reply == nil {
		return ""
	}
	if te.Reply.Code != 530 {
		x := Explain(replyOf(te))
		if !x.Known {
			return ""
		}
		return x.Remedy
	}
	if wantsTLS(te.Reply) {
		return "the server wants TLS: set server.tls to starttls, or to implicit on port 465"
	}
	return "the server wants to know who sends: set server.username and server.password" // RFC 4954, section 6
}

// wantsTLS reports whether a refusal asks for encryption (RFC 3207, section 4;
// RFC 4954, section 6).
func wantsTLS(r *transport.Reply) bool {
	text := strings.ToUpper(r.Text())
	return r.Code == 538 || r.Code == 530 && (strings.Contains(text, "STARTTLS") || strings.Contains(text, "TLS "))
}

// largeHello is about an end without a word at the beginning of TLS. The first message
// of TLS is larger than 1,400 octets since it has a key of ML-KEM, and goes in two packets.
const largeHello = "a firewall, or an old TLS on the way or at the server, may not bear the large first message of today's TLS (ML-KEM): " +
	"try with the environment variable GODEBUG=tlsmlkem=0; if it works so, the server's operator has to know; if not, check server.port and server.tls (465: implicit, 587: starttls)"

// adviseTLS returns what helps with sessions that can't be protected.
func adviseTLS(te *transport.Error) string {
	switch {
	case te.Reply != nil && te.Class == transport.Temporary:
		return "the server is busy: try again later"
	case te.Reply != nil:
		return "the server does not start TLS on this port: " + tryAtOnce
	case errors.Is(te, transport.ErrNoStartTLS):
		return tryAtOnce + "; a virus scanner or a firewall on the way may have taken STARTTLS out of what the server offers"
	case errors.Is(te, transport.ErrPlainText):
		return "set server.tls to starttls, which is for port 587, or server.port to 465"
	case errors.Is(te, transport.ErrOldTLS):
		return "the server's TLS is too old, and gives no protection that can be relied on: its operator has to renew it; or send through another server"
	case errors.Is(te, transport.ErrNoCipher):
		return "the server's TLS is most likely too old: it may know RSA key exchange alone, without forward secrecy; its operator has to renew it, or send through another server"
	case hungUp(te), TimedOut(te):
		return largeHello
	}
	if advice := adviseCertificates(te); advice != "" {
		return advice
	}
	return "nothing is sent without protection; server.tls is implicit (mostly port 465) or starttls (mostly 587)"
}

// adviseCertificates returns what helps with certificates that one side does not take from the
// other.
func adviseCertificates(te *transport.Error) string {
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.Is(te, transport.ErrClientCertificate):
		return "name the certificate, which the server's operator gives out, in server.client_certificate"
	case errors.Is(te, transport.ErrWeakSignature):
		return "the server's certificate has to be renewed, with a signature by SHA-256, by its operator; server.ca does not help"
	case errors.As(te, &name) && nameless(name.Certificate):
		return "the server's certificate has no names in it but the Common Name of old, which does not count: it has to be renewed by the server's operator"
	case errors.As(te, &authority):
		return "if you know who made the certificate, name that authority's file in server.ca"
	case errors.As(te, &name):
		return "write in server.host the name that the certificate is for" + certifiedNames(name.Certificate)
	case errors.As(te, &invalid) && invalid.Reason == x509.Expired && strings.Contains(invalid.Detail, "is before"):
		return "is this machine's clock right? by it the certificate is not valid yet"
	case errors.As(te, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has to be renewed by its operator; is this machine's clock right?"
	}
	return ""
}

// nameless reports whether a certificate has no subject alternative name (RFC 9525,
// section 6.3).
func nameless(c *x509.Certificate) bool {
	return c != nil && len(c.DNSNames)+len(c.IPAddresses)+len(c.EmailAddresses)+len(c.URIs) == 0
}

// certifiedNames returns some of the names that a certificate is for.
func certifiedNames(c *x509.Certificate) string {
	const most = 3
	if c == nil || len(c.DNSNames) == 0 {
		return ""
	}
	names, more := c.DNSNames, ""
	if len(names) > most {
		names, more = names[:most], ", …"
	}
	return ": " + strings.Join(names, ", ") + more
}
