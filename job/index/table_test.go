package index

import (
	"fmt"
	"testing"
)

// A Table finds every key that was added, and no other, whether or not it
// allocated for them at once, and returns the item that was set last.
func TestTable(t *testing.T) {
	const n = 50_000
	key := func(i int) string { return fmt.Sprintf("key-%d", i) }
	item := func(i int) Item { return Item{0: byte(i), 1: byte(i >> 8), ItemSize - 1: byte(i >> 16)} }
	for _, expected := range []int{0, 100, n} {
		var table Table
		if _, ok := table.Find(key(0)); ok {
			t.Error("the zero Table has a key")
		}
		table.Expect(expected)
		for i := range n {
			if _, err := table.Add(key(i), item(i)); err != nil {
				t.Fatal(err)
			}
		}
		slots := make(map[Slot]bool)
		for i := range n {
			s, ok := table.Find(key(i))
			if !ok || table.Item(s) != item(i) || slots[s] {
				t.Fatalf("%s: %t, slot %d, item %v, want %v", key(i), ok, s, table.Item(s), item(i))
			}
			slots[s] = true
			table.SetItem(s, item(i+1))
			if _, ok := table.Find(key(n + i)); ok {
				t.Fatalf("%s was found", key(n+i))
			}
		}
		for s := range table.All {
			delete(slots, s)
		}
		if s, ok := table.Find(key(7)); !ok || table.Item(s) != item(8) || len(slots) > 0 || table.Len() != n {
			t.Errorf("item %v, want %v; %d slots missing of All; Len() = %d", table.Item(s), item(8), len(slots), table.Len())
		}
		table.Free()
		if _, ok := table.Find(key(7)); ok || table.Len() != 0 {
			t.Error("Free leaves keys")
		}
	}
}

// A part that is full accepts no more keys.
func TestTableFull(t *testing.T) {
	var table Table
	table.parts[0].n = maxLocal
	if _, err := table.add(keyID{high: 12345}, Item{}); err != ErrFull {
		t.Errorf("add to a full part: %v, want %v", err, ErrFull)
	}
}
