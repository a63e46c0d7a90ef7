package index

import (
	"errors"
	"fmt"
	"testing"
)

// An Index finds every number under its key, and calls match for few others.
func TestIndex(t *testing.T) {
	const n = 50_000
	var x Index
	defer x.Free()
	key := func(i uint64) string { return fmt.Sprintf("key-%d", i) }
	if _, ok := x.Find("key-1", func(uint64) bool { return true }); ok {
		t.Error("the zero Index has a number")
	}
	for i := range uint64(n) {
		if err := x.Add(key(i), i*1000); err != nil {
			t.Fatal(err)
		}
	}
	calls := 0
	for i := range uint64(n) {
		match := func(value uint64) bool { calls++; return value == i*1000 }
		if value, ok := x.Find(key(i), match); !ok || value != i*1000 {
			t.Fatalf("%s has %d, %t; want %d", key(i), value, ok, i*1000)
		}
		if _, ok := x.Find(key(n+i), func(uint64) bool { calls++; return false }); ok {
			t.Fatalf("%s is there", key(n+i))
		}
	}
	if calls > n+n/100 {
		t.Errorf("match was called %d times for %d keys", calls, n)
	}
	if x.Len() != n {
		t.Errorf("Len() = %d, want %d", x.Len(), n)
	}
}

func TestIndexGreatestValue(t *testing.T) {
	var x Index
	if err := errors.Join(x.Add("a", MaxValue), x.Add("a", 0)); err != nil { // two under one key
		t.Fatal(err)
	}
	if err := x.Add("a", MaxValue+1); err == nil {
		t.Error("a number that does not fit is accepted")
	}
	var got []uint64
	x.Find("a", func(value uint64) bool { got = append(got, value); return false })
	if len(got) != 2 || got[0]+got[1] != MaxValue {
		t.Errorf("numbers %d, want %d and 0", got, uint64(MaxValue))
	}
}
