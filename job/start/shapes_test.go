package start

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/job"
	"mailshot/job/mailing"
)

// shapes are files as programs write them. What has an option is unclear, and told so.
var shapes = []struct {
	name    string
	columns string // address, name (or first and last), key
	more    string // header, encoding, delimiter, numbers, dates, duplicates, own forms
	hello   string // how the first letter begins
	unclear string // what the error has where nobody can be asked; "" where nothing is unclear
	options Options
}{
	{name: "plain", columns: "email, name, id", hello: "Dear Zoë Ångström,"},
	{name: "bank-titles", columns: "Email, Full name, Member No", more: "4 1.234,50", hello: "Dear Zoë Ångström,"},
	{name: "blank-columns", columns: "email, name, id", hello: "Dear Zoë Ångström,"},
	{name: "bom", columns: "E-Mail, Vorname+Nachname, Mitgliedsnummer", hello: "Dear Zoë Müller,"},
	{name: "booking", columns: "Guest email, Guest, Booking reference", more: "1,234.50 dd/mm/yyyy", hello: "Dear Zoë Ångström,"},
	{name: "booking-american", columns: "Email, Guest Name, Confirmation Number", more: "mm/dd/yyyy", hello: "Dear Zoë Ångström,"},
	{name: "booking-unclear", columns: "Email, Guest Name, Reference", more: "dd/mm/yyyy", hello: "Dear Zoë Ångström,", unclear: `--dates dd/mm/yyyy (03/04/2027 is 3 April 2027), or --dates mm/dd/yyyy (03/04/2027 is 4 March 2027)`, options: Options{Dates: "dd/mm/yyyy"}},
	{name: "employees", columns: "Dienstliche E-Mail, Nachname, Vorname, Personalnummer", hello: "Dear Müller, Zoë,"},
	{name: "eventbrite", columns: "Email, First Name+Surname, Order #", hello: "Dear Zoë Ångström,"},
	{name: "families", columns: "email, name, -", more: "first", hello: "Dear Lena Miller,", unclear: `--duplicates first`, options: Options{Duplicates: "first"}},
	{name: "french", columns: "Courriel, Nom complet, N°", more: "1 234,50", hello: "Dear Zoé Dupont,"},
	{name: "google", columns: "E-mail 1 - Value, Name, -", hello: "Dear Zoë Ångström,"},
	{name: "google-new", columns: "E-mail 1 - Value, First Name+Last Name, -", hello: "Dear Zoë Ångström,"},
	{name: "header-only-titles", columns: "Email, Name, Id", more: "2", hello: "Dear Zoë,"},
	{name: "macintosh", columns: "email, name, number", more: "macintosh", hello: "Dear Zoë Müller,", unclear: `--encoding macintosh (it reads "Zoë Müller")`, options: Options{Encoding: "macintosh"}},
	{name: "mailchimp", columns: "Email Address, First Name+Last Name, LEID", hello: "Dear Zoë Ångström,", unclear: `--key LEID (such as "123"), or --key EUID`, options: Options{Key: "LEID"}},
	{name: "mixed-dates", columns: "email, name, id", more: "due mm/dd/yyyy", hello: "Dear Zoë Ångström,"},
	{name: "names-only", columns: "Mail, Vorname+Name, -", hello: "Dear Zoë Müller,"},
	{name: "no-addresses", unclear: `the columns are id, name, phone`},
	{name: "no-header", unclear: `no line above it names the columns`},
	{name: "odd-names", columns: "E-Mail (privat), Name, Vorname, id", hello: "Dear Müller, Zoë,"},
	{name: "outlook", columns: "E-mail Address, First Name+Last Name, -", hello: "Dear Zoë Ångström,"},
	{name: "outlook-german", columns: "E-Mail-Adresse, Vorname+Nachname, -", more: "windows-1252", hello: "Dear Jürgen Groß,"},
	{name: "pipes", columns: "email, name, id", hello: "Dear Zoë Ångström,"},
	{name: "polish", columns: "email, name, number", more: "windows-1250", hello: "Dear Wałęsa Żółć,"},
	{name: "same-addresses", columns: "email, name, -", hello: "Dear Zoë Ångström,"},
	{name: "school", columns: "E-Mail Eltern, Erziehungsberechtigte, Schülernummer", hello: "Dear Zoë Müller,", unclear: `--name Erziehungsberechtigte (such as "Zoë Müller"), or --name Vorname`, options: Options{Name: "Erziehungsberechtigte"}},
	{name: "school-parents", columns: "Parent Email, Parent Name, Pupil ID", hello: "Dear Zoë Miller,", unclear: `--name 'Child Name' (such as "Lena Miller"), or --name 'Parent Name'`, options: Options{Name: "Parent Name"}},
	{name: "school-titles", columns: "E-Mail-Adresse, Vorname+Name, -", more: "5 windows-1252", hello: "Dear Zoë Müller,"},
	{name: "sep", columns: "email, name, number", hello: "Dear Zoë, called Zo,"},
	{name: "shop-german", columns: "E-Mail, Kunde, Bestellnr.", more: "1.234,50", hello: "Dear Zoë Müller,"},
	{name: "shopify", columns: "Email, First Name+Last Name, -", hello: "Dear Zoë Ångström,"},
	{name: "swiss", columns: "Email, Name, Nr", more: "1'234.50", hello: "Dear Zoë Müller,"},
	{name: "thousands-told", columns: "Email, Name, Nr", more: "1.234,50", hello: "Dear Zoë Müller,"},
	{name: "thousands-unclear", columns: "Email, Name, No", more: "1,234.50", hello: "Dear Zoë Ångström,", unclear: `--numbers 1.234,50 (1.200 is 1200), or --numbers 1,234.50 (1.200 is 1.2)`, options: Options{Numbers: "1,234.50"}},
	{name: "thunderbird", columns: "Primary Email, Display Name, -", hello: "Dear Zoë Ångström,"},
	{name: "thunderbird-german", columns: "Primäre E-Mail-Adresse, Anzeigename, -", hello: "Dear Zoë Müller,"},
	{name: "two-addresses", columns: "work email, name, id", hello: "Dear Zoë Ångström,", unclear: `--email 'private email' (such as "zoe@club.example"), or --email 'work email'`, options: Options{Email: "work email"}},
	{name: "two-numbers", columns: "Email, Name, -", hello: "Dear Zoë Ångström,", unclear: `--key 'Customer ID'`, options: Options{Key: None}},
	{name: "utf16", columns: "email, name, id", hello: "Dear Zoë Ångström,"},
	{name: "utf16-unmarked", columns: "email, name, id", more: "utf-16", hello: "Dear Zoë Ångström,"},
	{name: "woocommerce", columns: "billing_email, billing_first_name+billing_last_name, order_id", hello: "Dear Zoë Ångström,"},
	{name: "booking.xlsx", columns: "Guest email, Guest, Booking reference", more: "dd/mm/yyyy", hello: "Dear Zoë Ångström,"},
	{name: "school-titles.ods", columns: "E-Mail-Adresse, Vorname+Name, -", more: "5", hello: "Dear Zoë Müller,"},
	{name: "two-sheets.xlsx", columns: "E-mail, Name, Member no", more: "Members 3", hello: "Dear Zoë Ångström,", unclear: `--sheet Members, or --sheet 'Left in 2025'`, options: Options{Sheet: "Members"}},
	{name: "two-sheets.ods", columns: "E-mail, Name, -", more: "Left in 2025", hello: "Dear Old Member,", unclear: `--sheet Members, or --sheet 'Left in 2025'`, options: Options{Sheet: "Left in 2025"}},
	{name: "titles-as-wide", columns: "Email, Name, Id", more: "2", hello: "Dear Zoë Ångström,"},
	{name: "titles-unclear", columns: "Kontakt, Name, Id", more: "2", hello: "Dear Zoë Ångström,", unclear: "--header 1 (Members, 2026, May), or --header 2 (Id, Kontakt, Name)", options: Options{Header: 2}},
}

