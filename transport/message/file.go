package message

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// A File is content that is read and encoded on its way out, so that a message takes no more memory
// with it than without.
type File struct {
	Size int64 // octets, before they are encoded
	// Open is called for each delivery of the message.
	Open func() (io.ReadCloser, error)
}

// ErrFileSize is in the chain of the reading error where a File does not have its Size.
var ErrFileSize = errors.New("the file does not have the size that it had")

// An Encoded is content that was encoded once, for any number of messages. It is safe for
// concurrent use. The zero Encoded is that of an empty file.
type Encoded struct{ data []byte }

// Encode reads the file and encodes it.
func (f *File) Encode() (*Encoded, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	r, err := f.encoded()
	if err != nil {
		return nil, err
	}
	defer r.Close() // read only: nothing is lost
	// One octet more than there are, so that the reader comes to its end.
	data := make([]byte, base64Size(f.Size)+1)
	n, err := io.ReadFull(r, data)
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return &Encoded{data: data[:n]}, nil
}

// Data returns the content as it stands in the messages; it is not to be changed.
func (x *Encoded) Data() []byte { return x.data }

func (f *File) check() error {
	if f.Open == nil || f.Size < 0 || f.Size > math.MaxInt64/2 {
		return fmt.Errorf("a file of %d octets, or one that can't be opened", f.Size)
	}
	return nil
}

// encoded opens the file to read it in base64.
func (f *File) encoded() (io.ReadCloser, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &base64Reader{file: r, left: f.Size}, nil
}

// encodedLines is how many lines a base64Reader makes at a time.
const encodedLines = 128

// A base64Reader reads a file in lines of base64 (RFC 2045, section 6.8).
type base64Reader struct {
	file  io.ReadCloser
	left  int64  // octets of the file that are to come
	ready []byte // encoded
	err   error  // after ready

	in  [encodedLines * base64Line]byte
	out [encodedLines * (base64Line/3*4 + len("\r\n"))]byte
}

func (r *base64Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(r.ready) == 0 && r.err == nil {
		r.fill()
	}
	n := copy(p, r.ready)
	r.ready = r.ready[n:]
	if n == 0 {
		return 0, r.err
	}
	return n, nil
}

// fill encodes what comes next.
func (r *base64Reader) fill() {
	if r.left == 0 {
		r.err = r.atEnd()
		return
	}
	b := r.in[:min(int64(len(r.in)), r.left)]
	if _, err := io.ReadFull(r.file, b); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("%w: it is shorter", ErrFileSize)
		}
		r.err = err
		return
	}
	r.left -= int64(len(b))
	r.ready = encodeLines(r.out[:0], b)
}

// atEnd returns io.EOF if the file has ended too.
func (r *base64Reader) atEnd() error {
	_, err := io.ReadFull(r.file, r.in[:1])
	if err == nil {
		return fmt.Errorf("%w: it is longer", ErrFileSize)
	}
	return err
}

func (r *base64Reader) Close() error { return r.file.Close() }
