package jobfile

import (
	"net"
	"strings"
	"unicode"

	"mailshot/job/address"
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
)

// server decodes which server takes the messages.
func (d *decoder) server(s fields.Section, v *Server) {
	if f, ok := s.Get("host", keys.Text); ok {
		v.Host = hostIn(f)
	} else if !s.Has("host") {
		s.Need("host")
	}
	d.protection(s, v)
	d.credentials(s, v)
	if f, ok := s.Get("hello", keys.Text); ok {
		v.Hello = helloIn(f)
	}
	s.File("ca", &v.CA)
	if f, ok := s.Get("client_certificate", keys.Group); ok {
		d.certificate(f, v)
	}
	s.Truth("allow_plaintext_auth", &v.AllowPlaintextAuth)
	s.Word("pipelining", &v.Pipelining)
	t := s.Group("timeouts")
	t.Duration("connect", &v.Timeouts.Connect)
	t.Duration("reply", &v.Timeouts.Reply)
	t.Duration("final", &v.Timeouts.Final)
}

// protection decodes tls and port, each of which has a default by the other.
func (d *decoder) protection(s fields.Section, v *Server) {
	s.Number("port", &v.Port)
	word := "starttls"
	if v.Port == 465 {
		word = "implicit"
	}
	s.Word("tls", &word)
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

// hostIn returns a name or an address. A wrong one is not repeated: it may be a URL with a password.
func hostIn(f fields.Field) string {
	s, ok := f.Plain()
	if !ok || net.ParseIP(s) != nil {
		return s
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && net.ParseIP(s[1:len(s)-1]) != nil {
		return s[1 : len(s)-1]
	}
	switch {
	case strings.ContainsAny(s, "/@") || strings.Contains(s, "{{"):
		f.Refuse("must be a host name or an IP address, no URL or template")
	case strings.ContainsAny(s, "${}"):
		f.RefuseHint("write the name itself: nothing is put in here for a variable", "must be a host name or an IP address, without `$`, `{` and `}`")
	case strings.Contains(s, ":"):
		f.RefuseHint("write the port as `port: 587`", "must be a host name or an IP address, without a port")
	case strings.ContainsAny(s, " \t"):
		f.Refuse("must be a host name or an IP address, without spaces")
	case strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }):
		// It is looked up, and certified, in the form of DNS (RFC 5891, section 4; RFC 6125, section 6.4.2).
		ascii, err := address.Domain(s)
		if err != nil {
			f.Refuse("must be a host name or an IP address: %v", err)
			return s
		}
		return ascii
	}
	return s
}

// helloIn returns a name for EHLO: a domain or an address literal (RFC 5321, section 4.1.1.1). "" is
// the default.
func helloIn(f fields.Field) string {
	s, ok := f.Text()
	if !ok {
		return ""
	}
	inBrackets := strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]")
	literal := inBrackets && fields.Only(s[1:max(1, len(s)-1)], ".:-")
	if !literal && !fields.Only(s, ".-") || len(s) > 255 {
		f.Refuse("must be a host name such as mail.example.com or an address literal such as [192.0.2.1]")
	}
	return s
}

// credentials decodes who logs in, and how.
func (d *decoder) credentials(s fields.Section, v *Server) {
	userField, user := s.Find("username", keys.Text)
	passField, pass := s.Find("password", keys.Group)
	if user {
		v.Username, _ = userField.Plain()
	}
	if pass {
		v.Password = secretIn(passField)
	}
	oauthField, signsIn := s.Find("oauth", keys.Group)
	if signsIn {
		d.oauth(oauthField, v)
	}
	switch {
	case signsIn && pass:
		passField.Refuse("has no use beside `oauth`")
	case signsIn && !user && !s.Excused["username"]:
		oauthField.Refuse("needs `username`: the account that signs in")
	case user && !pass && !signsIn && !s.Excused["password"]:
		userField.Refuse("needs `password`")
	case pass && !user && !s.Excused["username"]:
		passField.Refuse("needs `username`")
	}
	v.HasAuth = user && (pass || signsIn)

	f, ok := s.Word("auth", &v.Auth)
	switch {
	case !ok:
	case signsIn && v.Auth != "auto" && v.Auth != "xoauth2" && v.Auth != "oauthbearer":
		f.Refuse("takes no token: with `oauth` it is xoauth2, oauthbearer or auto")
	case signsIn:
	case v.Auth != "auto" && !user && !pass:
		f.Refuse("needs `username` and `password`")
	case v.UsesToken() && v.Password.Ask:
		passField.RefuseHint("name where it is: {env: SMTP_TOKEN}, {file: …} or {command: [oauth-token, office]}",
			"is a token with `auth: %s`, which nobody can type", v.Auth)
	}
}

// certificate decodes the certificate that this side shows.
func (d *decoder) certificate(f fields.Field, v *Server) {
	s := f.Section()
	s.File("cert", &v.ClientCertificate.Cert)
	s.File("key", &v.ClientCertificate.Key)
	if v.TLS == None {
		f.Refuse("is never shown with `tls: none`")
	}
}
