// Package disktest is for tests of what a power cut leaves behind: a file
// system in memory that loses what was not synced, or half of it.
//
// What is promised is what POSIX promises and no more: Sync makes the content
// of one file durable, SyncDir the names of a directory, a rename is atomic, and
// everything else may reach the disk or not, in any order, whole or torn.
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

// ErrPower is what everything fails with once the power is cut.
var ErrPower = errors.New("the power is cut")

// A Disk is a result.FS of one directory. The zero value is empty, and its
// power stays on. It is safe for concurrent use.
type Disk struct {
	// Deaf tells of a Sync or SyncDir, before it is done, that it is to do
	// nothing; nil: all are done.
	Deaf func() bool

	mu      sync.Mutex // guards all below, and the files
	names   map[string]*file
	durable map[string]*file
	changes []change // of names, since the last SyncDir
	ops     int
	cutAt   int // 0: never
	off     bool
}

// A change is one of names that may not be durable yet.
type change struct {
	removed string // "" if nothing was
	made    string // "" if nothing was
	file    *file
}

// A file has the content that is seen, and what of it is durable.
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

// CutAt cuts the power at the n-th operation from now that changes something:
// that one and all after it fail. 0 leaves the power on.
func (d *Disk) CutAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutAt = 0
	if n > 0 {
		d.cutAt = d.ops + n
	}
}

// Ops is the number of operations so far that changed something.
func (d *Disk) Ops() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

// Put makes a durable file.
func (d *Disk) Put(name string, content []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fill()
	f := &file{content: slices.Clone(content), durable: slices.Clone(content)}
	d.names[name], d.durable[name] = f, f
}

// Get gives the content of a file as it is seen; false if there is none.
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

// Restart gives the disk as it may be found after a power cut at this moment.
// rng chooses among all that may have reached it.
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
	for _, name := range slices.Sorted(maps.Keys(names)) { // in an order that the seed repeats
		f := names[name]
		if _, ok := contents[f]; !ok {
			contents[f] = f.left(rng)
		}
		after.Put(name, contents[f])
	}
	return after
}

// some chooses: none, all, the first ones or any.
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

// sector is what a disk writes whole or not at all.
const sector = 512

// left is what may be left of a file: of each write all, none, a part, or any of
// its sectors. What was not written before something that was is as it was, or
// zeros.
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

// begin counts an operation; mu is held. The one at which the power is cut
// fails, but may have reached the disk: it is to be done all the same, unless
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

// Open opens a file to read it.
func (d *Disk) Open(name string) (result.File, error) { return d.open("open", name) }

// OpenAppend opens a file to write at its end.
func (d *Disk) OpenAppend(name string) (result.File, error) { return d.open("append", name) }

// OpenWrite opens a file to write to places in it.
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

// Create makes a file.
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

// Rename gives a file another name, in place of what has it.
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
	deaf := d.Deaf != nil && d.Deaf()
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.begin(); err != nil || deaf {
		return err
	}
	d.fill()
	d.durable, d.changes = maps.Clone(d.names), nil
	return nil
}

// Stat describes a file.
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

// Same tells whether both describe one file.
func (d *Disk) Same(a, b fs.FileInfo) bool { return a.(info).file == b.(info).file }

// info describes a file as it was at a moment.
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
