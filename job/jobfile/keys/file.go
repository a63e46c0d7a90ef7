package keys

import "time"

// Hints for somebody who has no job file yet: where one is, and what one is.
const (
	ToCopy  = "mailshot help job shows one to start from"
	ToBegin = "a job file is YAML that names recipients, letter and server; " + ToCopy
)

// File returns the declaration of the whole job file, a group without a name. Each call returns a
// tree of its own.
func File() *Key {
	return &Key{Kind: Group, Hint: ToBegin, Keys: []Key{
		{
			Name: "version", Kind: OneOf, Words: []string{"1"}, Default: "1",
			Doc: "the version of the form of job files",
		},
		{
			Name: "name", Kind: Text, Otherwise: "the file's name without its ending",
			Doc: "what the job is called in run ids and default file names",
		},
		recipients(),
		message(),
		server(),
		delivery(),
		{
			Name: "results", Kind: Path, Otherwise: "NAME.results.csv",
			Doc: "the results log; a mailing's name goes in before .results.csv",
		},
		{Name: "include", Later: true},
	}}
}

func recipients() Key {
	return Key{
		Name: "recipients", Kind: Group, Needed: true, Short: &Key{Kind: Path},
		Doc: "the rows, one for each message; or just the path of the file",
		Keys: []Key{
			{
				Name: "file", Kind: Path, Needed: true,
				Doc: `the file with the rows: CSV, xlsx or ods; "-" is standard input, in CSV`,
			},
			{
				Name: "email", Kind: Text, Otherwise: "email, e-mail or mail",
				Doc: "the column with the address",
			},
			{Name: "name", Kind: Text, Doc: "the column with the name for the To header"},
			{
				Name: "key", Kind: Text, Otherwise: "the address",
				Doc: "the column that a row is known by; its cells are unique and not empty",
			},
			{
				Name: "sheet", Kind: Text, Otherwise: "the only one with rows",
				Doc: "the sheet of an xlsx or ods file that has the rows, by its name",
			},
			{
				Name: "delimiter", Kind: OneOf, Words: []string{"auto", ",", ";", "tab", "|"},
				Aliases: map[string]string{"\t": "tab"}, Default: "auto",
				Doc: "what stands between two cells",
			},
			{
				Name: "encoding", Kind: Text, Default: "auto",
				Doc: "the character set: auto (UTF-8, or what the byte order mark says), windows-1252, iso-8859-1, utf-16 …",
			},
			{
				Name: "header", Kind: Number, Min: 1, Max: 1000, Otherwise: "the first line that is not blank",
				Doc: "the line of the file that names the columns; what stands above it is passed over",
			},
			{Name: "where", Kind: Template, Doc: "only rows for which it is true get a message"},
			{
				Name: "suppress", Kind: Group, Many: OneOrList, Short: &Key{Kind: Path},
				Doc: "lists of those who get nothing: paths, or groups with a path and the column",
				Keys: []Key{
					{Name: "file", Kind: Path, Needed: true, Doc: "the path"},
					{Name: "email", Kind: Text, Otherwise: "email, e-mail or mail", Doc: "the column with the address, of a CSV file"},
				},
			},
			{
				Name: "duplicates", Kind: OneOf, Words: []string{"error", "first", "all"},
				Default: "error", Otherwise: "all if there is a key",
				Doc: "what to do about rows with one address; all needs a key",
			},
			{
				Name: "numbers", Kind: Text, Otherwise: "only what can be read in one way",
				Doc: `how the file writes the number 1234.50: "1.234,50", "1,234.50", "1 234,50" …`,
			},
			{
				Name: "dates", Kind: Text, Otherwise: "2026-12-31, and 31.12.2026",
				Doc: "how the file writes dates: dd/mm/yyyy in any order, with any separators; or excel",
			},
			columns(),
			{
				Name: "expect", Kind: Count,
				Doc: "how many rows the file has, before where and suppress; asked when a mailing begins",
			},
			{
				Name: "max_age", Kind: Duration, Shortest: time.Second,
				Doc: "how old the file may be, by its time of modification; asked when a mailing begins",
			},
		},
	}
}

