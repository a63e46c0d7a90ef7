package attachment

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestIdentity: where inodes are made up, a file is told by its path: it has one id, and the
// job's own file is known for that, however often it gets another inode.
func TestIdentity(t *testing.T) {
	dir := t.TempDir()
	own, bill := filepath.Join(dir, "own"), filepath.Join(dir, "bill")
	fill := func(name string) error {
		return errors.Join(os.WriteFile(name+".new", []byte("octets"), 0o600), os.Chtimes(name+".new", time.Time{}, time.Unix(1, 0)), os.Rename(name+".new", name))
	}
	stat := func(name string) os.FileInfo {
		t.Helper()
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	if err := errors.Join(fill(own), fill(bill), os.Symlink("own", filepath.Join(dir, "link"))); err != nil {
		t.Fatal(err)
	}
	n := namedFile{own, stat(own)}
	kept, err := os.Open(own) // so that no other file gets its inode
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	for _, inode := range []string{"the first", "another"} {
		for name, want := range map[string]bool{"own": true, "OWN": true, "./own": true, "link": true, "bill": false} {
			path := filepath.Join(dir, name)
			info, err := os.Stat(path)
			if err != nil {
				continue // the case of a name matters
			}
			if got := n.is(info, path); got != want {
				t.Errorf("%s with %s inode: it is the file of the job %t; want %t", name, inode, got, want)
			}
		}
		if err := fill(own); err != nil {
			t.Fatal(err)
		}
	}

	for _, madeUp := range []bool{false, true} {
		asked := 0
		ids := &identities{madeUp: func(string) bool { asked++; return madeUp }}
		before := ids.of(stat(bill), bill)
		other := ids.of(stat(own), own)
		kept, err := os.Open(bill)
		if err != nil {
			t.Fatal(err)
		}
		defer kept.Close()
		if err := fill(bill); err != nil {
			t.Fatal(err)
		}
		if after := ids.of(stat(bill), bill); (before == after) != madeUp || before == other {
			t.Errorf("made up %t: ids are %q, then %q, and of another file %q", madeUp, before, after, other)
		}
		if link := filepath.Join(dir, "link"); ids.of(stat(link), link) != ids.of(stat(own), own) {
			t.Errorf("made up %t: a link to a file is another file", madeUp)
		}
		if asked > 1 {
			t.Errorf("the file system was looked at %d times", asked)
		}
	}
}
