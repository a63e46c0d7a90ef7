//go:build unix

package job

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/job/problem"
)

// TestUnreadableFile: a row's file that can't be read is told before anything is
// sent.
func TestUnreadableFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root can read everything")
	}
	bubble(t, func(t *testing.T) {
		w := withFiles(t, 2, `"bills/{{.code}}.pdf"`)
		if err := os.Chmod(filepath.Join(w.dir, "bills/C0002.pdf"), 0); err != nil {
			t.Fatal(err)
		}
		_, err := w.run(t.Context())
		wantKind(t, err, problem.BadData)
		if want := "people.csv:3: row 2: no permission to read bills/C0002.pdf"; !strings.Contains(err.Error(), want) {
			t.Errorf("error %v; want %s", err, want)
		}
		if n := len(w.server.Sessions()); n > 0 {
			t.Errorf("%d sessions were opened", n)
		}
	})
}
