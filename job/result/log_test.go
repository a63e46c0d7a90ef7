package result

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A recorder is an FS that notes what is done to it, and fails where fail
// says so.
type recorder struct {
	FS
	fail  func(op string) error // nil: nothing fails
	short bool                  // writes are short, without an error

	mu  sync.Mutex
	ops []string
}

func (r *recorder) do(op string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, op)
	if r.fail == nil {
		return nil
	}
	return r.fail(op)
}

func (r *recorder) open(op, name string, open func(string) (File, error)) (File, error) {
	if err := r.do(op + " " + filepath.Base(name)); err != nil {
		return nil, err
	}
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	return &recorded{f, r}, nil
}

func (r *recorder) Open(name string) (File, error)   { return r.FS.Open(name) }
func (r *recorder) Create(name string) (File, error) { return r.open("create", name, r.FS.Create) }
func (r *recorder) OpenAppend(name string) (File, error) {
	return r.open("append", name, r.FS.OpenAppend)
}
func (r *recorder) OpenWrite(name string) (File, error) {
	return r.open("open", name, r.FS.OpenWrite)
}

func (r *recorder) Rename(old, new string) error {
	if err := r.do("rename " + filepath.Base(old) + " " + filepath.Base(new)); err != nil {
		return err
	}
	return r.FS.Rename(old, new)
}

func (r *recorder) SyncDir(name string) error {
	if err := r.do("syncdir"); err != nil {
		return err
	}
	return r.FS.SyncDir(name)
}

type recorded struct {
	File
	r *recorder
}

func (f *recorded) Write(b []byte) (int, error) {
	if err := f.r.do("write"); err != nil {
		return 0, err
	}
	if f.r.short {
		return f.File.Write(b[:len(b)/2])
	}
	return f.File.Write(b)
}

func (f *recorded) WriteAt(b []byte, at int64) (int, error) {
	if err := f.r.do("write"); err != nil {
		return 0, err
	}
	return f.File.WriteAt(b, at)
}

func (f *recorded) Sync() error {
	if err := f.r.do("sync"); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *recorded) Close() error { return errors.Join(f.r.do("close"), f.File.Close()) }

var errDisk = errors.New("disk on fire")

func slurp(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func create(t *testing.T, fsys FS, path string) *logFile {
	t.Helper()
	if err := createLog(fsys, path); err != nil {
		t.Fatal(err)
	}
	l, err := openLog(fsys, path, -1, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.close() })
	return l
}

