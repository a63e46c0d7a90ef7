package jobfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// goldenFiles are the files beside the jobs of testdata/digests.txt.
var goldenFiles = map[string]string{
	"letter.txt":         "Dear {{.name}}",
	"letter.html":        `<p>Dear {{.name}}</p><img src="cid:logo">{{template "foot" .}}`,
	"letters/de.txt":     "Grüß Gott",
	"letters/en.txt":     "Hello",
	"letters/x/fr.txt":   "Salut",
	"partials/foot.html": `{{define "foot"}}<hr>{{end}}`,
	"partials/head.html": `{{define "head"}}<h1>{{end}}`,
	"base.txt":           "base",
	"logo.png":           "\x89PNG\r\n\x1a\n",
	"p.jpg":              "\xff\xd8\xff",
	"terms.pdf":          "%PDF-1.7\n",
	"notes.md":           "unrelated",
	"members.csv":        "email,name\n",
}

// goldenDigests are the digests of the jobs of testdata/digests.txt, in their
// order. They are part of run ids that are in the logs of users, so they never
// change: a job that uses no new key keeps its digest for ever. There is no
// flag to rewrite them.
var goldenDigests = []string{
	"f8f8f615",
	"f8f8f615",
	"24db5312",
	"64ed00ea",
	"acc7f038",
	"df86372e",
	"59f1ac5f",
	"5b1b2b0b",
	"1160c327",
	"161ac5f0",
	"f29d26fb",
	"bc8a0f8f",
	"9106b394",
	"4011847f",
	"7dbfcef3",
	"5d701b42",
	"787117f5",
	"69e87928",
	"f8f8f615",
	"c4a6e61d",
}

func TestGoldenDigests(t *testing.T) {
	data, err := os.ReadFile("testdata/digests.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range goldenFiles {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	jobs := strings.Split(string(data), "== ")[1:]
	if len(jobs) != 20 || len(goldenDigests) != 20 {
		t.Errorf("%d jobs and %d digests; want 20 of each", len(jobs), len(goldenDigests))
	}
	for i, c := range jobs {
		name, text, _ := strings.Cut(c, "\n")
		j, err := Parse(filepath.Join(dir, "job.yaml"), []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := ""
		if i < len(goldenDigests) {
			want = goldenDigests[i]
		}
		got, err := j.MessageDigest(os.ReadFile)
		if err != nil || got != want {
			t.Errorf("%s: digest %q, %v; want %q", name, got, err, want)
		}
	}
}
