package advice

import (
	"errors"
	"slices"
	"strings"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/transport"
)

// adviseAuth returns what helps with servers that do not let somebody in.
func adviseAuth(s *jobfile.Server, te *transport.Error) string {
	var mechanism *transport.MechanismError
	switch {
	case errors.As(te, &mechanism):
		return adviseMechanism(s, mechanism)
	case errors.Is(te, transport.ErrPlainAuth):
		return "set server.tls to starttls, which is for port 587, or to implicit, for 465"
	case te.Reply == nil:
		return "" // the error says it
	case wantsTLS(te.Reply):
		return "the server takes passwords under TLS alone: set server.tls to starttls, or to implicit on port 465"
	case te.Class == transport.Temporary:
		return adviseReply(te, "the server can't check passwords now, or there were too many tries: try again later", Connections, Trouble, Rate)
	case te.Reply.Code == 504:
		return adviseRefusedMechanism(s, te)
	case s.UsesToken():
		return "check server.username, and that the token is for sending mail and has not expired"
	}
	return adviseReply(te, advisePassword(s.Host, te.Reply)+adviseSimpler(s, te), Login, Address, Letter, Spam)
}

// adviseRefusedMechanism returns what helps with a mechanism that the server does not take
// (RFC 4954, section 4), though with auto it is one that it offers.
func adviseRefusedMechanism(s *jobfile.Server, te *transport.Error) string {
	if s.Auth != "auto" {
		return "set server.auth to auto, which takes a mechanism that the server offers"
	}
	if others := simpler(te, "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-1"); others != "" {
		return "the server offers a mechanism that it does not take: set server.auth to another one that it offers: " + others
	}
	return "the server offers a mechanism that it does not take, and no other that takes a password: its operator has to know"
}

// adviseSimpler returns what may help besides where a mechanism that a server can't do
// without the password itself, which many do not have, was refused, "" if nothing.
func adviseSimpler(s *jobfile.Server, te *transport.Error) string {
	if te.Mechanism != "CRAM-MD5" && !strings.HasPrefix(te.Mechanism, "SCRAM-") {
		return ""
	}
	if s.TLS == jobfile.None && !s.AllowPlaintextAuth && !isLocal(s.Host) {
		return "" // then they would show the password
	}
	others := simpler(te, "PLAIN", "LOGIN")
	if others == "" {
		return ""
	}
	return "; if they are right, the server may offer " + te.Mechanism + " without being able to do it: set server.auth to " + others
}

// simpler returns which of some mechanisms a server offers besides the one that was
// tried, in the words of server.auth.
func simpler(te *transport.Error, names ...string) string {
	var others []string
	for _, name := range names {
		if name != te.Mechanism && slices.Contains(te.Offered, name) {
			others = append(others, strings.ToLower(name))
		}
	}
	return strings.Join(others, " or ")
}

// adviseMechanism returns what helps with servers that take no password in a way that the job
// allows.
func adviseMechanism(s *jobfile.Server, e *transport.MechanismError) string {
	token := func(m string) bool { return m == "XOAUTH2" || m == "OAUTHBEARER" }
	switch {
	case len(e.Offered) == 0 && s.TLS == jobfile.None:
		return "many servers take passwords under TLS alone: set server.tls to starttls, or to implicit on port 465"
	case len(e.Offered) == 0:
		return "passwords are mostly taken on port 587 (tls: starttls) or 465 (tls: implicit); where none is wanted leave out server.username and server.password"
	case !slices.ContainsFunc(e.Offered, func(m string) bool { return !token(m) }):
		return "the server wants a token instead of a password: set server.auth to " + strings.ToLower(e.Offered[0]) + ", and server.password to where the token is"
	case s.Auth != "auto":
		return "set server.auth to auto, which takes a mechanism that the server offers"
	}
	return "the server's operator can say which mechanism of those that mailshot knows it can offer"
}

// A provider is one whose ways with passwords are known.
type provider struct {
	domains []string // of its hosts
	said    []string // in its refusals, lower case
	advice  string
}

var providers = []provider{
	{
		[]string{"gmail.com", "google.com", "googlemail.com"}, []string{"application-specific password", "gsmtp"},
		"Google wants an app password instead of the account's own (https://myaccount.google.com/apppasswords), or a token (server.auth: xoauth2); server.username is the whole address",
	},
	{
		[]string{"office365.com", "outlook.com", "hotmail.com"}, []string{"basic authentication is ", "smtpclientauthentication", "exchangelabs.com", "outlook.com", "5.7.139", "5.7.30 ", "security defaults"},
		"Microsoft takes a token (server.auth: xoauth2), and a password only where an administrator allows authenticated SMTP for the mailbox; server.username is the whole address",
	},
	{
		[]string{"yahoo.com", "aol.com"}, nil,
		"Yahoo wants an app password, made in the account's security settings, instead of the account's own; server.username is the whole address",
	},
	{
		[]string{"mail.me.com", "icloud.com"}, nil,
		"Apple wants an app-specific password (https://account.apple.com) instead of the account's own",
	},
}

// advisePassword returns what helps with a user name or password that is refused.
func advisePassword(host string, r *transport.Reply) string {
	host, text := strings.ToLower(host), strings.ToLower(r.String())
	for _, p := range providers {
		if slices.ContainsFunc(p.domains, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) }) ||
			slices.ContainsFunc(p.said, func(s string) bool { return strings.Contains(text, s) }) {
			return p.advice
		}
	}
	if r.Code == 534 { // RFC 4954, section 6: a stronger way is wanted
		return "the provider wants an app password, made in the account's security settings, or a stronger server.auth"
	}
	return "check server.username (mostly the whole address) and the password; many providers want an app password, made in the account's security settings"
}

// knownHosts are hosts of providers by which a slip of the pen is seen.
var knownHosts = []string{
	"smtp.gmail.com", "smtp-relay.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com", "smtp.mail.yahoo.com", "smtp.mail.me.com",
	"smtp.fastmail.com", "smtp.zoho.com", "smtp.zoho.eu", "mail.gmx.net", "mail.gmx.com", "smtp.web.de", "smtp.ionos.com", "smtp.ionos.de",
	"smtp.sendgrid.net", "smtp.mailgun.org", "smtp.postmarkapp.com", "smtp-relay.brevo.com", "in-v3.mailjet.com",
}

// nearHost returns the host that one that is not there was likely meant to be, "" if
// none comes near: of a known provider, or in the sender's domain.
func nearHost(host, domain string) string {
	candidates := knownHosts
	if domain != "" {
		candidates = append([]string{"smtp." + domain, "mail." + domain}, knownHosts...)
	}
	best, least := "", 3
	for _, c := range candidates {
		if d := problem.Distance(strings.ToLower(host), strings.ToLower(c)); d > 0 && d < least {
			best, least = c, d
		}
	}
	return best
}