// columns is what must hold of the cells of rows that get a letter.
func columns() Key {
	return Key{
		Name: "columns", Kind: Names,
		Doc: "what must hold of the cells of each row that gets a letter, by column",
		Each: &Key{
			Kind:  Group,
			Short: &Key{Kind: OneOf, Words: []string{"date", "number", "text", "yes_no"}},
			Min:   1,
			Hint:  `write a kind, such as due: date, or a group, such as member_id: {match: '\d{7}', unique: true}`,
			Keys: []Key{
				{
					Name: "match", Kind: Text,
					Doc: "a regular expression (RE2) that the whole cell matches, if it is filled",
				},
				{
					Name: "one_of", Kind: Text, Many: List,
					Hint: "write each value on its own: [de, en]",
					Doc:  "the values that a filled cell may have, capitals counting",
				},
				{Name: "unique", Kind: Bool, Doc: "no two filled cells are equal"},
				{Name: "required", Kind: Bool, Doc: "each cell is filled, with more than spaces"},
				{
					Name: "number", Kind: Text,
					Doc: "the cells are numbers: true, or a range such as 0..5000, 0.. or ..99.95",
				},
				{
					Name: "date", Kind: Text,
					Doc: "the cells are dates: true, how they are written, such as dd/mm/yyyy, or a range such as 2026-01-01..2026-12-31",
				},
				{
					Name: "form", Kind: Text, Otherwise: "as recipients.numbers and recipients.dates say",
					Doc: "how the numbers or dates are written, such as 1.234,50 or dd/mm/yyyy",
				},
				{Name: "yes_no", Kind: Bool, Doc: "the cells say yes or no"},
				{Name: "text", Kind: Bool, Doc: "the cells are text, whatever they look like"},
			},
		},
	}
}

func message() Key {
	return Key{
		Name: "message", Kind: Group, Needed: true, AnyOf: []string{"text", "html"},
		Doc: "what is sent",
		Keys: []Key{
			{Name: "from", Kind: Mailbox, Needed: true, Doc: "who the message is from; as a template it needs envelope_from, where its address may differ"},
			{
				Name: "envelope_from", Kind: Address, Otherwise: "the address of from",
				Doc: "where bounces go, without a name",
			},
			{Name: "sender", Kind: Template, Doc: "who sent it on behalf of from"},
			{Name: "reply_to", Kind: Template, Many: OneOrList, Doc: "where answers go"},
			{Name: "cc", Kind: Template, Many: OneOrList, Doc: "who gets a copy"},
			{
				Name: "bcc", Kind: Template, Many: OneOrList,
				Doc: "who gets a copy that the others do not see",
			},
			{Name: "subject", Kind: Template, Needed: true, Doc: "the subject"},
			letter("text", "the letter as text: the path of a template file, which may be a template too, or the text itself"),
			letter("html", "the letter as HTML, likewise; cells are escaped for the place where they stand"),
			{
				Name: "language", Kind: Template, Otherwise: "en",
				Doc: "the language of the names of months and weekdays, such as de or pt-BR",
			},
			{
				Name: "calendar", Kind: Group, Short: &Key{Kind: Path},
				Doc:  "an invitation as iCalendar (RFC 5545, 6047), beside text and HTML: the path of a template file, or the template itself",
				Keys: []Key{{Name: "inline", Kind: Template, Needed: true, Doc: "the template itself"}},
			},
			{
				Name: "include", Kind: Path, Many: OneOrList,
				Doc: "further template files, or patterns of them such as partials/*",
			},
			{
				Name: "inline", Kind: Names, Each: &Key{Kind: Template},
				Doc: "the files that the HTML shows; one named logo is src=\"cid:logo\"; with an action in its path each row has its own",
			},
			attachments(),
			{
				Name: "attachments_from", Kind: Path,
				Doc: "a directory outside the job's where files of rows may be too",
			},
			{
				Name: "headers", Kind: Names, Each: &Key{Kind: Template, Empty: true},
				Doc: "further header fields",
			},
			{
				Name: "unsubscribe", Kind: Group, Min: 1,
				Hint: `write {url: "https://…"}, {mailto: …}, or both`,
				Doc:  "how to get off the list",
				Keys: []Key{
					{Name: "url", Kind: Template, Doc: "a page for it"},
					{Name: "mailto", Kind: Template, Doc: "an address for it, or a mailto: URL"},
					{
						Name: "one_click", Kind: Bool, Default: "false",
						Doc: "mail programs may post to url by themselves (RFC 8058); needs an https url and dkim",
					},
				},
			},
			{
				Name: "list_id", Kind: Template,
				Doc: "the mailing list (RFC 2919), as in Club news <news.club.example>",
			},
			{
				Name: "auto_submitted", Kind: OneOf,
				Words: []string{"no", "auto-generated", "auto-replied"},
				Doc:   "that no person wrote it (RFC 3834); keeps holiday notices away",
			},
			{Name: "in_reply_to", Kind: Template, Doc: "the Message-ID that this answers"},
			{Name: "dkim", Kind: Group, Doc: "signs each message (RFC 6376)", Keys: []Key{
				{
					Name: "domain", Kind: Text, Otherwise: "the domain of from",
					Doc: "the domain that signs",
				},
				{Name: "selector", Kind: Text, Needed: true, Doc: "where in the DNS the public key is"},
				{
					Name: "key", Kind: Group, Needed: true, Min: 1, Max: 1, Secret: true,
					Doc: "where the private key is, in PEM", Keys: secret(),
					Hint: "name where it is: {file: dkim.pem}, {env: DKIM_KEY} or {command: [pass, show, dkim]}",
				},
			}},
		},
	}
}

