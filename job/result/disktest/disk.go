// Package disktest simulates power cuts for tests: a file system in memory that
// loses what was not synced, or parts of it.
//
// It guarantees what POSIX does, and no more: Sync makes the content of one file
// durable, SyncDir the names in a directory, a rename is atomic, and everything
// else may reach the disk or not, in any order, whole or torn.
package disktest

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"mailshot/job/result"
)

// ErrPower is the error of all operations once the power is cut.
var ErrPower = errors.New("the power is cut")

// A Disk is a result.FS with one directory. The zero value is empty, and its power
// stays on. A Disk is safe for concurrent use.
type Disk struct {
	// SkipSync is called before each Sync and SyncDir, and reports whether that
	// is to do nothing. It may be nil.
	SkipSync func() bool

	mu      sync.Mutex // guards all below, and the files
	names   map[string]*file
	durable map[string]*file
	changes []change // of names, since the last SyncDir
	ops     int
	cutAt   int // 0: never
	off     bool
	marks   marking
}

// A change is one of names, which may not be durable yet.
type change struct {
	removed string // "" if nothing was
	made    string // "" if nothing was
	file    *file
}

// A file has the content that is read, and the content that is durable.
type file struct {
	content, durable []byte
	writes           []write // since the last Sync
}

// A write may not be durable yet.
type write struct {
	at       int
	data     []byte
	truncate bool // to at
}

var _ result.FS = (*Disk)(nil)

// CutAt cuts the power at the n-th modifying operation from now: that one and all
// after it return ErrPower. 0 leaves the power on.
func (d *Disk) CutAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutAt = 0
	if n > 0 {
		d.cutAt = d.ops + n
	}
}

// Ops returns the number of modifying operations so far.
func (d *Disk) Ops() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

// Put creates a durable file.
func (d *Disk) Put(name string, content []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fill()
	f := &file{content: slices.Clone(content), durable: slices.Clone(content)}
	d.names[name], d.durable[name] = f, f
}

// Get returns the content of a file as it is read; false if there is none.
func (d *Disk) Get(name string) ([]byte, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f, ok := d.names[name]
	if !ok {
		return nil, false
	}
	return slices.Clone(f.content), true
}

func (d *Disk) fill() {
	if d.names == nil {
		d.names, d.durable = make(map[string]*file), make(map[string]*file)
	}
}

// Restart returns a disk as it may be after a power cut at this moment. rng chooses
// which of the operations that are not durable have reached it.
func (d *Disk) Restart(rng *rand.Rand) *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	after := &Disk{}
	after.fill()
	names := maps.Clone(d.durable)
	for _, c := range some(rng, d.changes) {
		if c.removed != "" && (c.made == "" || names[c.removed] == c.file) {
			delete(names, c.removed)
		}
		if c.made != "" {
			names[c.made] = c.file
		}
	}
	contents := make(map[*file][]byte)
	for _, name := range slices.Sorted(maps.Keys(names)) { // in an order that depends on the seed alone
		f := names[name]
		if _, ok := contents[f]; !ok {
			contents[f] = f.left(rng)
		}
		after.Put(name, contents[f])
	}
	return after
}

// some returns none, all, the first ones or any of all.
func some[T any](rng *rand.Rand, all []T) []T {
	switch rng.IntN(4) {
	case 0:
		return nil
	case 1:
		return all
	case 2:
		return all[:rng.IntN(len(all)+1)]
	}
	var chosen []T
	for _, x := range all {
		if rng.IntN(2) == 0 {
			chosen = append(chosen, x)
		}
	}
	return chosen
}

// sector is how many octets a disk writes whole or not at all.
const sector = 512

