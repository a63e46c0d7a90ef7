package piece_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"mailshot/job/fleet/piece"
)

func answer() *piece.Answer {
	return &piece.Answer{
		Boot: piece.Boot{Count: 3, Nonce: "n"}, Ask: 4, Acks: []piece.Held{{Piece: 1, Rows: 5}},
		Piece: &piece.Piece{Number: 2, Rows: []piece.Row{
			{Number: 7, Attempt: 1, To: []piece.Mailbox{{Local: "a", Domain: "club.example"}}, Message: []byte("Subject: x\r\n\r\n\x00\xff")},
			{Number: 8, Attempt: 2, From: piece.Mailbox{Local: "b", Domain: "club.example"}, To: []piece.Mailbox{{Local: "c", Domain: "club.example"}}, Eight: true, Message: []byte{}},
		}},
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	b, err := piece.EncodeAnswer(answer())
	if err != nil {
		t.Fatal(err)
	}
	got, err := piece.DecodeAnswer(b)
	if err != nil || !reflect.DeepEqual(got, answer()) {
		t.Errorf("it became %+v, %v", got, err)
	}
	for n := range b {
		if _, err := piece.DecodeAnswer(b[:n]); err == nil {
			t.Errorf("%d of %d octets were taken", n, len(b))
		}
	}
	if _, err := piece.DecodeAnswer(append(b, 0)); err == nil {
		t.Error("an octet too much was taken")
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	good := func() *piece.Report {
		return &piece.Report{
			Run: "r", Worker: "w", Boot: piece.Boot{Count: 1, Nonce: "n"}, Seq: 9, Ask: 3, Room: 4, Got: 2, Held: []piece.Held{{Piece: 2, Rows: 3}},
			Words: []piece.Word{{Piece: 2, Place: 1, Row: 5, Attempt: 1, Kind: piece.Sent, End: piece.Outcome{Code: 250, Lines: []string{"ok"}}}},
		}
	}
	for _, tt := range []struct {
		name  string
		spoil func(*piece.Report)
		ok    bool
	}{
		{"good", func(*piece.Report) {}, true},
		{"no run", func(r *piece.Report) { r.Run = "" }, false},
		{"no worker", func(r *piece.Report) { r.Worker = "" }, false},
		{"no nonce", func(r *piece.Report) { r.Boot.Nonce = "" }, false},
		{"a long name", func(r *piece.Report) { r.Name = strings.Repeat("x", 300) }, false},
		{"sent without a server's word", func(r *piece.Report) { r.Words[0].End.Code = 0 }, false},
		{"sent with a refusal", func(r *piece.Report) { r.Words[0].End.Code = 550 }, false},
		{"another kind", func(r *piece.Report) { r.Words[0].Kind = "lost" }, false},
		{"a place behind the last", func(r *piece.Report) { r.Words[0].Place = 64 }, false},
		{"a place before the first", func(r *piece.Report) { r.Words[0].Place = -1 }, false},
		{"a long text", func(r *piece.Report) { r.Words[0].End.Text = strings.Repeat("x", 20000) }, false},
		{"many pieces", func(r *piece.Report) { r.Held = make([]piece.Held, 257) }, false},
	} {
		r := good()
		tt.spoil(r)
		b, err := piece.EncodeReport(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := piece.DecodeReport(b)
		if ok := err == nil; ok != tt.ok {
			t.Errorf("%s: it was taken %t, %v", tt.name, ok, err)
		} else if ok && !reflect.DeepEqual(got, r) {
			t.Errorf("%s: it became %+v", tt.name, got)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	b, err := piece.EncodeAnswer(answer())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := piece.DecodeAnswer(b)
		if err != nil {
			return
		}
		again, err := piece.EncodeAnswer(a)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := piece.DecodeAnswer(again)
		if err != nil {
			t.Fatalf("%q became %q, which is refused: %v", b, again, err)
		}
		third, err := piece.EncodeAnswer(twice)
		if err != nil || !bytes.Equal(again, third) {
			t.Errorf("%q became %q", again, third)
		}
	})
}

func TestCut(t *testing.T) {
	t.Parallel()
	if got := piece.Cut(strings.Repeat("ä", piece.MaxText)); len(got) > piece.MaxText || strings.Trim(got, "ä") != "" {
		t.Errorf("it has %d octets, and ends with %q", len(got), got[len(got)-4:])
	}
}
