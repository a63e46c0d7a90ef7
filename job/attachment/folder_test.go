package attachment

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailshot/job/jobfile"
)

// aFolder returns the folder of a path template in a job's directory, which has a
// file outside beside it, and links to it.
func aFolder(t testing.TB, template, from string) (*folder, string) {
	t.Helper()
	top := t.TempDir()
	dir := filepath.Join(top, "job")
	for name, text := range map[string]string{"secret": "secret", "bills/in": "bill", "job/in": "in", "job/bills/in": "bill", "job/bills/sub/in": "sub"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(top, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(top, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"job/bills/out": "../../secret", "job/bills/up": "../..", "job/bills/loop": "loop", "job/bills/same": "in", "job/gone": "../bills"} {
		if err := os.Symlink(to, filepath.Join(top, link)); err != nil {
			t.Fatal(err)
		}
	}
	j := &jobfile.Job{Path: "job.yaml", Dir: dir, Message: jobfile.Message{AttachmentsFrom: from}}
	dirs, err := rootDirs(j)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, d := range dirs {
			d.root.Close()
		}
	})
	f, err := newFolder(j, template, dirs, &identities{})
	if err != nil {
		t.Fatal(err)
	}
	return &f, dir
}

func TestFolder(t *testing.T) {
	for _, tt := range []struct{ template, from, path, want string }{
		{"bills/{{.x}}", "", "bills/in", ""},
		{"bills/{{.x}}", "", "bills/sub/in", ""},
		{"bills/{{.x}}", "", "bills/same", ""},
		{"./bills/{{.x}}", "", "./bills/in", ""},
		{"{{.x}}", "", "in", ""},
		{"{{.x}}", "", "bills/in", ""},
		{"bills/{{.x}}", "", "in", "leads out of the job's directory"},
		{"bills/{{.x}}", "", "bills/../in", ".. in it"},
		{"bills/{{.x}}", "", "bills/sub/..", ".. in it"},
		{"{{.x}}", "", "..", ".. in it"},
		{"{{.x}}", "", "../secret", ".. in it"},
		{"{{.x}}", "", "/etc/passwd", "leads out of the job's directory"},
		{"bills/{{.x}}", "", "bills//etc/passwd", "leads out of the job's directory"},
		{"bills/{{.x}}", "", "bills/out", "leads out of the job's directory"},
		{"bills/{{.x}}", "", "bills/up/secret", "leads out of the job's directory"},
		{"bills/{{.x}}", "", "bills/loop", "too many"},
		{"bills/{{.x}}", "", "bills/", "the name of the file is empty"},
		{"bills/{{.x}}", "", "bills/sub/", "the name of the file is empty"},
		{"bills/{{.x}}", "", "bills/sub", "it is a directory"},
		{"bills/{{.x}}", "", "bills/in/x", "not a directory"},
		{"bills/{{.x}}", "", "bills/a\x00b", "invalid"},
		{"bills/{{.x}}", "", "bills/nosuch", "there is no file bills/nosuch"},
		{"{{.x}}", "", "", "the name of the file is empty"},
		{"../bills/{{.x}}", "../bills", "../bills/in", ""},
		{"../bills/{{.x}}", "../bills", "../bills/../secret", ".. in it"},
		{"gone/{{.x}}", "gone", "gone/in", ""},
		{"bills/{{.x}}", "../bills", "bills/in", ""},
	} {
		f, _ := aFolder(t, tt.template, tt.from)
		o, err := f.find(tt.path)
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %s: %v", tt.template, tt.path, err)
			} else if r, err := o.Open(); err != nil {
				t.Errorf("%s: opening %s: %v", tt.template, tt.path, err)
			} else {
				r.Close()
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %s: error = %v; want %s", tt.template, tt.path, err, tt.want)
		}
	}
}

// TestFolderOutside: a folder outside, or one that a link leads to, is an error
// of the job.
func TestFolderOutside(t *testing.T) {
	for _, tt := range []struct {
		template, want string
	}{
		{"../bills/{{.x}}", "it leads out of the job's directory"},
		{"/etc/{{.x}}", "it leads out of the job's directory"},
		{"gone/{{.x}}", "it leads out of the job's directory"},
		{"nosuch/{{.x}}", "there is no file nosuch/"},
		{"in/{{.x}}", "in is no directory"},
	} {
		good, dir := aFolder(t, "{{.x}}", "")
		_, err := newFolder(&jobfile.Job{Dir: dir}, tt.template, []rootDir{{path: dir, root: good.root}}, &identities{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error = %v; want %s", tt.template, err, tt.want)
		}
	}
}

// FuzzFolder: whatever a cell says, what is opened is in the job's directory.
func FuzzFolder(f *testing.F) {
	for _, s := range []string{"in", "../in", "out", "up/secret", "up/job/bills/in", "/secret", "sub/../../../secret", "./in", "sub//in", "\\..\\secret", "in\x00", "loop", "."} {
		f.Add(s)
	}
	bills, _ := aFolder(f, "bills/{{.x}}", "")
	whole, _ := aFolder(f, "{{.x}}", "")
	f.Fuzz(func(t *testing.T, cell string) {
		for _, in := range []*folder{bills, whole} {
			o, err := in.find(in.fixed + cell)
			if err != nil {
				continue
			}
			r, err := o.Open()
			if err != nil {
				t.Errorf("%q is found, and can't be opened: %v", cell, err)
				continue
			}
			b, err := io.ReadAll(r)
			if r.Close(); err != nil || string(b) == "secret" {
				t.Errorf("%q leads to %q, %v", cell, b, err)
			}
		}
	})
}

func TestBareName(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"0012.pdf", "12.pdf", true},
		{"0012.pdf", "12.PDF", true},
		{"INV 0012.pdf", "inv-12.pdf", true},
		{"Zoë.pdf", "Zoe\u0308.pdf", true},
		{"0012.pdf", "0013.pdf", false},
		{"0012.pdf", "00120.pdf", false},
		{"10.pdf", "1.pdf", false},
		{"12.pdf", "12.docx", false},
		{"1-2.pdf", "12.pdf", false},
		{"1-2.pdf", "1_002.pdf", true},
		{"2026-0012.pdf", "2026 12.pdf", true},
		{"a10.pdf", "a1.pdf", false},
	} {
		if got := bareName(tt.a) == bareName(tt.b); got != tt.same {
			t.Errorf("%s and %s are the same but for slips: %t; want %t (%q, %q)", tt.a, tt.b, got, tt.same, bareName(tt.a), bareName(tt.b))
		}
	}
}
