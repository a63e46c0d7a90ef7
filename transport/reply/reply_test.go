package reply

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"
)

func parse(s string) (Reply, error) {
	r, err := Read(bufio.NewReaderSize(strings.NewReader(s), MaxLine), nil)
	if err == nil {
		r.SetEnhanced()
	}
	return r, err
}

func TestReadReply(t *testing.T) {
	for _, tt := range []struct {
		wire           string
		code           int
		enhanced, text string
	}{
		{"250\r\n", 250, "", ""},
		{"250 \r\n", 250, "", ""},
		{"250 ok\n", 250, "", "ok"},
		{"250 2.1.0 Ok\r\n", 250, "2.1.0", "Ok"},
		{"250 2.0.0\r\n", 250, "2.0.0", ""},
		{"250-2.0.0 a\r\n250 2.0.0 b\r\n", 250, "2.0.0", "a b"},
		{"550-who\r\n550 5.1.1 are you\r\n", 550, "5.1.1", "who are you"},
		{"550-\r\n550 x\r\n", 550, "", "x"},
		{"550 4.1.1 x\r\n", 550, "", "4.1.1 x"},
		{"550 5.7.1234 x\r\n", 550, "", "5.7.1234 x"},
		{"550 5.7 x\r\n", 550, "", "5.7 x"},
		{"550 5.7.1x\r\n", 550, "", "5.7.1x"},
		{"354 3.0.0 go\r\n", 354, "", "3.0.0 go"},
		{"550 a\x1b[31m\x00\tb\x7f\r\n", 550, "", `a\x1b[31m\x00\x09b\x7f`},
		{"550 na\xc3\xafve \xe9\r\n", 550, "", `naïve \xe9`},
		{"550 \u202eevil\u200b\r\n", 550, "", `\u{202e}evil\u{200b}`},
		{"550 a\rb\r\r\n", 550, "", `a\x0db`},
		{"571 5.7.1 spam\r\n", 571, "5.7.1", "spam"},
		{"470 later\r\n", 470, "", "later"},
		{"599-a\r\n599 b\r\n", 599, "", "a b"},
	} {
		r, err := parse(tt.wire)
		if err != nil || r.Code != tt.code || r.Enhanced != tt.enhanced || r.Text() != tt.text {
			t.Errorf("reply %q = %d %q %q, %v; want %d %q %q", tt.wire, r.Code, r.Enhanced, r.Text(), err, tt.code, tt.enhanced, tt.text)
		}
	}
}

func TestReadReplyErrors(t *testing.T) {
	for _, tt := range []struct {
		wire string
		is   error
	}{
		{"", io.EOF},
		{"250", io.EOF},
		{"250 ok\r", io.EOF},
		{"250-ok\r\n", io.EOF},
		{"2200 x\r\n", ErrNotReply},
		{"22 x\r\n", ErrNotReply},
		{"220x\r\n", ErrNotReply},
		{"\r\n", ErrNotReply},
		{"150 x\r\n", ErrNotReply},
		{"650 x\r\n", ErrNotReply},
		{"260 x\r\n", ErrNotReply},
		{"25a x\r\n", ErrNotReply},
		{"250-a\r\n251 b\r\n", ErrNotReply},
		{"250-a\r\nb\r\n", ErrNotReply},
		{"\x16\x03\x01", ErrNotReply},
		{"250 " + strings.Repeat("x", MaxLine) + "\r\n", ErrNotReply},
		{strings.Repeat("250-x\r\n", maxLines) + "250 x\r\n", ErrNotReply},
		{strings.Repeat("250-"+strings.Repeat("x", 8000)+"\r\n", 9) + "250 x\r\n", ErrNotReply},
	} {
		if r, err := parse(tt.wire); !errors.Is(err, tt.is) {
			t.Errorf("reply %.60q = %v, %v; want an error that is %v", tt.wire, r, err, tt.is)
		}
	}
}

// FuzzReply: the same octets give the same reply however they are cut, within the limits, and what
// is shown is printable.
func FuzzReply(f *testing.F) {
	for _, s := range []string{"250 ok\r\n", "250-2.0.0 a\r\n250 2.0.0 b\r\n", "550 5.1.1 \x1b\xff\r\n", "250", "250-a\n251 b\n", "\x15\x03", "354\n", strings.Repeat("250-x\r\n", 130)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, err := Read(bufio.NewReaderSize(bytes.NewReader(b), MaxLine), nil)
		whole.SetEnhanced()
		for _, cut := range []io.Reader{iotest.OneByteReader(bytes.NewReader(b)), iotest.HalfReader(bytes.NewReader(b)), iotest.DataErrReader(bytes.NewReader(b))} {
			parts, perr := Read(bufio.NewReaderSize(cut, MaxLine), nil)
			parts.SetEnhanced()
			if !reflect.DeepEqual(whole, parts) || (err == nil) != (perr == nil) {
				t.Errorf("reply %q = %+v, %v; in parts %+v, %v", b, whole, err, parts, perr)
			}
		}
		if err != nil {
			return
		}
		if whole.Code < 200 || whole.Code > 599 || len(whole.Lines) == 0 || len(whole.Lines) > maxLines {
			t.Errorf("reply %q = %+v", b, whole)
		}
		shown := whole.String()
		if !utf8.ValidString(shown) || strings.ContainsFunc(shown, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("reply %q is shown as %q", b, shown)
		}
		// Printed and parsed, it is the same.
		var wire bytes.Buffer
		for i, line := range whole.Lines {
			sep := byte('-')
			if i == len(whole.Lines)-1 {
				sep = ' '
			}
			wire.Write([]byte{byte('0' + whole.Code/100), byte('0' + whole.Code/10%10), byte('0' + whole.Code%10), sep})
			wire.WriteString(line + "\r\n")
		}
		again, err := Read(bufio.NewReaderSize(&wire, 2*MaxLine), nil)
		again.SetEnhanced()
		if err == nil && !reflect.DeepEqual(again, whole) {
			t.Errorf("reply %q printed and parsed = %+v, want %+v", b, again, whole)
		}
	})
}
