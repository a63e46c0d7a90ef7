package result

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// A preallocatedFile is a file that is appended to by overwriting zeros that are
// already allocated at its end. To sync a file that has grown, or whose blocks
// are not allocated yet, a file system must write its metadata as well, which
// takes twice as long as to overwrite data in place.
type preallocatedFile struct {
	File
	size      int64 // of the content before the zeros, in octets
	allocated int64 // size of the file, in octets
}

// How many zeros are allocated at once: as many octets as the file holds, within
// these bounds.
const (
	minPrealloc = 4 << 10
	maxPrealloc = 256 << 10
)

// append writes b behind the content in one write and syncs it. After an error
// the content is as before, and truncate must be called.
func (p *preallocatedFile) append(b []byte) error {
	end := p.size + int64(len(b))
	if end > p.allocated {
		if err := p.preallocate(end); err != nil {
			return err
		}
	}
	p.allocated = max(p.allocated, end)
	if _, err := p.WriteAt(b, p.size); err != nil {
		return err
	}
	if err := p.Sync(); err != nil {
		return err
	}
	p.size = end
	return nil
}

// preallocate writes zeros up to end and some more. It returns ErrTaken if
// another program truncated the file, which the zeros would hide. If the disk is
// full it writes none and returns nil: b itself may still fit.
func (p *preallocatedFile) preallocate(end int64) error {
	info, err := p.Stat()
	if err != nil {
		return err
	}
	if info.Size() != p.allocated {
		return fmt.Errorf("%w: it was changed", ErrTaken)
	}
	zeros := make([]byte, end-p.allocated+min(max(p.size, minPrealloc), maxPrealloc))
	if _, err := p.WriteAt(zeros, p.allocated); err != nil {
		undo := p.Truncate(p.allocated)
		if undo == nil && noSpace(err) {
			return nil
		}
		return errors.Join(err, undo)
	}
	p.allocated += int64(len(zeros))
	return nil
}

// noSpace reports whether err says that the disk, a quota or the largest size of
// a file is exhausted.
func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// truncate cuts the file off behind the content.
func (p *preallocatedFile) truncate() error {
	err := p.Truncate(p.size)
	if err == nil {
		p.allocated = p.size
	}
	return err
}

// A contentReader reads the content of a file, without the zeros at its end. The
// file may be written meanwhile: at the end of what was there, the reader looks
// for more.
type contentReader struct {
	file    File
	at, end int64
}

func (c *contentReader) Read(b []byte) (int, error) {
	if c.at == c.end {
		end, err := contentEnd(c.file)
		if err != nil {
			return 0, err
		}
		if end <= c.at {
			return 0, io.EOF
		}
		c.end = end
	}
	n, err := c.file.ReadAt(b[:min(int64(len(b)), c.end-c.at)], c.at)
	c.at += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

// contentEnd returns the offset of the zeros at the end of a file. It searches
// backwards from the end: since content is appended in order, everything before
// the octet that it finds was written before it looked.
func contentEnd(f File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	block := make([]byte, 1<<16)
	end := info.Size()
	for end > 0 {
		part := block[:min(end, int64(len(block)))]
		if _, err := f.ReadAt(part, end-int64(len(part))); err != nil && err != io.EOF {
			return 0, err
		}
		if n := len(bytes.TrimRight(part, "\x00")); n > 0 {
			return end - int64(len(part)-n), nil
		}
		end -= int64(len(part))
	}
	return 0, nil
}
