package locale

import (
	"strings"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/bg"
	"github.com/go-playground/locales/ca"
	"github.com/go-playground/locales/cs"
	"github.com/go-playground/locales/da"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/de_AT"
	"github.com/go-playground/locales/el"
	"github.com/go-playground/locales/en"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/et"
	"github.com/go-playground/locales/fi"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/hr"
	"github.com/go-playground/locales/hu"
	"github.com/go-playground/locales/is"
	"github.com/go-playground/locales/it"
	"github.com/go-playground/locales/lt"
	"github.com/go-playground/locales/lv"
	"github.com/go-playground/locales/nb"
	"github.com/go-playground/locales/nl"
	"github.com/go-playground/locales/nn"
	"github.com/go-playground/locales/pl"
	"github.com/go-playground/locales/pt"
	"github.com/go-playground/locales/ro"
	"github.com/go-playground/locales/ru"
	"github.com/go-playground/locales/sk"
	"github.com/go-playground/locales/sl"
	"github.com/go-playground/locales/sv"
	"github.com/go-playground/locales/tr"
	"github.com/go-playground/locales/uk"
)

// Languages returns the tags of the languages that are known, sorted.
func Languages() []string {
	return strings.Fields("bg ca cs da de de-AT el en es et fi fr hr hu is it lt lv nb nl nn pl pt ro ru sk sl sv tr uk")
}

// translator returns the names of a language by its tag in small letters, or nil.
func translator(tag string) locales.Translator {
	switch tag {
	case "bg":
		return bg.New()
	case "ca":
		return ca.New()
	case "cs":
		return cs.New()
	case "da":
		return da.New()
	case "de":
		return de.New()
	case "de-at":
		return de_AT.New()
	case "el":
		return el.New()
	case "en":
		return en.New()
	case "es":
		return es.New()
	case "et":
		return et.New()
	case "fi":
		return fi.New()
	case "fr":
		return fr.New()
	case "hr":
		return hr.New()
	case "hu":
		return hu.New()
	case "is":
		return is.New()
	case "it":
		return it.New()
	case "lt":
		return lt.New()
	case "lv":
		return lv.New()
	case "nl":
		return nl.New()
	case "nn":
		return nn.New()
	case "pl":
		return pl.New()
	case "pt":
		return pt.New()
	case "ro":
		return ro.New()
	case "ru":
		return ru.New()
	case "sk":
		return sk.New()
	case "sl":
		return sl.New()
	case "sv":
		return sv.New()
	case "tr":
		return tr.New()
	case "uk":
		return uk.New()
	case "nb", "no":
		return nb.New()
	}
	return nil
}

// alone returns the months of a language as they stand without a day, where that is another form, one
// after the other: "stycznia" is of January, and "styczeń" January.
func alone(tag string) string {
	switch tag {
	case "ca":
		return "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre"
	case "cs":
		return "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec"
	case "fi":
		return "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu"
	case "hr":
		return "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac"
	case "lt":
		return "sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis"
	case "pl":
		return "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień"
	case "ru":
		return "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
	case "sk":
		return "január február marec apríl máj jún júl august september október november december"
	case "uk":
		return "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень"
	}
	return ""
}

// aloneDays returns the weekdays as alone does the months: "maanantaina" is on Monday.
func aloneDays(tag string) string {
	if tag == "fi" {
		return "sunnuntai maanantai tiistai keskiviikko torstai perjantai lauantai"
	}
	return ""
}
