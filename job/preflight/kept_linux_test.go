package preflight

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/job/letter"
)

// Elsewhere nobody knows how much room a disk has, and no letters are kept.

// kept runs a check with a cache, and returns the octets of the letters that it
// has by row. They are held against letters that are made anew.
func kept(t *testing.T, c *Check, cache *letter.Cache) map[int][]byte {
	t.Helper()
	c.Cache = cache
	if _, err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := map[int][]byte{}
	in, letters, rows := cache.Letters(), c.Letters.Composer(false), c.Spool.Rows()
	for {
		r, err := rows.NextOf(&c.Plan.Send)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		k := in.Of(r.Number, nil)
		if k.IsZero() {
			continue
		}
		id, date := c.MessageID(r.Number), begun.Add(49*time.Hour)
		again, err := letters.Again(r, id, k, date)
		if err != nil {
			t.Fatal(err)
		}
		got, err := letters.Digest(again)
		if err != nil {
			t.Fatal(err)
		}
		anew, err := letters.Compose(r, id, date)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := letters.Digest(anew); err != nil || got != want {
			t.Fatalf("row %d: another letter was kept than would be made anew: %v\n%s", r.Number, err, k.Buffer())
		}
		all[r.Number] = k.Buffer()
	}
}

// The letters are kept in the order of their rows, whichever processor makes
// them first.
func TestKeptLetters(t *testing.T) {
	const rows = 4*chunkSize - 12
	c := newCheck(t, newJob(t, rows, ""))
	all := kept(t, c, letter.NewCache(c.Spool.Tail()))
	if len(all) != rows {
		t.Errorf("%d letters were kept, want %d", len(all), rows)
	}
	for n, octets := range all {
		if to := fmt.Sprintf("\r\nTo: r%d@club.example\r\n", n); !bytes.Contains(octets, []byte(to)) {
			t.Errorf("row %d has another's letter:\n%s", n, octets)
		}
	}
}

// Large letters are not all kept: what a chunk of them takes of memory has a
// bound, and the others come out the same.
func TestKeptLargeLetters(t *testing.T) {
	const rows, largest = 3 * chunkSize, 256 << 10 // octets of a letter that is kept
	dir := newJob(t, rows, "")
	write(t, dir, "letter.txt", strings.Repeat("Dear {{.name}}, this is a long letter.\n", 4000))
	c := newCheck(t, dir)
	all := kept(t, c, letter.NewCache(c.Spool.Tail()))
	var size int
	for _, octets := range all {
		size += len(octets)
	}
	if most := 3 * (chunkKept + largest); size == 0 || size > most {
		t.Errorf("three chunks kept %d octets; want no more than %d", size, most)
	}
	if len(all) == 0 || len(all) == rows {
		t.Errorf("%d rows, of which %d letters are kept", rows, len(all))
	}
}

// A disk that is full costs no letter.
func TestKeptDiskFull(t *testing.T) {
	c := newCheck(t, newJob(t, 300, ""))
	name := filepath.Join(t.TempDir(), "full")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	full, err := os.Open(name) // which can't be written
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	if all := kept(t, c, letter.NewCache(full, 0)); len(all) != 0 {
		t.Errorf("%d letters were kept", len(all))
	}
	if n := c.Plan.Send.Len(); n != 300 {
		t.Errorf("%d rows are to be sent, want 300", n)
	}
}
