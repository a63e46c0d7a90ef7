package sandbox_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
	"testing"

	"mailshot/transport/sandbox"
)

// Whoever signs in is let in, with a first answer beside the command and without; what is no mechanism
// lets in nobody.
func TestAnybodySignsIn(t *testing.T) {
	t.Parallel()
	s := start(t, &sandbox.Server{Dir: t.TempDir()})
	answer := base64.StdEncoding.EncodeToString([]byte("\x00office\x00not a password"))
	for _, tt := range []struct{ says, want string }{
		{"AUTH PLAIN " + answer, "235"},
		{"AUTH PLAIN\n" + answer, "334 235"},
		{"AUTH LOGIN\nb2ZmaWNl\neA==", "334 334 235"},
		{"AUTH LOGIN b2ZmaWNl\neA==", "334 235"},
		{"AUTH XOAUTH2 " + answer, "235"},
		{"AUTH OAUTHBEARER " + answer, "235"},
		{"AUTH " + sandbox.Mechanism + " " + answer, "504"},
		{"AUTH CRAM-MD5", "504"},
	} {
		c, err := net.Dial("tcp", s)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(c)
		read := func() string {
			for lines.Scan() {
				if line := lines.Text(); len(line) > 3 && line[3] == ' ' {
					return line[:3]
				}
			}
			return ""
		}
		read()
		fmt.Fprint(c, "EHLO client.example\r\n")
		read()
		var got []string
		for line := range strings.SplitSeq(tt.says, "\n") {
			fmt.Fprintf(c, "%s\r\n", line)
			got = append(got, read())
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%q: %s; want %s", tt.says, got, tt.want)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
