package preset

// providers are those of access and of web sites, with mail beside it.
func providers() []Preset {
	return []Preset{
		{
			Name: "t-online", Title: "Telekom (t-online.de)", Host: "securesmtp.t-online.de", Port: 465, TLS: "implicit",
			Also: []Way{{587, "starttls"}}, Domains: []string{"t-online.de", "magenta.de"},
			SignIn: []string{"app password"}, Username: "the whole address",
			Servers: Page{URL: "https://www.telekom.de/hilfe/apps-dienste/e-mail/einstellungen/posteingang-postausgang-server"},
			Note:    "The password is the one for mail programs, made in the account's settings.",
		},
		{
			Name: "ionos", Title: "IONOS, Mail Basic and Mail Business (Germany)", Host: "smtp.ionos.de", Port: 465, TLS: "implicit",
			Also:   []Way{{587, "starttls"}},
			SignIn: []string{"password"}, Username: "the whole address",
			Quotas:  []string{"50/1h"},
			Servers: Page{URL: "https://www.ionos.co.uk/help/email/glossary-email-terms-explained/outgoing-mail-server/"},
			Limits:  Page{"https://www.ionos.de/hilfe/e-mail/allgemeine-themen/welche-beschraenkungen-gibt-es-beim-versand-von-massenmails/", "2026-12"},
			Note:    "50 recipients an hour are for a contract's first week. It is 100 in the second, then 400, and after 30 days 5,000 by the German page and 500 by the English one. The domain of From has to be the account's.",
		},
		{
			Name: "strato", Title: "STRATO", Host: "smtp.strato.de", Port: 465, TLS: "implicit",
			Also:   []Way{{587, "starttls"}},
			SignIn: []string{"password"}, Username: "the whole address",
			Servers: Page{URL: "https://www.strato.de/faq/mail/externes-e-mail-programm-mit-strato-e-mail-adresse-nutzen/"},
		},
		{
			Name: "hetzner", Title: "Hetzner, webhosting", Host: "mail.your-server.de", Port: 587, TLS: "starttls",
			Also:   []Way{{465, "implicit"}},
			SignIn: []string{"password"}, Username: "the whole address",
			Quotas:  []string{"500/1h"},
			Servers: Page{URL: "https://docs.hetzner.com/konsoleh/account-management/email/setting-up-an-email-account/"},
			Limits:  Page{"https://www.hetzner.com/legal/webhosting/", "2026-12"},
			Note:    "Its terms forbid newsletters by accounts of webhosting.",
		},
		{
			Name: "ovh", Title: "OVHcloud, MX Plan", Host: "ssl0.ovh.net", Port: 465, TLS: "implicit",
			Also:   []Way{{587, "starttls"}},
			SignIn: []string{"password"}, Username: "the whole address",
			Servers: Page{"https://github.com/ovh/docs/blob/master/pages/web_cloud/email_and_collaborative_solutions/mx_plan/email_generalities/guide.en-gb.md", "2026-12"},
		},
		{
			Name: "infomaniak", Title: "Infomaniak", Host: "mail.infomaniak.com", Port: 465, TLS: "implicit",
			Also:   []Way{{587, "starttls"}},
			SignIn: []string{"password"}, Username: "the whole address",
			Quotas:  []string{"500/24h"},
			Servers: Page{"https://www.infomaniak.com/en/support/faq/admin2/email-service", "2026-12"},
			Limits:  Page{"https://www.infomaniak.com/en/support/faq/2065/understanding-the-24-hour-outgoing-email-limit", "2026-12"},
			Note:    "500 recipients in 24 hours are for free plans and Starter; it is 1,440 with the others.",
		},
		{
			Name: "orange.fr", Title: "Orange (France)", Host: "smtp.orange.fr", Port: 465, TLS: "implicit",
			Domains: []string{"orange.fr", "wanadoo.fr"},
			SignIn:  []string{"password"}, Username: "the whole address",
			Servers: Page{URL: "https://assistance.orange.fr/"},
		},
		{
			Name: "free.fr", Title: "Free (France)", Host: "smtp.free.fr", Port: 465, TLS: "implicit",
			Domains: []string{"free.fr"},
			SignIn:  []string{"password"}, Username: "the whole address",
			Servers: Page{URL: "https://assistance.free.fr/articles/configurer-de-maniere-avancee-mon-logiciel-de-messagerie-609"},
		},
		{
			Name: "bluewin", Title: "Swisscom (bluewin.ch)", Host: "smtpauths.bluewin.ch", Port: 465, TLS: "implicit",
			Domains: []string{"bluewin.ch", "bluemail.ch"},
			SignIn:  []string{"password"}, Username: "the whole address",
			Servers: Page{URL: "https://www.swisscom.ch/en/residential/help/email.html"},
		},
	}
}