// put appends a record.
func (l *logFile) put(r Record) error {
	line, err := r.AppendLine(nil)
	if err != nil {
		return err
	}
	return l.append(line)
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.results.csv")
	if err := os.WriteFile(path+aside, []byte("left by a run that was killed, and longer than the header is: "+Header()), 0o644); err != nil {
		t.Fatal(err)
	}
	r := &recorder{FS: OS{}}
	l := create(t, r, path)
	want := []string{"create a.results.csv.new", "write", "sync", "close", "rename a.results.csv.new a.results.csv", "syncdir", "append a.results.csv", "sync"}
	if diff := cmp.Diff(want, r.ops); diff != "" {
		t.Errorf("steps: want -, got +\n%s", diff)
	}
	first := sample(0)
	if err := errors.Join(l.put(first), l.sync(), l.close()); err != nil {
		t.Fatal(err)
	}
	if got, want := slurp(t, path), string(logOf(t, first)); got != want {
		t.Errorf("the log is %q, want %q", got, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if err := createLog(OS{}, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create over a log: %v, want %v", err, fs.ErrExist)
	}
	if got, want := slurp(t, path), string(logOf(t, first)); got != want {
		t.Errorf("the log then is %q, want %q", got, want)
	}
}

// A log is there whole or not at all, and nothing else stays.
func TestCreateFails(t *testing.T) {
	for _, op := range []string{"create", "write", "sync", "close", "rename"} {
		t.Run(op, func(t *testing.T) {
			dir := t.TempDir()
			r := &recorder{FS: OS{}, fail: func(did string) error {
				if strings.HasPrefix(did+" ", op+" ") {
					return errDisk
				}
				return nil
			}}
			if err := createLog(r, filepath.Join(dir, "a.csv")); !errors.Is(err, errDisk) {
				t.Errorf("Create: %v, want %v", err, errDisk)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left in the directory: %v, %v", left, err)
			}
		})
	}
	t.Run("syncdir", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.csv")
		r := &recorder{FS: OS{}, fail: func(did string) error {
			if did == "syncdir" {
				return errDisk
			}
			return nil
		}}
		if err := createLog(r, path); !errors.Is(err, errDisk) {
			t.Errorf("Create: %v, want %v", err, errDisk)
		}
		if got := slurp(t, path); got != Header() {
			t.Errorf("the log is %q, want its header", got)
		}
	})
	t.Run("no directory", func(t *testing.T) {
		if err := createLog(OS{}, filepath.Join(t.TempDir(), "none", "a.csv")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Create: %v, want %v", err, fs.ErrNotExist)
		}
	})
}

func TestOpenLog(t *testing.T) {
	one, two := sample(0), sample(1)
	whole := string(logOf(t, one))
	for _, tt := range []struct{ name, before, want string }{
		{"whole", whole, string(logOf(t, one, two))},
		{"header only", Header(), string(logOf(t, two))},
		{"no last line end", strings.TrimSuffix(whole, "\n"), string(logOf(t, one, two))},
		{"torn", whole + "2026-11", whole + "2026-11\n" + strings.TrimPrefix(string(logOf(t, two)), Header())},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.csv")
			if err := os.WriteFile(path, []byte(tt.before), 0o600); err != nil {
				t.Fatal(err)
			}
			l, err := openLog(OS{}, path, -1, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(l.put(two), l.close()); err != nil {
				t.Fatal(err)
			}
			if got := slurp(t, path); got != tt.want {
				t.Errorf("the log is\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestOpenLogFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := openLog(OS{}, filepath.Join(dir, "none"), -1, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenLog of nothing: %v, want %v", err, fs.ErrNotExist)
	}
	path := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openLog(OS{}, path, -1, nil); err == nil {
		t.Error("OpenLog takes an empty file")
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &recorder{FS: OS{}, fail: func(op string) error {
		if op == "write" {
			return errDisk
		}
		return nil
	}}
	if _, err := openLog(r, path, -1, nil); !errors.Is(err, errDisk) || !slices.Contains(r.ops, "close") {
		t.Errorf("OpenLog: %v after %v, want %v and a close", err, r.ops, errDisk)
	}
}

func TestLogStopsAfterAFailure(t *testing.T) {
	rec := sample(0)
	for _, tt := range []struct {
		name  string
		spoil func(r *recorder)
		first func(l *logFile) error
		want  error
	}{
		{"write", func(r *recorder) { r.fail = func(string) error { return errDisk } }, func(l *logFile) error { return l.put(rec) }, errDisk},
		{"short write", func(r *recorder) { r.short = true }, func(l *logFile) error { return l.put(rec) }, io.ErrShortWrite},
		{"sync", func(r *recorder) { r.fail = func(string) error { return errDisk } }, (*logFile).sync, errDisk},
		{"close", func(*recorder) {}, func(l *logFile) error { l.close(); return l.put(rec) }, fs.ErrClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &recorder{FS: OS{}}
			l := create(t, r, filepath.Join(t.TempDir(), "a.csv"))
			tt.spoil(r)
			first := tt.first(l)
			if !errors.Is(first, tt.want) {
				t.Fatalf("first error %v, want %v", first, tt.want)
			}
			r.fail, r.short, r.ops = nil, false, nil
			if err := l.put(rec); err != first {
				t.Errorf("Append afterwards: %v, want %v", err, first)
			}
			if err := l.sync(); err != first {
				t.Errorf("Sync afterwards: %v, want %v", err, first)
			}
			if len(r.ops) > 0 {
				t.Errorf("done afterwards: %v", r.ops)
			}
		})
	}
}

func TestLogConcurrent(t *testing.T) {
	const writers, each = 8, 50
	path := filepath.Join(t.TempDir(), "a.csv")
	r := &recorder{FS: OS{}}
	l := create(t, r, path)
	r.ops = nil
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				rec := sample(w*each + i)
				if err := errors.Join(l.put(rec), l.sync()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var f Fold
	for e, err := range Read(strings.NewReader(slurp(t, path)), ReadOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if f.keys.Len() != writers*each {
		t.Errorf("%d keys, want %d", f.keys.Len(), writers*each)
	}
	writes := len(r.ops) - len(slices.DeleteFunc(slices.Clone(r.ops), func(op string) bool { return op == "write" }))
	if writes != writers*each {
		t.Errorf("%d writes, want one a record: %d", writes, writers*each)
	}
}

func TestOS(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	var fsys OS
	f, err := fsys.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fsys.Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create again: %v, want %v", err, fs.ErrExist)
	}
	_, err = io.WriteString(f, "12345")
	if err := errors.Join(err, f.Sync(), f.Truncate(3), f.Close(), fsys.SyncDir(dir)); err != nil {
		t.Fatal(err)
	}
	a, err := fsys.OpenAppend(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Read(make([]byte, 1)); err == nil {
		t.Error("what is open to append can be read")
	}
	_, err = io.WriteString(a, "x")
	if err := errors.Join(err, a.Close(), fsys.Rename(path, path+"b")); err != nil {
		t.Fatal(err)
	}
	in, err := fsys.Open(path + "b")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(in)
	info, serr := in.Stat()
	if !bytes.Equal(b, []byte("123x")) || err != nil || serr != nil || info.Size() != 4 || info.Mode() != 0o600 {
		t.Errorf("the file is %q, %v, %v, %v", b, info, err, serr)
	}
	if err := errors.Join(in.Close(), fsys.Remove(path+"b")); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Stat":    second(fsys.Stat(path)),
		"Open":    second(fsys.Open(path)),
		"Append":  second(fsys.OpenAppend(path)),
		"SyncDir": fsys.SyncDir(path),
	} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s of nothing: %v, want %v", name, err, fs.ErrNotExist)
		}
	}
	if f, _ := fsys.Open(path); f != nil {
		t.Error("an error comes with a file")
	}
}

func second[S, T any](_ S, t T) T { return t }
