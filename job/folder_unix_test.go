//go:build unix

package job

import (
	"errors"
	"mailshot/job/problem"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFolderPipe: a pipe in the place of a file holds nothing up.
func TestFolderPipe(t *testing.T) {
	f, dir := aFolder(t, "bills/{{.x}}", "")
	if err := syscall.Mkfifo(filepath.Join(dir, "bills/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.find("bills/pipe"); err == nil || !strings.Contains(err.Error(), "it is no regular file") {
		t.Errorf("a pipe: %v", err)
	}
	o, err := f.find("bills/in")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(filepath.Join(dir, "bills/in")), os.Rename(filepath.Join(dir, "bills/pipe"), filepath.Join(dir, "bills/in"))); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Open(); !errors.Is(err, errChanged) {
		t.Errorf("a pipe that came later: %v", err)
	}
}

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
