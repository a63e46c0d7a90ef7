package letter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job/address"
	"mailshot/job/jobfile"
	"mailshot/job/recipients"
)

// begun is the date of letters as they are checked.
var begun = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// cachedLetters makes letters with a text part, and says so much of message as is
// given beside it.
func cachedLetters(t *testing.T, text, more string) *Letters {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"letter.txt": text, "terms.txt": "Terms.\n",
		"job.yaml": `version: 1
recipients: people.csv
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt` + more + `}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j, err := jobfile.Load(filepath.Join(dir, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := lettersOf(j, []string{"email", "name", "code"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func numberedRow(n int) *recipients.Row {
	local := fmt.Sprintf("r%d", n)
	return &recipients.Row{
		Number: n, Line: n + 1, Key: local + "@club.example", Address: address.Address{Local: local, Domain: "club.example"},
		Cells: []string{local + "@club.example", fmt.Sprintf("Member %d", n), fmt.Sprintf("C%04d", n)},
	}
}

// drafts are the letters of rows 1 to n, each in the form of the cache.
func drafts(t *testing.T, l *Letters, n int) [][]byte {
	t.Helper()
	draft := l.Composer(true)
	all := make([][]byte, n)
	for i := range all {
		m, err := draft.Compose(numberedRow(i+1), l.MessageID(i+1), begun)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = AppendCached(nil, i+1, &m)
	}
	return all
}

// newCache is one with room, behind some octets of a file.
func newCache(t *testing.T, before string) *Cache {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if _, err := f.WriteString(before); err != nil {
		t.Fatal(err)
	}
	c := NewCache(f, int64(len(before)))
	c.left = cacheSize // however full the disk is
	return c
}

const dear = "Dear {{.name}},\n\nyour number is {{.code}}.\n"

// A letter that was kept is the one that would be made anew, at any date, and
// rows that were taken out, or for which there was no room, harm no other.
func TestCache(t *testing.T) {
	const rows, gone, together = 500, 77, 128 // letters are added so many at a time
	l := cachedLetters(t, dear, "")
	all := drafts(t, l, rows)
	for _, tt := range []struct {
		name string
		left int64 // octets that the cache takes
		kept int   // letters that it has, but for the row that is gone
	}{
		{"all", cacheSize, rows - 1},
		{"little room", 150 << 10, 3*together - 1},
		{"no room", 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCache(t, "rows")
			c.left = tt.left
			for some := range slices.Chunk(all, together) {
				c.Add(bytes.Join(some, nil))
			}
			in, again, anew := c.Letters(), l.Composer(false), l.Composer(false)
			kept, date, buf := 0, begun.Add(49*time.Hour), []byte(nil)
			for n := 1; n <= rows; n++ {
				if n == gone {
					continue
				}
				k := in.Of(n, buf)
				if k.IsZero() {
					continue
				}
				kept++
				r := numberedRow(n)
				got, err := again.Again(r, l.MessageID(n), k, date)
				if err != nil {
					t.Fatal(err)
				}
				octets := bytes.Clone(got.octets[0].Data)
				want, err := anew.Compose(r, l.MessageID(n), date)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(octets, want.octets[0].Data) || got.Recipient != want.Recipient || got.MessageID != want.MessageID {
					t.Fatalf("row %d: kept\n%s\nmade anew\n%s", n, octets, want.octets[0].Data)
				}
				buf = k.Buffer()
			}
			if kept != tt.kept {
				t.Errorf("%d letters were kept, want %d", kept, tt.kept)
			}
			before := make([]byte, 4)
			if _, err := c.file.ReadAt(before, 0); err != nil || string(before) != "rows" {
				t.Errorf("what was in the file before is %q, %v", before, err)
			}
		})
	}
}

// A disk that becomes full costs no letter, and no room.
func TestCacheDiskFull(t *testing.T) {
	l := cachedLetters(t, dear, "")
	c := newCache(t, "rows")
	c.w.Reset(&fullDisk{io.NewOffsetWriter(c.file, c.at), 1})
	for _, b := range drafts(t, l, 300) {
		c.Add(b)
	}
	if info, err := c.file.Stat(); err != nil || info.Size() == c.at {
		t.Fatalf("nothing was written before the disk was full: %v", err)
	}
	if k := c.Letters().Of(1, nil); !k.IsZero() {
		t.Errorf("the first row has a kept letter of %d octets", len(k.octets))
	}
	if info, err := c.file.Stat(); err != nil || info.Size() != c.at {
		t.Errorf("the file has %d octets, want the %d before the cache; %v", info.Size(), c.at, err)
	}
}

// A failure that only shows when all was added has the same end.
func TestCacheDiskFullAtEnd(t *testing.T) {
	l := cachedLetters(t, dear, "")
	c := newCache(t, "rows")
	c.w.Reset(&fullDisk{})
	c.Add(drafts(t, l, 1)[0]) // which the buffer holds
	if c.size == 0 || c.left < 0 {
		t.Fatalf("the one letter is not in the buffer: size %d, left %d", c.size, c.left)
	}
	if k := c.Letters().Of(1, nil); !k.IsZero() {
		t.Errorf("the row has a kept letter of %d octets", len(k.octets))
	}
}

// A fullDisk takes so many writes.
type fullDisk struct {
	io.Writer
	room int
}

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.room--; d.room < 0 {
		return 0, errors.New("no space left on device")
	}
	return d.Writer.Write(b)
}

// Letters that are large, have files, or go to several people are made anew.
func TestAppendCachedLeavesOut(t *testing.T) {
	for _, tt := range []struct {
		name, text, more string
		kept             bool
	}{
		{"small", dear, "", true},
		{"large", strings.Repeat("Dear {{.name}}, this is a long letter.\n", maxLetter/30), "", false},
		{"with a copy", dear, ", bcc: board@club.example", false},
		{"with a file", dear, `, attachments: [{file: "{{.name}}.txt"}]`, false},
		{"with a wide address", dear, `, reply_to: "büro@club.example"`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := cachedLetters(t, tt.text, tt.more)
			if err := os.WriteFile(filepath.Join(l.job.Dir, "Member 1.txt"), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			m, err := l.Composer(true).Compose(numberedRow(1), l.MessageID(1), begun)
			if err != nil {
				t.Fatal(err)
			}
			if b := AppendCached([]byte("x"), 1, &m); (len(b) > 1) != tt.kept || b[0] != 'x' {
				t.Errorf("%d octets were appended; want some: %t", len(b)-1, tt.kept)
			}
		})
	}
}

// The nil Cache keeps nothing.
func TestNoCache(t *testing.T) {
	var c *Cache
	c.Add([]byte("x"))
	if k := c.Letters().Of(1, nil); !k.IsZero() {
		t.Errorf("it has a letter of %d octets", len(k.octets))
	}
}
