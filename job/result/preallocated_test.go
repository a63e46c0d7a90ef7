package result

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// preallocated opens a new preallocatedFile.
func preallocated(t *testing.T, fsys FS, name string) *preallocatedFile {
	t.Helper()
	if err := writeSynced(fsys, name, "head\n"); err != nil {
		t.Fatal(err)
	}
	f, err := fsys.OpenWrite(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &preallocatedFile{f, 5, 5}
}

// contentOfFile returns what a contentReader reads.
func contentOfFile(t *testing.T, name string) string {
	t.Helper()
	f, err := OS{}.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(&contentReader{file: f})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPreallocatedFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "f")
	p := preallocated(t, OS{}, name)
	want := "head\n"
	for _, size := range []int{1, minPrealloc - 7, 1, 3 * minPrealloc, 100, maxPrealloc, maxPrealloc + 1, 1} {
		line := strings.Repeat("x", size)
		if err := p.append([]byte(line)); err != nil {
			t.Fatal(err)
		}
		want += line
		if got := contentOfFile(t, name); got != want {
			t.Fatalf("after %d octets more it holds %d octets, want %d", size, len(got), len(want))
		}
		file := slurp(t, name)
		if int64(len(file)) != p.allocated || strings.TrimRight(file[len(want):], "\x00") != "" || p.allocated-p.size > maxPrealloc {
			t.Fatalf("the file has %d octets with %d in it, and room up to %d", len(file), p.size, p.allocated)
		}
	}
	if err := p.truncate(); err != nil {
		t.Fatal(err)
	}
	if got := slurp(t, name); got != want || p.allocated != p.size {
		t.Errorf("after cut the file has %d octets, want %d", len(got), len(want))
	}
}

// Nearly all writes overwrite zeros.
func TestPreallocatedFileSeldomGrows(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "f")
	r := &recorder{FS: OS{}}
	p := preallocated(t, r, name)
	r.ops = nil
	const lines, size = 1_000, 350
	for range lines {
		if err := p.append(bytes.Repeat([]byte("x"), size)); err != nil {
			t.Fatal(err)
		}
	}
	writes := strings.Count(strings.Join(r.ops, " "), "write")
	if most := lines + lines*size/maxPrealloc + 8; writes > most {
		t.Errorf("%d writes for %d lines, want %d at most", writes, lines, most)
	}
}

// Where a disk has no space for zeros, it may have enough for the data.
func TestPreallocatedFileOnFullDisk(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	r := &recorder{FS: OS{}}
	p := preallocated(t, r, name)
	full := true
	r.fail = func(op string) error {
		if op == "write" && full {
			full = false
			return &fs.PathError{Op: "write", Path: name, Err: syscall.ENOSPC}
		}
		return nil
	}
	if err := p.append([]byte("line\n")); err != nil {
		t.Fatal(err)
	}
	if got := slurp(t, name); got != "head\nline\n" {
		t.Errorf("the file is %q", got)
	}
	r.fail = func(string) error { return errDisk }
	if err := p.append([]byte("line\n")); !errors.Is(err, errDisk) {
		t.Errorf("append: %v, want %v", err, errDisk)
	}
}

// No error is ignored but that of a full disk.
func TestPreallocatedFileOnBadDisk(t *testing.T) {
	r := &recorder{FS: OS{}}
	p := preallocated(t, r, filepath.Join(t.TempDir(), "f"))
	bad := true
	r.fail = func(op string) error {
		if op == "write" && bad {
			bad = false
			return errDisk
		}
		return nil
	}
	if err := p.append([]byte("line\n")); !errors.Is(err, errDisk) {
		t.Errorf("append: %v, want %v", err, errDisk)
	}
}

// A file that another program truncated is not extended: it would look whole.
func TestPreallocatedFileCut(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	p := preallocated(t, OS{}, name)
	for _, size := range []int{1, minPrealloc} {
		if err := p.append(bytes.Repeat([]byte("x"), size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(name, 0); err != nil {
		t.Fatal(err)
	}
	if err := p.append(bytes.Repeat([]byte("x"), maxPrealloc)); !errors.Is(err, ErrTaken) {
		t.Errorf("append: %v, want %v", err, ErrTaken)
	}
}

// A contentReader finds no zeros in the middle while the file is written.
func TestContentWhileItIsWritten(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "f")
	p := preallocated(t, OS{}, name)
	const appends = 300
	done := make(chan error, 1)
	go func() {
		for range appends {
			if err := p.append(bytes.Repeat([]byte("x"), 777)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for {
		select {
		case err := <-done:
			if got := contentOfFile(t, name); err != nil || len(got) != 5+appends*777 {
				t.Errorf("it holds %d octets, %v", len(got), err)
			}
			return
		default:
			if got := contentOfFile(t, name); strings.Contains(got, "\x00") {
				t.Fatalf("zeros within the %d octets that are read", len(got))
			}
		}
	}
}

func TestContentOfNothing(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	for _, content := range []string{"", "\x00", strings.Repeat("\x00", 1<<17+1)} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := contentOfFile(t, name); got != "" {
			t.Errorf("%d zeros hold %q", len(content), got)
		}
	}
}
