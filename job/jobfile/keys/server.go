package keys

import "time"

func server() Key {
	return Key{Name: "server", Kind: Group, Short: &Key{Kind: Path}, AnyOf: []string{"host", "preset"}, Doc: "the server that takes the messages; or just the path of a file with these keys", Keys: []Key{
		{
			Name: "preset", Kind: Text,
			Doc: "a provider that is known, such as gmail: its host, port and TLS, and its limits where delivery has none; help presets lists them",
		},
		{Name: "host", Kind: Text, Otherwise: "that of the preset", Doc: "its name or IP address"},
		{
			Name: "port", Kind: Number, Min: 1, Max: 65535,
			Otherwise: "465, 587 or 25 for implicit, starttls and none",
			Doc:       "its port",
		},
		{
			Name: "tls", Kind: OneOf, Words: []string{"implicit", "starttls", "none"},
			Otherwise: "implicit on port 465, else starttls",
			Doc:       "how the session is protected; there is no downgrade",
		},
		{Name: "username", Kind: Text, Doc: "who logs in"},
		{
			Name: "password", Kind: Group, Min: 1, Max: 1, Secret: true, Short: &Key{Kind: OneOf,
				Words: []string{"ask"}},
			Doc: "where the password or token is; never the password itself", Keys: secret(),
			Hint: "name where it is: {env: SMTP_PASSWORD}, {file: …}, {command: [pass, show, smtp]} or ask",
		},
		oauth(),
		{
			Name: "auth", Kind: OneOf,
			Words:   []string{"auto", "plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256", "xoauth2", "oauthbearer"},
			Default: "auto",
			Doc:     "the mechanism; auto is the strongest offered of those with a password",
		},
		{
			Name: "hello", Kind: Text, Empty: true, Otherwise: "this host's name, or its address",
			Doc: "the name for EHLO",
		},
		{Name: "ca", Kind: Path, Doc: "further certificate authorities to trust, in PEM"},
		{Name: "client_certificate", Kind: Group, Doc: "for a server that wants one", Keys: []Key{
			{Name: "cert", Kind: Path, Needed: true, Doc: "the certificate, in PEM"},
			{Name: "key", Kind: Path, Needed: true, Doc: "its private key, in PEM"},
		}},
		{
			Name: "allow_plaintext_auth", Kind: Bool, Default: "false",
			Doc: "a password may be sent without TLS to another machine",
		},
		{Name: "timeouts", Kind: Group, Doc: "how long the server may take", Keys: []Key{
			{
				Name: "connect", Kind: Duration, Shortest: time.Millisecond, Default: "30s",
				Doc: "to a connection",
			},
			{
				Name: "reply", Kind: Duration, Shortest: time.Millisecond, Default: "5m",
				Doc: "to the reply to a command, and for every other wait before the message",
			},
			{
				Name: "final", Kind: Duration, Shortest: time.Millisecond, Default: "10m",
				Doc: "to the reply to the end of the message",
			},
		}},
		{
			Name: "pipelining", Kind: OneOf, Words: []string{"auto", "never"}, Default: "auto",
			Doc: "several commands at once where the server offers it; never is for one that can't bear it",
		},
	}}
}

func oauth() Key {
	return Key{
		Name: "oauth", Kind: Group, AnyOf: []string{"provider", "issuer", "token_url"},
		Doc: "sign-in by OAuth in the place of a password, see mailshot login",
		Keys: []Key{
			{Name: "provider", Kind: OneOf, Words: []string{"google", "microsoft"}, Doc: "one that is known; or an issuer, or URLs"},
			{Name: "client_id", Kind: Text, Needed: true, Doc: "of the program, as you registered it with the provider"},
			{
				Name: "client_secret", Kind: Group, Min: 1, Max: 1, Secret: true, Keys: secret(),
				Doc: "what goes with it, where the provider gives one; never the secret itself", Hint: "name where it is: {env: OAUTH_SECRET}, {file: …} or {command: [pass, show, oauth]}",
			},
			{Name: "tenant", Kind: Text, Otherwise: "any", Doc: "of Microsoft: a domain or an id; consumers for private accounts"},
			{Name: "issuer", Kind: Text, Doc: "of another provider, which names its URLs itself (OpenID Connect Discovery)"},
			{Name: "authorization_url", Kind: Text, Doc: "the page to sign in, of a provider without an issuer"},
			{Name: "token_url", Kind: Text, Doc: "where tokens are given"},
			{Name: "device_url", Kind: Text, Doc: "where codes for sign-in on another device are given"},
			{Name: "scopes", Kind: Text, Many: OneOrList, Otherwise: "those of the provider for sending mail", Doc: "what is asked for"},
		},
	}
}
