package start

import (
	"slices"
	"strings"
	"unicode"
)

// plainName returns the name of a column in small letters, without what is no letter or digit and
// without accents of Latin letters that are usual in such names.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'é', r == 'è', r == 'ê', r == 'É':
			return 'e'
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// hasAny reports whether a text has one of some words in it.
func hasAny(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// isMailName reports whether a column without cells is for addresses by its name.
func isMailName(name string) bool {
	n := plainName(name)
	return n == "mail" || strings.HasPrefix(n, "email") || strings.HasSuffix(n, "email") || strings.HasSuffix(n, "emailaddress")
}

// isFirstName reports whether a column has the names that people are called by.
func isFirstName(name string) bool {
	n := plainName(name)
	if hasAny(n, "phonetic", "yomi", "company") {
		return false
	}
	return hasAny(n, "firstname", "givenname", "forename", "vorname", "prenom", "voornaam", "rufname") && !isWholeName(n) && !isLast(n) ||
		slices.Contains([]string{"first", "given", "fname", "nombre"}, n)
}

// isLastName reports whether a column has the names of families.
func isLastName(name string) bool {
	n := plainName(name)
	return !hasAny(n, "phonetic", "yomi", "company") && isLast(n) && !isWholeName(n)
}

func isLast(n string) bool {
	return hasAny(n, "lastname", "surname", "familyname", "nachname", "familienname", "zuname", "apellido", "cognome", "achternaam", "nomdefamille") ||
		slices.Contains([]string{"last", "lname"}, n)
}

// isWholeName reports whether a plain name is of a column with first and last names.
func isWholeName(n string) bool {
	return hasAny(n, "vornamenachname", "nachnamevorname", "vorundnachname", "vornameundnachname", "nachnameundvorname", "vornamename", "namevorname", "firstandlast", "nomprenom", "prenomnom")
}

// isFullName reports whether a column has whole names of people.
func isFullName(name string) bool {
	n := plainName(name)
	switch {
	case isWholeName(n):
		return true
	case isFirstName(name), isLastName(name),
		hasAny(n, "company", "firma", "firmen", "user", "benutzer", "login", "file", "datei", "school", "schul", "class", "klasse", "event", "veranstaltung",
			"product", "produkt", "artikel", "street", "strasse", "straße", "domain", "nick", "middle", "phonetic", "city", "orts", "account", "konto",
			"organi", "course", "kurs", "team", "group", "gruppe", "department", "abteilung", "hotel", "room", "zimmer", "item", "variant", "tarif", "plan",
			"host", "verein", "club", "bank", "second", "maiden", "geburtsname", "discount", "shippingmethod", "spitz", "screenname"),
		strings.HasPrefix(n, "email"):
		return false
	case hasAny(n, "erziehungsberechtigt", "sorgeberechtigt", "guardian"):
		return true
	case strings.HasSuffix(n, "name"), strings.HasSuffix(n, "namen"), strings.HasSuffix(n, "nom"), strings.HasSuffix(n, "nomcomplet"):
		return true
	}
	return slices.Contains([]string{
		"nombrecompleto", "nomecompleto", "naam", "ansprechpartner", "kontaktperson", "contactperson", "guest", "gast", "attendee", "teilnehmer", "teilnehmerin",
		"member", "mitglied", "customer", "kunde", "employee", "mitarbeiter", "parent", "parents", "eltern", "child", "kind", "student", "pupil", "mother", "father", "mutter", "vater", "recipient", "empfänger",
	}, n)
}

// isKeyName reports whether a column has numbers or codes of people or orders by its name.
func isKeyName(name string) bool {
	n := plainName(name)
	if hasAny(n, "phone", "telefon", "handy", "mobil", "fax", "haus", "house", "konto", "account", "iban", "zip", "plz", "postleitzahl", "postal", "zimmer", "room", "tax", "steuer", "ustid", "vat", "passport", "uidnr") {
		return false
	}
	if slices.Contains([]string{"n°", "nº", "№", "#"}, strings.ToLower(strings.TrimSpace(name))) || strings.HasSuffix(name, " #") {
		return true
	}
	for _, end := range []string{"nummer", "number", "numero", "nr", "kennung"} {
		if strings.HasSuffix(n, end) {
			return true
		}
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range words {
		if slices.Contains([]string{"id", "key", "no", "code", "uid", "uuid", "ref", "reference", "referenz"}, w) {
			return true
		}
	}
	return strings.HasSuffix(name, "Id") || strings.HasSuffix(name, "ID")
}
