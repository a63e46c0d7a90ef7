package protocol_test

import (
	"slices"
	"testing"
	"time"

	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
)

// handed returns a coordinator that has handed rows 1 and 2 to a worker, in piece 1, for ask 1 of
// its second start.
func handed(t *testing.T) *protocol.Coordinator {
	t.Helper()
	c := &protocol.Coordinator{}
	h := c.Hear(0, report(2, 1, 1, 0))
	if !h.Fresh || c.Room("w") != 2 {
		t.Fatalf("%+v, room %d", h, c.Room("w"))
	}
	if n, ask := c.Hand("w", []protocol.Handout{{Row: 1, Attempt: 1}, {Row: 2, Attempt: 3}}); n != 1 || ask != 1 {
		t.Fatalf("piece %d for ask %d", n, ask)
	}
	return c
}

func report(boot, seq, ask, got uint64, words ...piece.Word) *piece.Report {
	r := &piece.Report{Run: "r", Worker: "w", Boot: piece.Boot{Count: boot, Nonce: string(rune('a' + boot))}, Seq: seq, Ask: ask, Room: 2, Got: got, Words: words}
	if got > 0 {
		r.Held = []piece.Held{{Piece: got, Rows: 3}}
	}
	return r
}

func word(place int, kind piece.Kind) piece.Word {
	return piece.Word{Piece: 1, Place: place, Row: 1 + place, Attempt: 1 + 2*place, Kind: kind}
}

// TestBack says which reports prove that a piece was not received.
func TestBack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		r    *piece.Report
		back []int
	}{
		{"the same ask, later", report(2, 2, 1, 0), nil},
		{"a newer ask", report(2, 2, 2, 0), []int{1, 2}},
		{"a newer ask that is late", report(2, 1, 2, 0), nil},
		{"a later start", report(3, 1, 0, 0), []int{1, 2}},
		{"an earlier start", report(1, 9, 9, 0), nil},
		{"it has it", report(2, 2, 2, 1), nil},
	} {
		c := handed(t)
		if h := c.Hear(time.Second, tt.r); !slices.Equal(h.Back, tt.back) {
			t.Errorf("%s: %v, want %v", tt.name, h.Back, tt.back)
		}
		if c.Free(1) != (tt.back != nil) {
			t.Errorf("%s: row 1 is free %t", tt.name, c.Free(1))
		}
	}
}

// TestRefuse tells two processes with one state directory.
func TestRefuse(t *testing.T) {
	t.Parallel()
	c := handed(t)
	twin := report(2, 5, 5, 0, word(0, piece.Untouched))
	twin.Boot.Nonce = "twin"
	if h := c.Hear(0, twin); h.Refuse == "" || h.Told != nil || h.Back != nil {
		t.Errorf("a twin: %+v", h)
	}
	if h := c.Hear(0, report(1, 9, 9, 0)); h.Refuse == "" {
		t.Errorf("an earlier start: %+v", h)
	}
}

// TestFree lets a row go once the worker has dropped it.
func TestFree(t *testing.T) {
	t.Parallel()
	c := handed(t)
	r := report(2, 2, 2, 1, word(0, piece.Failed))
	h := c.Hear(0, r)
	if len(h.Told) != 1 || h.Told[0].Row != 1 || len(c.Acks(r)) != 0 || c.Free(1) {
		t.Errorf("%+v, acks %v, free %t", h, c.Acks(r), c.Free(1))
	}
	c.Recorded(1)
	if a := c.Acks(r); len(a) != 1 || a[0] != (piece.Held{Piece: 1, Rows: 1}) || c.Free(1) {
		t.Errorf("acks %v, free %t", a, c.Free(1))
	}
	if h := c.Hear(0, r); len(h.Told) != 0 {
		t.Errorf("it is told twice: %+v", h)
	}
	dropped := report(2, 3, 2, 1)
	dropped.Held[0].Rows = 2
	c.Hear(0, dropped)
	if !c.Free(1) || c.Free(2) || c.Settled() {
		t.Errorf("row 1 is free %t, row 2 %t, settled %t", c.Free(1), c.Free(2), c.Settled())
	}
}

// TestLost gives no row of a silent worker to others, and hears what it says later.
func TestLost(t *testing.T) {
	t.Parallel()
	c := handed(t)
	c.Hear(time.Second, report(2, 2, 2, 1))
	if rows := c.Lost(time.Minute, time.Hour); rows != nil {
		t.Errorf("lost too early: %v", rows)
	}
	if rows := c.Lost(2*time.Hour, time.Hour); !slices.Equal(rows, []int{1, 2}) {
		t.Errorf("lost: %v", rows)
	}
	c.Recorded(1)
	c.Recorded(2)
	if c.Free(1) || c.Free(2) || c.Lost(3*time.Hour, time.Hour) != nil {
		t.Error("what is lost is free, or lost twice")
	}
	h := c.Hear(3*time.Hour, report(2, 3, 2, 1, word(0, piece.Sent), word(1, piece.InDoubt)))
	if len(h.Told) != 1 || !h.Told[0].Late || h.Told[0].Row != 1 {
		t.Errorf("late words: %+v", h.Told)
	}
}
