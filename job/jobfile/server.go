package jobfile

import (
	"net"
	"strings"
	"unicode"

	"mailshot/job/address"
	"mailshot/job/jobfile/keys"
)

// server decodes which server takes the messages.
func (d *decoder) server(s section, v *Server) {
	if f, ok := s.get("host", keys.Text); ok {
		v.Host = f.host()
	}
	d.protection(s, v)
	d.credentials(s, v)
	if f, ok := s.get("hello", keys.Text); ok {
		v.Hello = f.hello()
	}
	s.file("ca", &v.CA)
	if f, ok := s.get("client_certificate", keys.Group); ok {
		d.certificate(f, v)
	}
	s.truth("allow_plaintext_auth", &v.AllowPlaintextAuth)
	s.word("pipelining", &v.Pipelining)
	t := s.group("timeouts")
	t.duration("connect", &v.Timeouts.Connect)
	t.duration("reply", &v.Timeouts.Reply)
	t.duration("final", &v.Timeouts.Final)
}

// protection decodes tls and port, each of which has a default by the other.
func (d *decoder) protection(s section, v *Server) {
	s.number("port", &v.Port)
	word := "starttls"
	if v.Port == 465 {
		word = "implicit"
	}
	s.word("tls", &word)
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

// host returns a name or an address. A wrong one is not repeated: it may be a URL with a password.
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
	case strings.ContainsAny(s, "${}"):
		f.refuseHint("write the name itself: nothing is put in here for a variable", "must be a host name or an IP address, without `$`, `{` and `}`")
	case strings.Contains(s, ":"):
		f.refuseHint("write the port as `port: 587`", "must be a host name or an IP address, without a port")
	case strings.ContainsAny(s, " \t"):
		f.refuse("must be a host name or an IP address, without spaces")
	case strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }):
		// It is looked up, and certified, in the form of DNS (RFC 5891, section 4; RFC 6125, section 6.4.2).
		ascii, err := address.Domain(s)
		if err != nil {
			f.refuse("must be a host name or an IP address: %v", err)
			return s
		}
		return ascii
	}
	return s
}

// hello returns a name for EHLO: a domain or an address literal (RFC 5321, section 4.1.1.1). "" is
// the default.
func (f field) hello() string {
	s, ok := f.text()
	if !ok {
		return ""
	}
	inBrackets := strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]")
	literal := inBrackets && only(s[1:max(1, len(s)-1)], ".:-")
	if !literal && !only(s, ".-") || len(s) > 255 {
		f.refuse("must be a host name such as mail.example.com or an address literal such as [192.0.2.1]")
	}
	return s
}

// credentials decodes who logs in, and how.
func (d *decoder) credentials(s section, v *Server) {
	userField, user := s.find("username", keys.Text)
	passField, pass := s.find("password", keys.Group)
	if user {
		v.Username, _ = userField.plain()
	}
	if pass {
		v.Password = passField.secret()
	}
	switch {
	case user && !pass && !s.excused["password"]:
		userField.refuse("needs `password`")
	case pass && !user && !s.excused["username"]:
		passField.refuse("needs `username`")
	}
	v.HasAuth = user && pass

	f, ok := s.word("auth", &v.Auth)
	switch {
	case !ok:
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
	s.file("cert", &v.ClientCertificate.Cert)
	s.file("key", &v.ClientCertificate.Key)
	if v.TLS == None {
		f.refuse("is never shown with `tls: none`")
	}
}