// left returns a content that f may have after a power cut: of each write all,
// none, a part, or any of its sectors. Octets that were not written are as they
// were before, or zeros.
func (f *file) left(rng *rand.Rand) []byte {
	b := slices.Clone(f.durable)
	for _, w := range some(rng, f.writes) {
		if w.truncate {
			b = resize(b, w.at)
			continue
		}
		from, to := 0, len(w.data)
		lost := func() bool { return false }
		switch rng.IntN(5) {
		case 0:
			to = rng.IntN(len(w.data) + 1)
		case 1:
			from = rng.IntN(len(w.data) + 1)
		case 2:
			lost = func() bool { return rng.IntN(2) == 0 }
		}
		if len(b) < w.at+to {
			b = resize(b, w.at+to)
		}
		for at := from; at < to; {
			end := min(to, at+sector-(w.at+at)%sector)
			if !lost() {
				copy(b[w.at+at:], w.data[at:end])
			}
			at = end
		}
	}
	return b
}

func resize(b []byte, size int) []byte {
	if size <= len(b) {
		return b[:size]
	}
	return append(b, make([]byte, size-len(b))...)
}

// begin counts an operation; mu is held. The one at which the power is cut returns
// an error, but may have reached the disk: the caller does it all the same, unless
// it would make something durable.
func (d *Disk) begin() (do bool, err error) {
	if d.off {
		return false, ErrPower
	}
	if d.ops++; d.ops == d.cutAt {
		d.off = true
		return true, ErrPower
	}
	return true, nil
}

// Open opens a file for reading.
func (d *Disk) Open(name string) (result.File, error) { return d.open("open", name) }

// OpenAppend opens a file to write at its end.
func (d *Disk) OpenAppend(name string) (result.File, error) { return d.open("append", name) }

// OpenWrite opens a file to write at offsets.
func (d *Disk) OpenWrite(name string) (result.File, error) { return d.open("write", name) }

func (d *Disk) open(op, name string) (result.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.off {
		return nil, ErrPower
	}
	f, ok := d.names[name]
	if !ok {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return &handle{disk: d, file: f, name: name}, nil
}

// Create creates a file.
func (d *Disk) Create(name string) (result.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fill()
	if _, ok := d.names[name]; ok && !d.off {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	do, err := d.begin()
	if !do {
		return nil, err
	}
	f := &file{}
	d.names[name] = f
	d.changes = append(d.changes, change{made: name, file: f})
	return &handle{disk: d, file: f, name: name}, err
}

// Rename renames a file, and replaces one that has the new name.
func (d *Disk) Rename(old, new string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	f, ok := d.names[old]
	if !ok && !d.off {
		return &fs.PathError{Op: "rename", Path: old, Err: fs.ErrNotExist}
	}
	do, err := d.begin()
	if do {
		delete(d.names, old)
		d.names[new] = f
		d.changes = append(d.changes, change{removed: old, made: new, file: f})
	}
	return err
}

// Remove removes a name.
func (d *Disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.names[name]; !ok && !d.off {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	do, err := d.begin()
	if do {
		delete(d.names, name)
		d.changes = append(d.changes, change{removed: name})
	}
	return err
}

// SyncDir makes all names durable.
func (d *Disk) SyncDir(string) error {
	skip := d.SkipSync != nil && d.SkipSync()
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.begin(); err != nil || skip {
		return err
	}
	d.fill()
	d.durable, d.changes = maps.Clone(d.names), nil
	return nil
}

// Stat returns a description of a file.
func (d *Disk) Stat(name string) (fs.FileInfo, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.off {
		return nil, ErrPower
	}
	f, ok := d.names[name]
	if !ok {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return info{name, f, int64(len(f.content))}, nil
}

// Same reports whether both describe one file.
func (d *Disk) Same(a, b fs.FileInfo) bool { return a.(info).file == b.(info).file }

// info describes a file as it was when Stat was called.
type info struct {
	name string
	file *file
	size int64
}

func (i info) Name() string     { return i.name }
func (i info) Size() int64      { return i.size }
func (info) Mode() fs.FileMode  { return 0o600 }
func (info) ModTime() time.Time { return time.Time{} }
func (info) IsDir() bool        { return false }
func (info) Sys() any           { return nil }
