// Package damage finds cells that were damaged on their way from a spreadsheet or a database into
// the recipients file, and say so themselves. It looks at one cell at a time.
package damage

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"mailshot/template/lazyregexp"
)

// A Damage is what is wrong with a cell.
type Damage struct {
	What  string // in words that are the same for all such cells
	Hint  string
	Grave bool   // a letter that shows the cell is not to be sent
	Meant string // what the cell most likely was; "" if that is not known
}

// Of returns what is wrong with a cell without white space around it, or nil. Of most cells it looks
// at the first octet, and whether others are special.
func Of(cell string) *Damage {
	if cell == "" {
		return nil
	}
	if d := whole(cell); d != nil {
		return d
	}
	special, ascii := false, true
	for i := range len(cell) {
		switch c := cell[i]; {
		case c == '&':
			special = true
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if !ascii {
		if d := unreadable(cell); d != nil {
			return d
		}
	}
	if special {
		return entity(cell)
	}
	return nil
}

// whole returns what is wrong with a cell that as a whole is no value.
func whole(cell string) *Damage {
	switch c := cell[0]; {
	case c == '#', c == 'E' || c == 'e':
		return spreadsheetError(cell)
	case c == '=':
		return quotedFormula(cell)
	case c >= '0' && c <= '9', c == '-', c == '+':
		if len(cell) > 4 && shortened().MatchString(cell) {
			return &Damage{What: "a number that a spreadsheet has shortened", Hint: "digits are lost; give the column the format of a text or of a number without decimals in the spreadsheet, and save the file anew"}
		}
	case c == 'N', c == 'n', c == 'u', c == 'I', c == '(', c == '<', c == '[', c == '\\':
		if len(cell) <= len("[object Object]") && nothing[cell] {
			return &Damage{What: "the word of a program for nothing", Hint: "empty these cells; or if it is the word that is meant, declare the column with `match` or `one_of`"}
		}
	}
	return nil
}

// shortened matches how spreadsheets write long numbers.
var shortened = lazyregexp.New(`^[+-]?[0-9](?:[.,][0-9]+)?[eE][+-][0-9]{2,3}$`)

// nothing are the words of databases and programming languages for no value. Null and None, Nan and
// Nil are names of people where they are written so; None is a name to nobody but Python.
var nothing = map[string]bool{
	"NULL": true, "null": true, "(null)": true, "(NULL)": true, "<null>": true, "<NULL>": true, "[NULL]": true, `\N`: true,
	"nan": true, "NaN": true, "NaT": true, "<NA>": true, "None": true, "nil": true, "undefined": true, "[object Object]": true, "Invalid Date": true,
}

// spreadsheetErrors are the error values of spreadsheets in capitals, in English and in the languages
// in which they differ.
var spreadsheetErrors = errorsOf(`
	#N/A #N/A! #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! #UNKNOWN! #EXTERNAL! #PYTHON! #GETTING_DATA #ERROR! #CIRCULAR! #TIMEOUT!
	#NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #KALK!
	#N/D #VALEUR! #NOM? #NOMBRE! #NUL!
	#¡REF! #¡VALOR! #¿NOMBRE? #¡NUM! #¡DIV/0! #¡NULO! #¡DESBORDAMIENTO!
	#RIF! #VALORE! #NOME? #NULLO! #N/D!
	#VALOR! #NÚM! #NULO! #N/DISP
	#VERW! #WAARDE! #NAAM? #GETAL! #DEEL/0! #LEEG! #N/B
	#ADR! #ARG! #NAZWA? #LICZBA! #DZIEL/0! #ZERO!
	#REFERENS! #VÄRDEFEL! #NAMN? #OGILTIGT! #SAKNAS! #DIVISION/0! #SKÄRNING!
	#REFERENCE! #VÆRDI! #VERDI! #NAVN? #I/T #IT
	#ССЫЛКА! #ЗНАЧ! #ИМЯ? #ЧИСЛО! #ДЕЛ/0! #ПУСТО! #Н/Д
	#ODKAZ! #HODNOTA! #NÁZEV? #ČÍSLO! #DĚLENÍ_NULOU! #NENÍ_K_DISPOZICI`)

func errorsOf(list string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(list) {
		all[word] = true
	}
	return all
}

// officeError matches the errors that LibreOffice shows by number.
var officeError = lazyregexp.New(`^(?i:err):5[0-9][0-9]$`)

// spreadsheetError returns what is wrong with an error value, or with a number that has no room.
func spreadsheetError(cell string) *Damage {
	const longest = 40
	if len(cell) >= 3 && strings.Trim(cell, "#") == "" {
		return &Damage{Grave: true, What: "# alone, which a spreadsheet shows where a column is too narrow", Hint: "widen the column in the spreadsheet, and save the file anew"}
	}
	if len(cell) <= longest && spreadsheetErrors[strings.ToUpper(cell)] || officeError().MatchString(cell) {
		return &Damage{Grave: true, What: "an error value of a spreadsheet", Hint: "correct the formula or empty the cells in the spreadsheet, and save the file anew"}
	}
	return nil
}

// quotedFormula returns what is wrong with a text that was made a formula to keep its zeros.
func quotedFormula(cell string) *Damage {
	if len(cell) < len(`=""`) || !strings.HasPrefix(cell, `="`) || !strings.HasSuffix(cell, `"`) {
		return nil
	}
	inner := strings.ReplaceAll(cell[2:len(cell)-1], `""`, `"`)
	return &Damage{Grave: true, Meant: inner, What: `a text within ="…", which only a spreadsheet understands`, Hint: `export the file anew without them, or take away the =" and the quotation mark at the end`}
}

// reference matches a character as HTML writes it.
var reference = lazyregexp.New(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});`)

// entity returns what is wrong with a text that was escaped for HTML.
func entity(cell string) *Damage {
	for _, r := range reference().FindAllString(cell, -1) {
		if html.UnescapeString(r) != r {
			return &Damage{Meant: html.UnescapeString(cell), What: "characters as HTML writes them", Hint: "letters show them as they stand; export the file anew as plain text"}
		}
	}
	return nil
}

// String returns the words for one cell.
func (d *Damage) String(column, shown string) string {
	s := fmt.Sprintf("%s in column %q: %s", shown, column, d.What)
	if d.Meant != "" {
		s += fmt.Sprintf("; meant %q?", d.Meant)
	}
	return s
}
