package redact_test

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"mailshot/transport/redact"
)

const password = "Zebra7-Quarz/Mond"

// each writes every octet of a text by a format.
func each(format, text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

func std(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// wide is a text in UTF-16, the lower octet first.
func wide(text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

// TestText: a secret is struck out in every form, alone and among words, and nothing else is.
func TestText(t *testing.T) {
	var r redact.Redactor
	r.Add(password)
	backwards := []rune(password)
	slices.Reverse(backwards)
	for name, form := range map[string]string{
		"as it is":         password,
		"upper case":       strings.ToUpper(password),
		"lower case":       strings.ToLower(password),
		"base64":           std(password),
		"base64, by one":   std("x" + password),
		"base64, by two":   std("xx" + password + "y"),
		"base64 for URLs":  base64.URLEncoding.EncodeToString([]byte("?>" + password)),
		"base64 of PLAIN":  std("\x00office\x00" + password),
		"base64 twice":     std(std("\x00office\x00" + password)),
		"base64 of UTF-16": std(wide(password)),
		"base32":           base32.StdEncoding.EncodeToString([]byte("xyz" + password)),
		"hexadecimal":      hex.EncodeToString([]byte(password)),
		"with colons":      each("%02X:", password),
		"decimal":          each("%d ", password),
		"percent":          url.QueryEscape(password),
		"percent, all":     each("%%%02x", password),
		"quoted-printable": strings.ReplaceAll(password, "a", "=61"),
		"folded":           "Zebra7-Qua=\nrz/Mond",
		"xtext":            strings.ReplaceAll(password, "-", "+2D"),
		"HTML":             each("&#%d;", password),
		"HTML, some":       strings.ReplaceAll(password, "/", "&#x2f;"),
		"JSON":             strings.ReplaceAll(password, "/", `\/`),
		"JSON, all":        each(`\u%04x`, password),
		"a trace's":        each(`\x%02x`, password),
		"octal":            each(`\%03o`, password),
		"UTF-16":           wide(password),
		"backwards":        string(backwards),
		"rot13":            "Mroen7-Dhnem/Zbaq",
		"spaces":           strings.Join(strings.Split(password, ""), " "),
		"dots":             strings.Join(strings.Split(password, ""), "."),
		"lines":            "Zeb\nra7-Q\nuarz/M\nond",
		"codes":            "5.7.8 Zebra7-\n5.7.8 Quarz/\n5.7.8 Mond",
		"unseen":           strings.Join(strings.Split(password, ""), "\u200b"),
		"its beginning":    password[:9],
		"its end":          password[8:],
	} {
		got := r.Text("before <" + form + "> after")
		left := strings.NewReplacer(redact.Mark, "", "before <", "", "> after", "", "5.7.8", "", "\n", "", "\x00", "", "\\", "", "=", "").Replace(got)
		if !strings.Contains(got, redact.Mark) || !strings.HasPrefix(got, "before <") || len(left) > 20 {
			t.Errorf("%s: %q became %q", name, form, got)
		}
	}
	for _, text := range []string{
		"", "x", "250 2.0.0 Ok: queued as 4F3A2B1C09", "Zebra7- is short", "a=b&c=d %41 \\x41", "é\xff\x00\nsecond",
		"535 5.7.8 Username and Password not accepted", std("\x00office\x00another one"),
	} {
		if got := r.Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// TestMark: what is struck out of a text is replaced where it stood, once a part and line.
func TestMark(t *testing.T) {
	var r redact.Redactor
	r.Add("пароль-für-Zug")
	r.Add("correct horse battery")
	for text, want := range map[string]string{
		"no: пароль-für-Zug, bye":     "no: <redacted>, bye",
		"no: ПАРОЛЬ-FÜR-ZUG!":         "no: <redacted>!",
		"a correct-horse-battery b":   "a <redacted> b",
		"a correcthorse\nbattery b":   "a <redacted>\n<redacted> b",
		"a correct horse\n2 battery":  "a <redacted>\n2 battery",
		"the correct answer, battery": "the correct answer, battery",
	} {
		if got := r.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// TestShort: a short secret is struck out as long as the exchange goes on, in its base64 too, and
// what it was sent as is for ever.
func TestShort(t *testing.T) {
	var r redact.Redactor
	r.Add("rain")
	x := redact.Exchange{Open: true}
	x.Sent("AGEAcmFpbg==", []byte("\x00a\x00rain"))
	for _, tt := range []struct {
		open       bool
		text, want string
	}{
		{true, "bad: r a i n", "bad: <redacted>"},
		{true, std("the rain in Spain"), "<redacted>"},
		{false, "the rain in Spain", "the rain in Spain"},
		{true, "AGEAcmFpbg==", "<redacted>"},
		{false, "500 AGEA cmFpbg== what", "500 <redacted> what"},
		{false, "500 AGEAcmFp", "500 <redacted>"},
	} {
		x.Open = tt.open
		if got := strings.Join(r.Lines([]string{tt.text}, &x), "\n"); got != tt.want {
			t.Errorf("%q became %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestLengths: a secret may have any length.
func TestLengths(t *testing.T) {
	for n := range 20 {
		var r redact.Redactor
		secret := password[:min(n, len(password))]
		r.Add(secret)
		x := &redact.Exchange{Open: true}
		got := r.Lines([]string{"<" + secret + ">"}, x)[0]
		if want := "<" + redact.Mark + ">"; n > 0 && got != want || n == 0 && got != "<>" {
			t.Errorf("%q: it became %q", secret, got)
		}
	}
}

// TestTokens: of many secrets that replace each other the latest are struck out.
func TestTokens(t *testing.T) {
	var r redact.Redactor
	token := func(n int) string { return fmt.Sprintf("token%05d", n*7919) }
	for n := range 20 {
		r.Add(token(n))
		r.Add(token(n))
	}
	for n := 13; n < 20; n++ {
		if got := r.Text(token(n)); got != redact.Mark {
			t.Errorf("token %d became %q", n, got)
		}
	}
}

// FuzzText: a text never grows by more than its marks, keeps its lines, and a secret within it is
// gone.
func FuzzText(f *testing.F) {
	f.Add("before ", " after")
	f.Add("%", "41\n")
	f.Add("5.7.8 a\n5.7.8", "\xff=\\u{")
	f.Fuzz(func(t *testing.T, before, after string) {
		var r redact.Redactor
		r.Add(password)
		text := before + password + after
		got := r.Text(text)
		if strings.Contains(got, password) || strings.Count(got, "\n") != strings.Count(text, "\n") {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func BenchmarkLines(b *testing.B) {
	var r redact.Redactor
	r.Add(password)
	lines := []string{"2.0.0 Ok: queued as 4F3A2B1C09 (mail.example.org)"}
	x := &redact.Exchange{}
	x.Sent(std("\x00office\x00"+password), nil)
	b.ReportAllocs()
	for b.Loop() {
		r.Lines(lines, x)
	}
}
