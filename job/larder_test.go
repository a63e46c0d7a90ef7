package job

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

// A letter that was kept is the one that would be made anew, at any date, and
// rows that were taken out, or for which there was no room, harm no other.
func TestLarder(t *testing.T) {
	for _, tt := range []struct {
		name string
		left int64 // octets that the larder takes
		kept int
	}{
		{name: "all", left: larderSize, kept: 499},
		{name: "little room", left: 150 << 10, kept: 3*chunkSize - 1},
		{name: "no room", left: 1, kept: 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, 500, "", smtptest.Handler{})
			m, c := w.prepared()
			m.larder = newLarder(m.spool.Tail())
			m.larder.left = tt.left
			if _, err := m.checkLetters(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			c.send.Remove(77)
			next, cp, kept := m.firstPass(c, &runner{}), m.letters.composer(false), 0
			date := m.start.Add(49 * time.Hour)
			for number := 1; ; number++ {
				if number == 77 {
					continue
				}
				e, err := next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if e.row.Number != number {
					t.Fatalf("row %d, want %d", e.row.Number, number)
				}
				e.date = date
				if e.kept.octets == nil {
					continue
				}
				kept++
				got, err := cp.mail(e)
				if err != nil {
					t.Fatal(err)
				}
				octets := bytes.Clone(got.octets[0].Data)
				want, err := cp.compose(e.row, e.messageID, date)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(octets, want.octets[0].Data) || got.recipient != want.recipient || got.messageID != want.messageID {
					t.Fatalf("row %d: kept\n%s\nmade anew\n%s", number, octets, want.octets[0].Data)
				}
			}
			if kept != tt.kept {
				t.Errorf("%d letters were kept, want %d", kept, tt.kept)
			}
		})
	}
}

// A disk that is full costs no letter, and no room.
func TestLarderDiskFull(t *testing.T) {
	w := newWorld(t, 300, "", smtptest.Handler{})
	m, c := w.prepared()
	m.larder = newLarder(m.spool.Tail())
	m.larder.left = larderSize
	m.larder.w.Reset(failingWriter{})
	if _, err := m.checkLetters(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	e, err := m.firstPass(c, &runner{})()
	if err != nil || e.kept.octets != nil {
		t.Errorf("the first errand has a kept letter of %d octets, and the error %v", len(e.kept.octets), err)
	}
	file, end := m.spool.Tail()
	info, err := file.Stat()
	if err != nil || info.Size() != end {
		t.Errorf("the spool has %d octets, of which rows are %d; %v", info.Size(), end, err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// Large letters are not all kept: what a chunk of them takes of memory has a
// bound, and the others come out the same.
func TestLarderLargeLetters(t *testing.T) {
	const rows = 3 * chunkSize
	w := newWorld(t, rows, "", smtptest.Handler{})
	w.write("letter.txt", strings.Repeat("Dear {{.name}}, this is a long letter.\n", 4000))
	m, c := w.prepared()
	m.larder = newLarder(m.spool.Tail())
	m.larder.left = larderSize
	if _, err := m.checkLetters(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if most := int64(3 * (chunkKept + maxLetter)); m.larder.size == 0 || m.larder.size > most {
		t.Errorf("three chunks kept %d octets; want no more than %d", m.larder.size, most)
	}
	next, cp, n, kept := m.firstPass(c, &runner{}), m.letters.composer(false), 0, 0
	for e, err := next(); !errors.Is(err, io.EOF); e, err = next() {
		if err != nil {
			t.Fatal(err)
		}
		e.date = m.start
		if n++; e.kept.octets == nil {
			continue
		}
		kept++
		if got, err := cp.mail(e); err != nil || !bytes.Contains(got.octets[0].Data, []byte("\r\nTo: "+e.row.Address.String()+"\r\n")) {
			t.Fatalf("row %d: another letter was kept, or none: %v", e.row.Number, err)
		}
	}
	if n != rows || kept == 0 || kept == rows {
		t.Errorf("%d rows, of which %d letters are kept", n, kept)
	}
}
