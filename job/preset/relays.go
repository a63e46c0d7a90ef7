package preset

// relays are services that send.
func relays() []Preset {
	return []Preset{
		{
			Name: "amazon-ses", Title: "Amazon SES", Host: "", Port: 587, TLS: "starttls",
			Hosts: []string{"email-smtp.*.amazonaws.com"}, Also: []Way{{2587, "starttls"}, {465, "implicit"}, {2465, "implicit"}, {25, "starttls"}},
			SignIn: []string{"password"}, Username: "an SMTP user name of the region, made in the console",
			Servers: Page{"https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html", "2026-12"},
			Limits:  Page{"https://docs.aws.amazon.com/ses/latest/dg/quotas.html", "2026-12"},
			Note:    "The host has the region in it, as email-smtp.eu-west-1.amazonaws.com. How many it takes is the account's own; one in the sandbox may send to 200 recipients in 24 hours, and one a second.",
		},
		{
			Name: "sendgrid", Title: "Twilio SendGrid", Host: "smtp.sendgrid.net", Port: 587, TLS: "starttls",
			Also:   []Way{{2525, "starttls"}, {25, "starttls"}, {465, "implicit"}},
			SignIn: []string{"password"}, Username: "apikey, and the key is the password",
			Sessions: 10000, PerSession: 5000,
			Servers: Page{"https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api", "2026-12"},
		},
		{
			Name: "mailgun", Title: "Mailgun", Host: "smtp.mailgun.org", Port: 587, TLS: "starttls",
			Hosts: []string{"smtp.eu.mailgun.org"}, Also: []Way{{465, "implicit"}},
			SignIn: []string{"password"}, Username: "an SMTP user of the domain",
			SPF:     "mailgun.org",
			Servers: Page{"https://documentation.mailgun.com/docs/mailgun/user-manual/smtp-protocol/smtp-relay", "2026-12"},
			Note:    "Domains in Europe have smtp.eu.mailgun.org: name it with `host`.",
		},
		{
			Name: "postmark", Title: "Postmark, messages to one person", Host: "smtp.postmarkapp.com", Port: 587, TLS: "starttls",
			Hosts: []string{"smtp-broadcasts.postmarkapp.com"}, Also: []Way{{2525, "starttls"}, {25, "starttls"}},
			SignIn: []string{"password"}, Username: "the server's API token, which is the password too",
			Servers: Page{"https://postmarkapp.com/support/article/811-what-are-the-smtp-details-api-tokens-i-should-be-using", "2026-12"},
			Note:    "What goes to many belongs to smtp-broadcasts.postmarkapp.com: name it with `host`.",
		},
		{
			Name: "brevo", Title: "Brevo", Host: "smtp-relay.brevo.com", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "the login that the SMTP settings show; an SMTP key is the password",
			Servers: Page{"https://developers.brevo.com/docs/smtp-integration", "2026-12"},
			Note:    "How many it takes depends on the plan.",
		},
		{
			Name: "mailjet", Title: "Mailjet", Host: "in-v3.mailjet.com", Port: 587, TLS: "starttls",
			Also:   []Way{{465, "implicit"}},
			SignIn: []string{"password"}, Username: "the API key; the secret key is the password",
			SPF:     "spf.mailjet.com",
			Servers: Page{URL: "https://dev.mailjet.com/smtp-relay/configuration/"},
		},
		{
			Name: "smtp2go", Title: "SMTP2GO", Host: "mail.smtp2go.com", Port: 587, TLS: "starttls",
			Hosts:  []string{"mail-us.smtp2go.com", "mail-eu.smtp2go.com", "mail-eu2.smtp2go.com", "mail-au.smtp2go.com"},
			Also:   []Way{{2525, "starttls"}, {8025, "starttls"}, {25, "starttls"}, {465, "implicit"}, {8465, "implicit"}},
			SignIn: []string{"password"}, Username: "an SMTP user",
			Servers: Page{"https://developers.smtp2go.com/docs/smtp-relay", "2026-12"},
		},
		{
			Name: "sparkpost", Title: "SparkPost", Host: "smtp.sparkpostmail.com", Port: 587, TLS: "starttls",
			Hosts: []string{"smtp.eu.sparkpostmail.com"}, Also: []Way{{2525, "starttls"}},
			SignIn: []string{"password"}, Username: "SMTP_Injection; an API key is the password",
			PerSession: 100,
			Servers:    Page{"https://developers.sparkpost.com/api/smtp/", "2026-12"},
			Note:       "Accounts in Europe have smtp.eu.sparkpostmail.com: name it with `host`.",
		},
		{
			Name: "mailtrap", Title: "Mailtrap, messages to one person", Host: "live.smtp.mailtrap.io", Port: 587, TLS: "starttls",
			Hosts:  []string{"bulk.smtp.mailtrap.io"},
			SignIn: []string{"password"}, Username: "api; an API token is the password",
			Servers: Page{"https://mailtrap.io/smtp-service.md", "2026-12"},
			Note:    "What goes to many belongs to bulk.smtp.mailtrap.io: name it with `host`.",
		},
		{
			Name: "resend", Title: "Resend", Host: "smtp.resend.com", Port: 587, TLS: "starttls",
			Also:   []Way{{2587, "starttls"}, {25, "starttls"}, {465, "implicit"}, {2465, "implicit"}},
			SignIn: []string{"password"}, Username: "resend; an API key is the password",
			Servers: Page{"https://resend.com/docs/send-with-smtp", "2026-12"},
		},
	}
}

// programs are those of this machine.
func programs() []Preset {
	return []Preset{
		{
			Name: "local-postfix", Title: "a mail server on this machine", Host: "localhost", Port: 25, TLS: "none",
			Servers: Page{URL: "https://www.postfix.org/SOHO_README.html"},
			Note:    "It takes what programs of this machine hand it, and delivers later.",
		},
		{
			Name: "proton-bridge", Title: "Proton Mail by its Bridge on this machine", Host: "127.0.0.1", Port: 1025, TLS: "starttls",
			Domains: []string{"proton.me", "protonmail.com", "protonmail.ch", "pm.me"},
			SignIn:  []string{"app password"}, Username: "the one that Bridge shows",
			Servers: Page{"https://github.com/ProtonMail/proton-bridge/blob/master/internal/vault/types_settings.go", "2026-12"},
			Limits:  Page{"https://proton.me/support/email-sending-limits", "2026-12"},
			Note:    "Bridge shows port, username and password, and exports the certificate that `ca` has to name. How many Proton takes depends on the account.",
		},
	}
}
