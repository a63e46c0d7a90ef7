package attachment

import (
	"mime"
	"strings"
	"testing"
)

func TestMediaType(t *testing.T) {
	for _, tt := range []struct {
		names string // with spaces between
		head  string
		want  string
	}{
		{"a.pdf", "PK\x03\x04", "application/pdf"},
		{"a.PDF", "", "application/pdf"},
		{"a.tar.gz", "", "application/gzip"},
		{"a.xyz invoice.docx", "", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"a", "%PDF-1.7", "application/pdf"},
		{"a.xyz", "\x89PNG\r\n\x1a\n", "image/png"},
		{"a", "Dear Zoë,\r\n\tthank you.\n", "text/plain"},
		{"a", "cut in an \xc3", "text/plain"},
		{"a", "not cut \xc3(", "application/octet-stream"},
		{"a", "a\x00b", "application/octet-stream"},
		{"a", "", "text/plain"},
		{".pdf", "", "application/pdf"},
	} {
		got := TypeByName(strings.Fields(tt.names)...)
		if got == "" {
			got = TypeByContent([]byte(tt.head))
		}
		if got != tt.want {
			t.Errorf("%s beginning with %q is %s; want %s", tt.names, tt.head, got, tt.want)
		}
	}
	for ending, kind := range mediaTypes {
		if m, params, err := mime.ParseMediaType(kind); err != nil || m != kind || len(params) > 0 || strings.ToLower(ending) != ending || ending[0] != '.' {
			t.Errorf("%s is %s: %v", ending, kind, err)
		}
	}
}
