package jobfile

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const digestMessage = `message:
  from: Office <office@club.example>
  subject: "Hello, {{.name}}"
  text: letter.txt
  headers: {X-A: a, X-B: b}
`

// digestOf is the digest of a job with a message section, in a directory with
// letters in two languages, and the files that it read.
func digestOf(t *testing.T, message string, change map[string]string) (string, []string) {
	t.Helper()
	dir := t.TempDir()
	content := map[string]string{
		"letter.txt":       "Dear {{.name}}",
		"letters/de.txt":   "Hallo",
		"letters/en.txt":   "Hello",
		"letters/x/fr.txt": "Salut",
		"notes.md":         "unrelated",
	}
	for name, data := range change {
		content[name] = data
	}
	for name, data := range content {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j, err := Parse(filepath.Join(dir, "job.yaml"), []byte("recipients:\n  file: m.csv\n"+message))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	digest, err := j.MessageDigest(func(path string) ([]byte, error) {
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return nil, err
		}
		files = append(files, name)
		return os.ReadFile(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[0-9a-f]{8}$`).MatchString(digest) {
		t.Errorf("the digest is %q; want 8 hex digits", digest)
	}
	return digest, files
}

func TestMessageDigest(t *testing.T) {
	first, files := digestOf(t, digestMessage, nil)
	if want := []string{"letter.txt"}; !slices.Equal(files, want) {
		t.Errorf("it read %q; want %q", files, want)
	}
	for _, tt := range []struct {
		name    string
		message string
		change  map[string]string
		same    bool
	}{
		{"again", digestMessage, nil, true},
		{"comments", strings.Replace(digestMessage, "text: letter.txt", "text: letter.txt # the letter\n  # and no more", 1), nil, true},
		{"order and form", "message: {text: 'letter.txt', headers: {X-B: b, X-A: 'a'}, subject: 'Hello, {{.name}}', from: Office <office@club.example>}\n", nil, true},
		{"other sections", digestMessage + "delivery: {workers: 9}\nserver: {host: a.example}\n", nil, true},
		{"who gets it", "  encoding: auto\n  where: '{{eq .status `active`}}'\n  suppress: [do-not-mail.txt]\n" + digestMessage, map[string]string{"do-not-mail.txt": "a@b.example"}, true},
		{"another file", digestMessage, map[string]string{"notes.md": "x"}, true},
		{"subject", strings.Replace(digestMessage, "Hello", "Hallo", 1), nil, false},
		{"header", strings.Replace(digestMessage, "X-B: b", "X-B: c", 1), nil, false},
		{"header name", strings.Replace(digestMessage, "X-B: b", "X-C: b", 1), nil, false},
		{"values swapped", strings.Replace(digestMessage, "X-A: a, X-B: b", "X-A: b, X-B: a", 1), nil, false},
		{"new key", digestMessage + "  reply_to: a@b.example\n", nil, false},
		{"letter", digestMessage, map[string]string{"letter.txt": "Dear {{.name}}!"}, false},
		{"inline", strings.Replace(digestMessage, "letter.txt", "{inline: 'Dear {{.name}}'}", 1), nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := digestOf(t, tt.message, tt.change)
			if (got == first) != tt.same {
				t.Errorf("digest %s, first %s; want the same: %t", got, first, tt.same)
			}
		})
	}
}

func TestMessageDigestOfPatterns(t *testing.T) {
	for _, tt := range []struct {
		path  string
		files []string
	}{
		{"letters/{{.lang}}.txt", []string{"letters/de.txt", "letters/en.txt"}},
		{"./letters/{{.lang}}.txt", []string{"letters/de.txt", "letters/en.txt"}},
		{"{{.dir}}/{{.lang}}.txt", []string{"letters/de.txt", "letters/en.txt"}},
		{`letters/{{if eq .lang "}}"}}de{{else}}en{{end}}.txt`, []string{"letters/de.txt", "letters/en.txt"}},
		{"letters/{{.lang}}", []string{"letters/de.txt", "letters/en.txt"}}, // x is no file
		{"letters/e{{.rest}}.txt", []string{"letters/en.txt"}},
		{"letter{{.s}}.txt", []string{"letter.txt"}},
		{"none/{{.lang}}.txt", nil},
		{"{{.file}}", []string{"letter.txt", "notes.md"}}, // and no log or recipients
		{"{{.dir}}/{{.file}}", []string{"letters/de.txt", "letters/en.txt"}},
		{"../{{.file}}.txt", nil},
		{"/{{.file}}.txt", nil},
	} {
		message := strings.Replace(digestMessage, "letter.txt", "'"+tt.path+"'", 1)
		first, files := digestOf(t, message, nil)
		if !slices.Equal(files, tt.files) {
			t.Errorf("text %s: it read %q; want %q", tt.path, files, tt.files)
		}
		changed, _ := digestOf(t, message, map[string]string{"letters/en.txt": "Hi", "letter.txt": "Hi"})
		if (changed == first) != (len(tt.files) == 0) {
			t.Errorf("text %s: digest %s, with a letter changed %s", tt.path, first, changed)
		}
	}
}

// A new letter that a row may get, and a link out of the directory that none may.
func TestMessageDigestOfNewFile(t *testing.T) {
	message := strings.Replace(digestMessage, "letter.txt", "'letters/{{.lang}}.txt'", 1)
	first, _ := digestOf(t, message, nil)
	if got, _ := digestOf(t, message, map[string]string{"letters/fr.txt": "Salut"}); got == first {
		t.Errorf("a further letter did not change the digest %s", got)
	}

	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "a.txt")); err != nil {
		t.Fatal(err)
	}
	j, err := Parse(filepath.Join(dir, "job.yaml"), []byte("recipients: m.csv\n"+strings.Replace(digestMessage, "letter.txt", "'{{.a}}.txt'", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.MessageDigest(func(path string) ([]byte, error) { t.Errorf("it read %s", path); return nil, nil }); err != nil {
		t.Errorf("MessageDigest: %v", err)
	}
}

func TestMessageDigestNotRead(t *testing.T) {
	j, err := Parse(filepath.Join(t.TempDir(), "job.yaml"), []byte("recipients: m.csv\n"+digestMessage))
	if err != nil {
		t.Fatal(err)
	}
	_, err = j.MessageDigest(os.ReadFile)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "reading letter.txt: ") {
		t.Errorf("MessageDigest: %v; want that letter.txt does not exist", err)
	}
}

// Every file that all messages share is part of the letter; a row's is not.
func TestMessageDigestOfSharedFiles(t *testing.T) {
	message := digestMessage + `  html: letters/{{.lang}}.html
  include: ["partials/*.html", base.txt, "partials/foot.*"]
  inline: {logo: logo.png}
  attachments: [terms.pdf, "invoices/{{.id}}.pdf"]
`
	content := map[string]string{
		"letters/de.html": "a", "partials/head.html": "b", "partials/foot.html": "c", "partials/x.txt": "d", "partials/sub/y.html": "e",
		"base.txt": "f", "logo.png": "g", "terms.pdf": "h", "invoices/1.pdf": "i",
	}
	first, files := digestOf(t, message, content)
	want := []string{"letter.txt", "letters/de.html", "partials/foot.html", "partials/head.html", "base.txt", "logo.png", "terms.pdf"}
	if !slices.Equal(files, want) {
		t.Errorf("it read %q; want %q", files, want)
	}
	for name := range content {
		changed := maps.Clone(content)
		changed[name] += "!"
		got, _ := digestOf(t, message, changed)
		if (got != first) != slices.Contains(want, name) {
			t.Errorf("with %s changed the digest is %s, and was %s", name, got, first)
		}
	}
}

func TestIncludeFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "[a]*")
	if err := os.MkdirAll(filepath.Join(dir, "p"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"p/b.txt", "p/a.txt", "c.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		include string
		want    []string
		err     string
	}{
		{"none.txt", []string{"none.txt"}, ""}, // who reads it sees whether it is there
		{"p/*.txt", []string{"p/a.txt", "p/b.txt"}, ""},
		{"[c.txt, p/a.txt, 'p/[ab].txt']", []string{"c.txt", "p/a.txt", "p/b.txt"}, ""},
		{"'../*/c.txt'", []string{"c.txt"}, ""},
		{"'*'", []string{"c.txt"}, ""}, // p is no file
		{"[c.txt, 'q/*']", nil, "no file is named as q/*: file does not exist"},
		{"'p/[a.txt'", nil, "p/[a.txt: a pattern with a [ that is not closed"},
	} {
		j, err := Parse(filepath.Join(dir, "job.yaml"), []byte("recipients: m.csv\n"+digestMessage+"  include: "+tt.include+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := j.IncludeFiles()
		if err != nil != (tt.err != "") || err != nil && err.Error() != tt.err {
			t.Errorf("include: %s: %v; want %q", tt.include, err, tt.err)
		}
		var names []string
		for _, f := range got {
			names = append(names, f.Value)
		}
		if !slices.Equal(names, tt.want) {
			t.Errorf("include: %s: %q; want %q", tt.include, names, tt.want)
		}
	}
}
