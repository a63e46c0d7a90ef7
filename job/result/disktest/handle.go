package disktest

import (
	"io"
	"io/fs"
	"slices"
)

// A handle is an open file.
type handle struct {
	disk *Disk
	file *file
	name string
	pos  int
}

func (h *handle) Read(p []byte) (int, error) {
	n, err := h.ReadAt(p, int64(h.pos))
	h.pos += n
	if n > 0 {
		err = nil
	}
	return n, err
}

func (h *handle) ReadAt(p []byte, at int64) (int, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.disk.off {
		return 0, ErrPower
	}
	if at >= int64(len(h.file.content)) {
		return 0, io.EOF
	}
	n := copy(p, h.file.content[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) Write(b []byte) (int, error) { return h.write(b, -1) }

func (h *handle) WriteAt(b []byte, at int64) (int, error) { return h.write(b, int(at)) }

// write writes at an offset, or at the end if that is negative.
func (h *handle) write(b []byte, at int) (int, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	do, err := h.disk.begin()
	if do {
		if at < 0 {
			at = len(h.file.content)
		}
		h.file.writes = append(h.file.writes, write{at: at, data: slices.Clone(b)})
		h.file.content = resize(slices.Clone(h.file.content), max(len(h.file.content), at+len(b)))
		copy(h.file.content[at:], b)
	}
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

func (h *handle) Truncate(size int64) error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	do, err := h.disk.begin()
	if do {
		h.file.content = resize(slices.Clone(h.file.content), int(size))
		h.file.writes = append(h.file.writes, write{at: int(size), truncate: true})
	}
	return err
}

func (h *handle) Sync() error {
	skip := h.disk.SkipSync != nil && h.disk.SkipSync()
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if _, err := h.disk.begin(); err != nil || skip {
		return err
	}
	h.file.durable, h.file.writes = slices.Clone(h.file.content), nil
	return nil
}

func (h *handle) Stat() (fs.FileInfo, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.disk.off {
		return nil, ErrPower
	}
	return info{h.name, h.file, int64(len(h.file.content))}, nil
}

func (h *handle) Close() error { return nil }
