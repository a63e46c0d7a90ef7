package result

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// A paddedFile is written behind what it holds, where zeros stand already. To
// make a file durable that grows, or whose blocks have no place on the disk yet,
// a file system must write its own records as well; that takes twice the time of
// writing over what is there.
type paddedFile struct {
	File
	size int64 // of what it holds, in octets
	room int64 // of the file
}

// How many zeros are written at once: as many octets as the file holds, within
// these bounds.
const (
	leastPadding = 4 << 10
	mostPadding  = 256 << 10
)

// append makes b durable in one write. After an error the file holds what it held
// before, and cut is to be called.
func (p *paddedFile) append(b []byte) error {
	end := p.size + int64(len(b))
	if end > p.room {
		if err := p.pad(end); err != nil {
			return err
		}
	}
	p.room = max(p.room, end)
	if _, err := p.WriteAt(b, p.size); err != nil {
		return err
	}
	if err := p.Sync(); err != nil {
		return err
	}
	p.size = end
	return nil
}

// pad makes room up to end and for some more, unless another program made the
// file shorter: that would be hidden. A disk that is too full for more may have
// room for what is to be written.
func (p *paddedFile) pad(end int64) error {
	info, err := p.Stat()
	if err != nil {
		return err
	}
	if info.Size() != p.room {
		return fmt.Errorf("%w: it was changed", ErrTaken)
	}
	zeros := make([]byte, end-p.room+min(max(p.size, leastPadding), mostPadding))
	if _, err := p.WriteAt(zeros, p.room); err != nil {
		cut := p.Truncate(p.room)
		if cut == nil && noRoom(err) {
			return nil
		}
		return errors.Join(err, cut)
	}
	p.room += int64(len(zeros))
	return nil
}

// noRoom tells an error that is about the size of what is written.
func noRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// cut cuts off what is behind that which it holds.
func (p *paddedFile) cut() error {
	err := p.Truncate(p.size)
	if err == nil {
		p.room = p.size
	}
	return err
}

// A content reads what a file holds before the zeros at its end. The file may be
// written meanwhile: once all is read that was there, it looks for more.
type content struct {
	file    File
	at, end int64
}

func (c *content) Read(b []byte) (int, error) {
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

// contentEnd tells where zeros begin that go to the end of a file. It looks from
// there, so that what it has passed was written before it came.
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
