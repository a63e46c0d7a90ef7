package preset

import "slices"

// table returns the presets. Limits are those of a page of the provider's; what differs from account to
// account, or is not published, is not among them.
func table() []Preset { return slices.Concat(accounts(), providers(), relays()) }

// accounts are those of providers of mail.
func accounts() []Preset {
	return []Preset{
		{
			Name: "gmail", Title: "Gmail, a private account", Host: "smtp.gmail.com", Port: 587, TLS: "starttls",
			SignIn: []string{"app password", "oauth"}, OAuth: "google", Username: "the whole address",
			Quotas: []string{"500/24h"},
			SPF:    "_spf.google.com",
			Source: "https://support.google.com/mail/answer/22839",
			Note:   "An app password needs two-step verification.",
		},
		{
			Name: "google-workspace", Title: "Google Workspace, the account of a user", Host: "smtp.gmail.com", Port: 587, TLS: "starttls",
			SignIn: []string{"app password", "oauth"}, OAuth: "google", Username: "the whole address",
			Quotas: []string{"2000/24h"},
			SPF:    "_spf.google.com",
			Source: "https://support.google.com/a/answer/166852", Read: "2026-12",
			Note: "A trial account may send 500 in 24 hours.",
		},
		{
			Name: "google-workspace-relay", Title: "Google Workspace, the relay of an organisation", Host: "smtp-relay.gmail.com", Port: 587, TLS: "starttls",
			SignIn: []string{"app password", "oauth"}, OAuth: "google", Username: "the whole address",
			SPF:    "_spf.google.com",
			Source: "https://support.google.com/a/answer/2956491",
			Note:   "An administrator has to allow it; how many it takes depends on the organisation.",
		},
		{
			Name: "microsoft-365", Title: "Microsoft 365 (Exchange Online), the mailbox of a user", Host: "smtp.office365.com", Port: 587, TLS: "starttls",
			SignIn: []string{"oauth"}, OAuth: "microsoft", Username: "the whole address",
			Quotas: []string{"10000/24h"}, Rate: "30/min",
			SPF:    "spf.protection.outlook.com",
			Source: "https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits",
			Note:   "An administrator has to allow SMTP AUTH for the mailbox.",
		},
		{
			Name: "outlook.com", Title: "Outlook.com, Hotmail and Live, a private account", Host: "smtp-mail.outlook.com", Port: 587, TLS: "starttls",
			SignIn: []string{"oauth"}, OAuth: "microsoft", Username: "the whole address",
			Source: "https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
			Note:   "How many it takes depends on the account, and is not published.",
		},
		{
			Name: "icloud", Title: "iCloud Mail", Host: "smtp.mail.me.com", Port: 587, TLS: "starttls",
			SignIn: []string{"app password"}, Username: "the whole address",
			Quotas: []string{"200/24h"},
			SPF:    "icloud.com",
			Source: "https://support.apple.com/kb/HT4863", Read: "2026-12",
			Note: "The page names 200 messages and 1,000 recipients a day.",
		},
		{
			Name: "yahoo", Title: "Yahoo Mail", Host: "smtp.mail.yahoo.com", Port: 465, TLS: "implicit",
			SignIn: []string{"app password"}, Username: "the whole address",
			Source: "https://help.yahoo.com/kb/SLN4724.html",
		},
		{
			Name: "aol", Title: "AOL Mail", Host: "smtp.aol.com", Port: 465, TLS: "implicit",
			SignIn: []string{"app password"}, Username: "the whole address",
			Source: "https://help.aol.com/articles/how-do-i-use-other-email-applications-to-send-and-receive-my-aol-mail",
		},
		{
			Name: "fastmail", Title: "Fastmail", Host: "smtp.fastmail.com", Port: 465, TLS: "implicit",
			SignIn: []string{"app password"}, Username: "the whole address",
			SPF:    "spf.messagingengine.com",
			Source: "https://www.fastmail.com/help/account/limits.html", Read: "2026-12",
			Note: "How many it takes depends on the plan.",
		},
		{
			Name: "zoho", Title: "Zoho Mail, an account at zoho.com", Host: "smtp.zoho.com", Port: 465, TLS: "implicit",
			SignIn: []string{"password", "app password"}, Username: "the whole address",
			Source: "https://www.zoho.com/mail/help/zoho-smtp.html",
			Note:   "Accounts in Europe have smtp.zoho.eu, and those of an organisation smtppro.zoho.com: name it with `host`.",
		},
		{
			Name: "mailbox.org", Title: "mailbox.org", Host: "smtp.mailbox.org", Port: 465, TLS: "implicit",
			SignIn: []string{"password", "app password"}, Username: "the whole address",
			Source: "https://kb.mailbox.org/en/private/e-mail/e-mail-configuration", Read: "2026-12",
		},
		{
			Name: "posteo", Title: "Posteo", Host: "posteo.de", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Source: "https://posteo.de/en/help/how-do-i-set-up-posteo-in-an-email-client-pop3-imap-and-smtp",
		},
		{
			Name: "gmx", Title: "GMX (gmx.net, gmx.de, gmx.at, gmx.ch)", Host: "mail.gmx.net", Port: 465, TLS: "implicit",
			SignIn: []string{"password", "app password"}, Username: "the whole address",
			Source: "https://hilfe.gmx.net/pop-imap/imap/imap-serverdaten.html",
			Note:   "POP3 and IMAP have to be allowed in the settings of the mailbox.",
		},
		{
			Name: "web.de", Title: "WEB.DE", Host: "smtp.web.de", Port: 587, TLS: "starttls",
			SignIn: []string{"password", "app password"}, Username: "the whole address",
			Source: "https://hilfe.web.de/pop-imap/imap/imap-serverdaten.html",
			Note:   "POP3 and IMAP have to be allowed in the settings of the mailbox.",
		},
	}
}

