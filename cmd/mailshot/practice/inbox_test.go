package practice

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/cmd/mailshot/web"
)

// The last message comes first, and nothing but messages is shown.
func TestInbox(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret.eml")
	begun := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	for i, f := range []struct{ path, text string }{
		{filepath.Join(dir, "000001.eml"), "To: =?utf-8?q?Zo=C3=AB?= <zoe@club.example>\r\nSubject: Hi\r\n\r\nDear Zoë\r\n"},
		{filepath.Join(dir, "000002.eml"), "no header at all"},
		{filepath.Join(dir, "000003.eml"), "To: al@club.example\r\nFrom: office@club.example\r\nSubject: Hi\r\n\r\nDear Al\r\n"},
		{filepath.Join(dir, ".incoming-1"), "To: zoe@club.example\r\n"},
		{filepath.Join(dir, ".incoming-1.eml"), "To: zoe@club.example\r\n"},
		{filepath.Join(dir, "list.txt"), "To: zoe@club.example\r\n"},
		{secret, "To: zoe@club.example\r\n\r\n"},
	} {
		if err := os.WriteFile(f.path, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		at := begun.Add(time.Duration(i) * time.Second)
		if err := os.Chtimes(f.path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Symlink(secret, filepath.Join(dir, "000004.eml")) // where there are links
	if err := os.Mkdir(filepath.Join(dir, "000005.eml"), 0o700); err != nil {
		t.Fatal(err)
	}
	in, err := newInbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer in.dir.Close()
	for _, tt := range []struct {
		words string
		want  []string
	}{
		{"", []string{"000003.eml", "000002.eml", "000001.eml"}},
		{"ZOË hi", []string{"000001.eml"}},
		{"office@", []string{"000003.eml"}},
		{"nobody", nil},
	} {
		l, err := in.List(t.Context(), web.Query{Words: tt.words, Page: 1})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range l.Entries {
			got = append(got, e.ID)
		}
		if !slices.Equal(got, tt.want) || l.Found != len(tt.want) || l.Total != 3 {
			t.Errorf("%q: %q, %d of %d; want %q", tt.words, got, l.Found, l.Total, tt.want)
		}
	}
	item, err := in.Open(t.Context(), web.Query{}, "000002.eml")
	if err != nil || item == nil || item.Before != "000003.eml" || item.After != "000001.eml" || item.Place != 2 || string(item.Octets) != "no header at all" {
		t.Errorf("opened is %+v, %v", item, err)
	}
	for _, id := range []string{"000004.eml", "000005.eml", ".incoming-1", ".incoming-1.eml", "list.txt", "../" + filepath.Base(secret), "", "."} {
		if item, err := in.Open(t.Context(), web.Query{}, id); item != nil || err != nil {
			t.Errorf("%q opens as %+v, %v", id, item, err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "000003.eml")); err != nil {
		t.Fatal(err)
	}
	if item, err := in.Open(t.Context(), web.Query{}, "000003.eml"); item != nil || err != nil {
		t.Errorf("what went opens as %+v, %v", item, err)
	}
}

// A message that is too large to be shown says so.
func TestInboxLarge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "000001.eml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(mostShown + 1); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	in, err := newInbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer in.dir.Close()
	if _, err := in.Open(t.Context(), web.Query{}, "000001.eml"); err == nil || !strings.Contains(err.Error(), "larger than 64 MB") {
		t.Errorf("it is opened: %v", err)
	}
}

// Of each message the list keeps some hundred octets, whatever its fields are.
func TestInboxFields(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := strings.Repeat("é", 10_000)
	if err := os.WriteFile(filepath.Join(dir, "000001.eml"), []byte("To: "+long+"\r\nFrom: "+long+"\r\nSubject: "+long+"\r\n\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := newInbox(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer in.dir.Close()
	l, err := in.List(t.Context(), web.Query{Page: 1})
	if err != nil || len(l.Entries) != 1 {
		t.Fatal(l, err)
	}
	if e := l.Entries[0]; len(e.Name)+len(e.To)+len(e.Detail) > 3*mostField+100 || len(in.known[e.ID].lower) > 3*mostField+100 || !strings.HasSuffix(e.Name, "éé …") {
		t.Errorf("it has %d octets: %.600s", len(e.Name)+len(e.To)+len(e.Detail), e.Name)
	}
	if err := os.Remove(filepath.Join(dir, "000001.eml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("000002.eml", filepath.Join(dir, "000001.eml")); err != nil {
		t.Skip(err) // there are no links here
	}
	if err := os.WriteFile(filepath.Join(dir, "000002.eml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if item, err := in.Open(t.Context(), web.Query{}, "000001.eml"); item != nil || err != nil {
		t.Errorf("a link in the place of a message opens as %+v, %v", item, err)
	}
}
