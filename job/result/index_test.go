package result

import (
	"errors"
	"fmt"
	"testing"
)

// An Index gives back every place under its key, and asks for few others.
func TestIndex(t *testing.T) {
	const n = 50_000
	var x Index
	defer x.Free()
	key := func(i uint64) string { return fmt.Sprintf("key-%d", i) }
	if _, ok := x.Find("key-1", func(uint64) bool { return true }); ok {
		t.Error("the zero Index has something")
	}
	for i := range uint64(n) {
		if err := x.Add(key(i), i*1000); err != nil {
			t.Fatal(err)
		}
	}
	asked := 0
	for i := range uint64(n) {
		is := func(place uint64) bool { asked++; return place == i*1000 }
		if place, ok := x.Find(key(i), is); !ok || place != i*1000 {
			t.Fatalf("%s is at %d, %t; want %d", key(i), place, ok, i*1000)
		}
		if _, ok := x.Find(key(n+i), func(uint64) bool { asked++; return false }); ok {
			t.Fatalf("%s is there", key(n+i))
		}
	}
	if asked > n+n/100 {
		t.Errorf("asked %d times for %d keys", asked, n)
	}
	if x.Len() != n {
		t.Errorf("Len() = %d, want %d", x.Len(), n)
	}
}

func TestIndexGreatestPlace(t *testing.T) {
	var x Index
	if err := errors.Join(x.Add("a", MaxPlace), x.Add("a", 0)); err != nil { // two under one key
		t.Fatal(err)
	}
	if err := x.Add("a", MaxPlace+1); err == nil {
		t.Error("a place that does not fit is taken")
	}
	var got []uint64
	x.Find("a", func(place uint64) bool { got = append(got, place); return false })
	if len(got) != 2 || got[0]+got[1] != MaxPlace {
		t.Errorf("places %d, want %d and 0", got, uint64(MaxPlace))
	}
}
