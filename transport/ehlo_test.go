package transport

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestParseCapabilities(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  Capabilities
	}{
		{"one line", []string{"mail.test at your service"}, Capabilities{Hostname: "mail.test"}},
		{"no name", []string{""}, Capabilities{}},
		{"the first line is a name", []string{"STARTTLS", "PIPELINING"}, Capabilities{Hostname: "STARTTLS", Pipelining: true, Keywords: []string{"PIPELINING"}}},
		{"any case", []string{"x", "pipelining", "StartTLS", " 8bitmime", "SmtpUtf8", "chunking", "EnhancedStatusCodes"},
			Capabilities{Hostname: "x", Pipelining: true, StartTLS: true, EightBitMIME: true, SMTPUTF8: true, Chunking: true, EnhancedStatusCodes: true,
				Keywords: []string{"pipelining", "StartTLS", "8bitmime", "SmtpUtf8", "chunking", "EnhancedStatusCodes"}}},
		{"whole words", []string{"x", "XSTARTTLS", "STARTTLSX", "SIZE=10", "PIPELINING-X"}, Capabilities{Hostname: "x", Keywords: []string{"XSTARTTLS", "STARTTLSX", "SIZE=10", "PIPELINING-X"}}},
		{"AUTH", []string{"x", "auth login plain", "AUTH=PLAIN XOAUTH2", ""}, Capabilities{Hostname: "x", Auth: []string{"LOGIN", "PLAIN", "XOAUTH2"}, Keywords: []string{"auth login plain", "AUTH=PLAIN XOAUTH2"}}},
		{"SIZE", []string{"x", "SIZE 1000", "SIZE 1"}, Capabilities{Hostname: "x", Size: 1000, sizeParameter: true, Keywords: []string{"SIZE 1000", "SIZE 1"}}},
		{"LIMITS", []string{"x", "LIMITS mailmax=5 RCPTMAX=100 rcptmax=7 RCPTDOMAINMAX=3 X", "LIMITS MAILMAX=9"},
			Capabilities{Hostname: "x", MailMax: 5, RcptMax: 100, Keywords: []string{"LIMITS mailmax=5 RCPTMAX=100 rcptmax=7 RCPTDOMAINMAX=3 X", "LIMITS MAILMAX=9"}}},
		{"LIMITS that are none", []string{"x", "LIMITS MAILMAX=-1 RCPTMAX=1234567 MAILMAX= RCPTMAX"}, Capabilities{Hostname: "x", Keywords: []string{"LIMITS MAILMAX=-1 RCPTMAX=1234567 MAILMAX= RCPTMAX"}}},
		{"SIZE without a value", []string{"x", "SIZE"}, Capabilities{Hostname: "x", sizeParameter: true, Keywords: []string{"SIZE"}}},
		{"SIZE 0", []string{"x", "SIZE 0"}, Capabilities{Hostname: "x", sizeParameter: true, Keywords: []string{"SIZE 0"}}},
		{"SIZE abc", []string{"x", "SIZE abc"}, Capabilities{Hostname: "x", Keywords: []string{"SIZE abc"}}},
		{"SIZE -1", []string{"x", "SIZE -1"}, Capabilities{Hostname: "x", Keywords: []string{"SIZE -1"}}},
		{"SIZE of 20 digits", []string{"x", "SIZE 18446744073709551615"}, Capabilities{Hostname: "x", Size: math.MaxInt64, sizeParameter: true, Keywords: []string{"SIZE 18446744073709551615"}}},
		{"SIZE too long", []string{"x", "SIZE 99999999999999999999"}, Capabilities{Hostname: "x", Keywords: []string{"SIZE 99999999999999999999"}}},
		{"control characters", []string{"x\x1b", "X\x1b"}, Capabilities{Hostname: `x\x1b`, Keywords: []string{`X\x1b`}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Extended = true
			if got := parseCapabilities(Reply{Code: 250, Lines: tt.lines}); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("parseCapabilities(%q) = %+v, want %+v", tt.lines, got, tt.want)
			}
		})
	}
}

// FuzzCapabilities: case does not matter, nothing unprintable is kept, and no extension is taken
// from a line that does not begin with its name.
func FuzzCapabilities(f *testing.F) {
	for _, s := range []string{"x\nPIPELINING\nstarttls\nSIZE 10", "STARTTLS", "x\nAUTH=PLAIN LOGIN\nauth plain", "x\nLIMITS RCPTMAX=5", "x\nXSTARTTLS\nSIZE=10\n\x1b", "x\n \tSmtpUtf8 y", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		lines := strings.Split(s, "\n")
		got := parseCapabilities(Reply{Code: 250, Lines: lines})
		begins := func(name string) bool {
			return slices.ContainsFunc(lines[1:], func(line string) bool {
				words := strings.Fields(line)
				return len(words) > 0 && strings.EqualFold(words[0], name)
			})
		}
		for name, is := range map[string]bool{"PIPELINING": got.Pipelining, "STARTTLS": got.StartTLS, "8BITMIME": got.EightBitMIME, "SMTPUTF8": got.SMTPUTF8, "CHUNKING": got.Chunking, "SIZE": got.sizeParameter, "LIMITS": got.RcptMax+got.MailMax > 0} {
			if is && !begins(name) {
				t.Errorf("%q has %s", s, name)
			}
		}
		if got.Size < 0 || got.RcptMax < 0 || got.MailMax < 0 {
			t.Errorf("%q has limits below 0: %+v", s, got)
		}
		for _, line := range append(got.Keywords, got.Hostname) {
			if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%q is kept as %q", s, line)
			}
		}
		if !isASCII(s) {
			return
		}
		upper := parseCapabilities(Reply{Code: 250, Lines: strings.Split(strings.ToUpper(s), "\n")})
		upper.Keywords, upper.Hostname = got.Keywords, got.Hostname
		if !reflect.DeepEqual(upper, got) {
			t.Errorf("%q = %+v, in capitals %+v", s, got, upper)
		}
	})
}
