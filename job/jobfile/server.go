package jobfile

import (
	"net"
	"strings"
	"time"
)

func (d *decoder) server(f field, v *Server) {
	*v = Server{
		Auth:       "auto",
		Timeouts:   Timeouts{Connect: 30 * time.Second, Reply: 5 * time.Minute, Final: 10 * time.Minute},
		Pipelining: "auto",
	}
	s := f.section()
	if f, ok := s.get("host", true); ok {
		v.Host = f.host()
	}
	d.protection(s, v)
	d.credentials(s, v)
	if f, ok := s.get("hello", false); ok {
		v.Hello = f.hello()
	}
	if f, ok := s.get("ca", false); ok {
		v.CA, _ = f.fixedPath()
	}
	if f, ok := s.get("client_certificate", false); ok {
		d.certificate(f, v)
	}
	if f, ok := s.get("allow_plaintext_auth", false); ok {
		f.truth(&v.AllowPlaintextAuth)
	}
	if f, ok := s.get("pipelining", false); ok {
		f.oneOf(&v.Pipelining, "auto", "never")
	}
	if f, ok := s.get("timeouts", false); ok {
		s := f.section()
		s.duration("connect", &v.Timeouts.Connect, time.Millisecond)
		s.duration("reply", &v.Timeouts.Reply, time.Millisecond)
		s.duration("final", &v.Timeouts.Final, time.Millisecond)
	}
}

// protection decodes tls and port, each of which has a default by the other.
func (d *decoder) protection(s section, v *Server) {
	if f, ok := s.get("port", false); ok {
		f.number(&v.Port, 1, 65535)
	}
	word := "starttls"
	if v.Port == 465 {
		word = "implicit"
	}
	if f, ok := s.get("tls", false); ok {
		f.oneOf(&word, "implicit", "starttls", "none")
	}
	port := 587 // RFC 6409, section 3.1
	switch word {
	case "implicit":
		v.TLS, port = Implicit, 465 // RFC 8314, section 7.3
	case "none":
		v.TLS, port = None, 25
	}
	if v.Port == 0 {
		v.Port = port
	}
}

// host is a name or an address. A wrong one is not repeated: it may be a URL
// with a password.
func (f field) host() string {
	s, ok := f.plain()
	if !ok || net.ParseIP(s) != nil {
		return s
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && net.ParseIP(s[1:len(s)-1]) != nil {
		return s[1 : len(s)-1]
	}
	switch {
	case strings.ContainsAny(s, "/@") || strings.Contains(s, "{{"):
		f.refuse("must be a host name or an IP address, no URL or template")
	case strings.Contains(s, ":"):
		f.refuseHint("write the port as `port: 587`", "must be a host name or an IP address, without a port")
	case strings.ContainsAny(s, " \t"):
		f.refuse("must be a host name or an IP address, without spaces")
	}
	return s
}

// hello is a name for EHLO: a domain or an address literal, RFC 5321, section
// 4.1.1.1. "" is the default.
func (f field) hello() string {
	s, ok := f.text()
	if !ok {
		return ""
	}
	literal := strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && only(s[1:max(1, len(s)-1)], ".:-")
	if !literal && !only(s, ".-") || len(s) > 255 {
		f.refuse("must be a host name such as mail.example.com or an address literal such as [192.0.2.1]")
	}
	return s
}

func (d *decoder) credentials(s section, v *Server) {
	userField, user := s.fields["username"]
	passField, pass := s.fields["password"]
	if user {
		v.Username, _ = userField.plain()
	}
	if pass {
		v.Password = passField.secret(passwordHint, true)
	}
	switch {
	case user && !pass && !s.excused["password"]:
		userField.refuse("needs `password`")
	case pass && !user && !s.excused["username"]:
		passField.refuse("needs `username`")
	}
	v.HasAuth = user && pass

	f, ok := s.get("auth", false)
	if !ok {
		return
	}
	f.oneOf(&v.Auth, "auto", "plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256", "xoauth2", "oauthbearer")
	switch {
	case v.Auth != "auto" && !user && !pass:
		f.refuse("needs `username` and `password`")
	case v.UsesToken() && v.Password.Ask:
		passField.refuseHint("name where it is: {env: SMTP_TOKEN}, {file: …} or {command: [oauth-token, office]}",
			"is a token with `auth: %s`, which nobody can type", v.Auth)
	}
}

// certificate decodes the certificate that this side shows.
func (d *decoder) certificate(f field, v *Server) {
	s := f.section()
	if f, ok := s.get("cert", true); ok {
		v.ClientCertificate.Cert, _ = f.fixedPath()
	}
	if f, ok := s.get("key", true); ok {
		v.ClientCertificate.Key, _ = f.fixedPath()
	}
	if v.TLS == None {
		f.refuse("is never shown with `tls: none`")
	}
}
