package result

import (
	"bytes"
	"io"
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

// pad makes room up to end and for some more. A disk that is too full for that
// may have room for b yet.
func (p *paddedFile) pad(end int64) error {
	zeros := make([]byte, end-p.room+min(max(p.size, leastPadding), mostPadding))
	if _, err := p.WriteAt(zeros, p.room); err != nil {
		return p.Truncate(p.room)
	}
	p.room += int64(len(zeros))
	return nil
}

// cut cuts off what is behind that which it holds.
func (p *paddedFile) cut() error {
	err := p.Truncate(p.size)
	if err == nil {
		p.room = p.size
	}
	return err
}

// contentOf gives what a file holds before the zeros at its end. It may be
// written meanwhile: what is read was there when it was called.
func contentOf(f File) (*io.SectionReader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	block := make([]byte, 1<<16)
	for end := info.Size(); end > 0; {
		part := block[:min(end, int64(len(block)))]
		if _, err := f.ReadAt(part, end-int64(len(part))); err != nil && err != io.EOF {
			return nil, err
		}
		end -= int64(len(part))
		if n := len(bytes.TrimRight(part, "\x00")); n > 0 {
			return io.NewSectionReader(f, 0, end+int64(n)), nil
		}
	}
	return io.NewSectionReader(f, 0, 0), nil
}