// Whatever a file looks like, the columns are found or asked for, the job passes its checks, and its first
// letter calls the right person.
func TestShapes(t *testing.T) {
	t.Parallel()
	for _, tt := range shapes {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir, name := t.TempDir(), tt.name
			if filepath.Ext(name) == "" {
				name += ".csv"
			}
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			o := Options{Path: path, From: "Club <office@gmail.com>"}
			d, err := New(t.Context(), o, nil)
			if tt.unclear != "" {
				wantUnclear(t, err, tt.unclear)
				if tt.hello == "" {
					return
				}
				given := tt.options
				given.Path, given.From = o.Path, o.From
				d, err = New(t.Context(), given, nil)
			}
			if err != nil {
				t.Fatalf("%v; hint: %s", err, hintOf(err))
			}
			if got := columnsOf(d); got != tt.columns {
				t.Errorf("columns %q, want %q", got, tt.columns)
			}
			if got := moreOf(d); got != tt.more {
				t.Errorf("more %q, want %q", got, tt.more)
			}
			if _, err := d.Write(); err != nil {
				t.Fatal(err)
			}
			r, err := job.Check(t.Context(), job.Options{Ref: mailing.Ref{Path: d.JobPath(), Sandbox: true}}, job.Env{})
			if err != nil {
				t.Fatalf("%v; hint: %s", err, hintOf(err))
			}
			hello, _, _ := strings.Cut(r.Letter.Text, "\n")
			if hello != tt.hello || r.Letters == 0 {
				t.Errorf("%d letters, the first begins %q; want %q", r.Letters, hello, tt.hello)
			}
		})
	}
}
