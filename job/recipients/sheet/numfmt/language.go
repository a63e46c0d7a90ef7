package numfmt

import (
	"time"

	"mailshot/template/locale"
)

// A language says how dates are written.
type language struct {
	tag       string // "" is English
	separator string // of the parts of a date
}

func (l language) format(layout string, t time.Time) string {
	names, err := locale.Of(l.tag)
	if err != nil {
		return t.Format(layout)
	}
	return names.Format(layout, t)
}

// languageOf returns the language that Windows gives a number. One that is not known is English.
func languageOf(lcid int) language {
	if lcid == 0x0c07 {
		return language{"de-AT", "."}
	}
	switch lcid & 0x3ff {
	case 0x05:
		return language{"cs", "."}
	case 0x06:
		return language{"da", "."}
	case 0x07:
		return language{"de", "."}
	case 0x0a:
		return language{"es", "/"}
	case 0x0b:
		return language{"fi", "."}
	case 0x0c:
		return language{"fr", "/"}
	case 0x0e:
		return language{"hu", "."}
	case 0x10:
		return language{"it", "/"}
	case 0x13:
		return language{"nl", "-"}
	case 0x14:
		return language{"nb", "."}
	case 0x15:
		return language{"pl", "."}
	case 0x16:
		return language{"pt", "/"}
	case 0x19:
		return language{"ru", "."}
	case 0x1d:
		return language{"sv", "-"}
	}
	return language{"en", "/"}
}
