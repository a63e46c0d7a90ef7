package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"mailshot/cmd/mailshot/wording"
	"mailshot/transport/smtptest"
)

// TestEscapes: no name of a file brings a control character to the terminal, nor an octet that some
// terminals take for one.
func TestEscapes(t *testing.T) {
	t.Parallel()
	for i, odd := range []string{"\x1b[31m", "\u009b31m", "\x9b31m", "\n", "\u202e"} {
		if !inPart(i) {
			continue
		}
		t.Run(strings.ToValidUTF8(odd, "x"), func(t *testing.T) {
			t.Parallel()
			j := newLiveJob(t, 2, "", smtptest.Handler{})
			dir := filepath.Join(j.dir, "d"+odd+"ir")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			j.edit("job.yaml", "version: 1", "version: 1\nname: ok")
			name := filepath.Join(dir, "j"+odd+"ob.yaml")
			for from, to := range map[string]string{"job.yaml": name, "people.csv": filepath.Join(dir, "people.csv")} {
				if err := os.Rename(j.path(from), to); err != nil {
					t.Fatal(err)
				}
			}
			for _, args := range [][]string{
				{"check", name}, {"check", name + "x"}, {"run", "--yes", "--sandbox=" + dir + "/sb", name}, {"run", "--yes", "--limit", "1", name}, {"run", name},
				{"status", name}, {"status", "--json", name}, {"status", "--export", dir + "/x.csv", "--status", "sent", name},
				{"rerun", "--trace", name, name}, {"doctor", name}, {"settle", name, odd, "--sent"}, {"help", odd}, {odd}, {"check", "--mailing", odd, name},
			} {
				_, out := j.run(args...)
				bad := func(r rune) bool {
					return r == unicode.ReplacementChar && args[1%len(args)] != "--json" || r != '\n' && wording.Hidden(r)
				}
				if i := strings.IndexFunc(out, bad); i >= 0 {
					t.Errorf("%q prints\n%q", args, out)
				}
			}
		})
	}
}