// providers are those of access and of web sites, with mail beside it.
func providers() []Preset {
	return []Preset{
		{
			Name: "t-online", Title: "Telekom (t-online.de)", Host: "securesmtp.t-online.de", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Source: "https://www.telekom.de/hilfe/apps-dienste/e-mail/programme-server",
			Note:   "The password is the one for mail programs, made in the account's settings.",
		},
		{
			Name: "ionos", Title: "IONOS, Mail Basic and Mail Business (Germany)", Host: "smtp.ionos.de", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Quotas: []string{"50/1h"},
			Source: "https://www.ionos.de/hilfe/e-mail/allgemeine-themen/welche-beschraenkungen-gibt-es-beim-versand-von-massenmails/", Read: "2026-12",
			Note: "That is for an account's first week; the page allows 100 recipients an hour in the second, then 400, and 5,000 after 30 days.",
		},
		{
			Name: "strato", Title: "STRATO", Host: "smtp.strato.de", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Source: "https://www.strato.de/faq/mail/so-stellen-sie-ihr-e-mail-programm-ein/",
		},
		{
			Name: "hetzner", Title: "Hetzner, webhosting", Host: "mail.your-server.de", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Source: "https://docs.hetzner.com/konsoleh/account-management/email/setting-up-an-email-account/",
		},
		{
			Name: "ovh", Title: "OVHcloud, MX Plan", Host: "ssl0.ovh.net", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Source: "https://help.ovhcloud.com/csm/en-mx-plan-email-generalities",
		},
		{
			Name: "infomaniak", Title: "Infomaniak", Host: "mail.infomaniak.com", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Source: "https://www.infomaniak.com/en/support/faq/2427",
		},
		{
			Name: "orange.fr", Title: "Orange (France)", Host: "smtp.orange.fr", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Source: "https://assistance.orange.fr/",
		},
		{
			Name: "free.fr", Title: "Free (France)", Host: "smtp.free.fr", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the part of the address before @",
			Source: "https://assistance.free.fr/",
		},
		{
			Name: "bluewin", Title: "Swisscom (bluewin.ch)", Host: "smtpauths.bluewin.ch", Port: 465, TLS: "implicit",
			SignIn: []string{"password"}, Username: "the whole address",
			Source: "https://www.swisscom.ch/en/residential/help/email.html",
		},
	}
}

// relays are services that send, and this machine.
func relays() []Preset {
	return []Preset{
		{
			Name: "amazon-ses", Title: "Amazon SES", Host: "", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "an SMTP user name that is made in the console",
			Source: "https://docs.aws.amazon.com/ses/latest/dg/quotas.html", Read: "2026-12",
			Note: "The host has the region in it, as email-smtp.eu-west-1.amazonaws.com. How many it takes is the account's own; one in the sandbox may send 200 in 24 hours, and one a second.",
		},
		{
			Name: "sendgrid", Title: "Twilio SendGrid", Host: "smtp.sendgrid.net", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "apikey, and the key is the password",
			Sessions: 10000, PerSession: 5000,
			Source: "https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api", Read: "2026-12",
		},
		{
			Name: "mailgun", Title: "Mailgun", Host: "smtp.mailgun.org", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "an SMTP user of the domain",
			SPF:    "mailgun.org",
			Source: "https://documentation.mailgun.com/docs/mailgun/user-manual/smtp-protocol/smtp-relay", Read: "2026-12",
			Note: "Domains in Europe have smtp.eu.mailgun.org: name it with `host`.",
		},
		{
			Name: "postmark", Title: "Postmark, messages to one person", Host: "smtp.postmarkapp.com", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "the server's API token, which is the password too",
			Source: "https://postmarkapp.com/support/article/811-what-are-the-smtp-details-api-tokens-i-should-be-using", Read: "2026-12",
			Note: "What goes to many belongs to smtp-broadcasts.postmarkapp.com: name it with `host`.",
		},
		{
			Name: "brevo", Title: "Brevo", Host: "smtp-relay.brevo.com", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "the login that the SMTP settings show; an SMTP key is the password",
			Source: "https://developers.brevo.com/docs/smtp-integration", Read: "2026-12",
			Note: "How many it takes depends on the plan.",
		},
		{
			Name: "mailjet", Title: "Mailjet", Host: "in-v3.mailjet.com", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "the API key; the secret key is the password",
			SPF:    "spf.mailjet.com",
			Source: "https://dev.mailjet.com/smtp-relay/configuration/",
		},
		{
			Name: "smtp2go", Title: "SMTP2GO", Host: "mail.smtp2go.com", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "an SMTP user",
			Source: "https://support.smtp2go.com/hc/en-gb/articles/223087927",
		},
		{
			Name: "sparkpost", Title: "SparkPost", Host: "smtp.sparkpostmail.com", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "SMTP_Injection; an API key is the password",
			Source: "https://support.sparkpost.com/docs/getting-started/getting-started-sparkpost",
		},
		{
			Name: "mailtrap", Title: "Mailtrap, messages to one person", Host: "live.smtp.mailtrap.io", Port: 587, TLS: "starttls",
			SignIn: []string{"password"}, Username: "api; an API token is the password",
			Source: "https://mailtrap.io/smtp-service.md", Read: "2026-12",
			Note: "What goes to many belongs to bulk.smtp.mailtrap.io: name it with `host`.",
		},
		{
			Name: "local-postfix", Title: "a mail server on this machine", Host: "localhost", Port: 25, TLS: "none",
			Source: "https://www.postfix.org/SOHO_README.html",
			Note:   "It takes what programs of this machine hand it, and delivers later.",
		},
	}
}