// letter is a template by its path or in place.
func letter(name, doc string) Key {
	return Key{Name: name, Kind: Group, Short: &Key{Kind: Template}, Doc: doc, Keys: []Key{
		{Name: "inline", Kind: Template, Needed: true, Doc: "the template itself"},
	}}
}

func attachments() Key {
	return Key{
		Name: "attachments", Kind: Group, Many: OneOrList, Short: &Key{Kind: Template},
		Doc:   "the files that go with it: paths, or groups with a path and more",
		AnyOf: []string{"file", "files"},
		Keys: []Key{
			{
				Name: "file", Kind: Template,
				Doc: "the path; with an action in it each row has a file of its own",
			},
			{
				Name: "files", Kind: Template,
				Doc: "instead of file: a template that makes one path on each line, of any number of files of a row",
			},
			{
				Name: "optional", Kind: Bool, Default: "false",
				Doc: "a row for which the path is blank has none; a path that names no file stays an error",
			},
			{
				Name: "name", Kind: Template, Otherwise: "the file's own",
				Doc: "the name that the reader sees",
			},
			{
				Name: "type", Kind: Text, Otherwise: "by the file's ending, else by how it begins",
				Doc: "the media type, such as application/pdf or text/calendar; method=REQUEST",
			},
			{
				Name: "unique", Kind: Bool, Otherwise: "true for a file of each row",
				Short: &Key{Kind: OneOf, Words: []string{"content"}},
				Doc:   "two rows must not have one file; content: nor two files with the same content",
			},
			{
				Name: "must_contain", Kind: Template,
				Doc: "what must be in the file's name, or in its text; only for a file of each row",
			},
			{
				Name: "on_missing", Kind: OneOf, Words: []string{"error", "skip-row"}, Default: "error",
				Doc: "what to do about a row without its file",
			},
			{
				Name: "max_age", Kind: Duration, Shortest: time.Second,
				Doc: "how old the file may be, by its time of modification; asked when a mailing begins",
			},
		},
	}
}

func delivery() Key {
	return Key{Name: "delivery", Kind: Group, Doc: "how the messages are sent", Keys: []Key{
		{
			Name: "workers", Kind: Number, Min: 1, Max: 1000, Default: "3",
			Doc: "sessions open at once",
		},
		{
			Name: "per_session", Kind: Number, Min: 1, Max: 10_000, Default: "1",
			Doc: "messages that go through one session at most; fewer where the server wants so",
		},
		{
			Name: "rate", Kind: Rate, Otherwise: "that of the preset, or no limit",
			Doc: "attempts begun per time, evenly spaced",
		},
		{
			Name: "quota", Kind: Quota, Many: OneOrList, Otherwise: "those of the preset, or no limit",
			Doc: "recipients in a rolling time, of this account, over all jobs and runs; several, or none",
		},
		{
			Name: "account", Kind: Text, Otherwise: "the username and the host of the server",
			Doc: "whose quota it is; jobs with one account share it",
		},
		{
			Name: "window", Kind: Text, Many: OneOrList, Otherwise: "always",
			Doc: "when messages may go: Mon-Fri 08:00-18:00 Europe/Berlin, or several",
		},
		{Name: "retry", Kind: Group, Doc: "further passes, for temporary failures", Keys: []Key{
			{
				Name: "attempts", Kind: Number, Min: 1, Max: 100, Default: "3",
				Doc: "for one row in one run, the first included",
			},
			{
				Name: "wait", Kind: Duration, Default: "5m",
				Doc: "before the second pass; doubled before each further one",
			},
			{
				Name: "max_wait", Kind: Duration, Default: "1h",
				Doc: "the longest wait; not less than wait",
			},
		}},
		{
			Name: "give_up_after", Kind: Number, Max: 1_000_000, Default: "10",
			Doc: "equal failures in a row that stop the run; 0 is never",
		},
		{
			Name: "keep_transcripts", Kind: OneOf, Words: []string{"none", "failed"},
			Default: "none",
			Doc:     "the protocol of which attempts is kept beside the log, without secrets and text",
		},
	}}
}

// secret is where a secret can be.
func secret() []Key {
	return []Key{
		{Name: "env", Kind: Text, Doc: "the name of an environment variable, without a $"},
		{Name: "file", Kind: Path, Doc: "a file"},
		{
			Name: "command", Kind: Text, Many: List, Empty: true,
			Hint: "write each word on its own: [pass, show, smtp]",
			Doc:  "a program that prints it, with its arguments",
		},
	}
}
