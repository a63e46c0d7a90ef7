package transport

import (
	"math"
	"reflect"
	"testing"
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
