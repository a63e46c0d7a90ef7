package attachment

import (
	"hash/maphash"
	"io"
	"os"
)

// pieceSize is how many octets of a file each of its pieces has: the beginning, one in
// the middle, and the end, which tell nearly all files of one size apart.
const pieceSize = 1024

// sample takes in pieces of an open file, whose beginning was read.
func (o *checkedFile) sample(f *os.File, head []byte) error {
	var h maphash.Hash
	h.SetSeed(o.seed)
	h.Write(head[:min(pieceSize, len(head))])
	size := o.info.Size()
	piece := make([]byte, min(pieceSize, size))
	for _, at := range []int64{(size - int64(len(piece))) / 2, size - int64(len(piece))} {
		if at == 0 {
			continue // it is the beginning
		}
		if _, err := f.ReadAt(piece, at); err != nil && err != io.EOF {
			return err
		}
		h.Write(piece)
	}
	o.pieces = max(h.Sum64(), 1)
	return nil
}

// readSample opens the file for its pieces.
func (o *checkedFile) readSample() error {
	f, _, err := o.openSame()
	if err != nil {
		return err
	}
	defer f.Close() // read only: nothing is lost
	head := make([]byte, min(pieceSize, o.info.Size()))
	if _, err := io.ReadFull(f, head); err != nil {
		return err
	}
	return o.sample(f, head)
}
