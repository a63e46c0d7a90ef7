package attachment

import (
	"encoding/binary"
	"hash/maphash"
	"io"
	"os"
)

// maxBuffer is how many octets of a file are read at a time, for its fingerprint.
const maxBuffer = 64 << 10

// contentOf reads an open file to its end, and returns what stands for its content.
// A file that is changed meanwhile is ErrChanged.
func contentOf(seed maphash.Seed, f *os.File, info os.FileInfo) (uint64, error) {
	var h maphash.Hash
	h.SetSeed(seed)
	left := info.Size() + 1 // one octet more than there is
	buf := make([]byte, min(left, maxBuffer))
	for {
		n, err := f.Read(buf[:min(left, int64(len(buf)))])
		h.Write(buf[:n])
		left -= int64(n)
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		if left == 0 {
			return 0, ErrChanged
		}
	}
	is, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if left != 1 || !sameTimeAndSize(is, info) {
		return 0, ErrChanged
	}
	return h.Sum64(), nil
}

// fingerprint returns what stands for an open file with this content: which file
// it is, its size, its time and the content. It is never 0.
func (o *checkedFile) fingerprint(f *os.File, info os.FileInfo, content uint64) uint64 {
	b := make([]byte, 0, 40)
	b = binary.LittleEndian.AppendUint64(b, uint64(info.Size()))
	b = binary.LittleEndian.AppendUint64(b, uint64(info.ModTime().UnixNano()))
	b = binary.LittleEndian.AppendUint64(b, content)
	if !o.invented(f) {
		b = append(b, fileID(info, "")...)
	}
	return max(maphash.Bytes(o.seed, b)&^notInFingerprint, 1)
}

// notInFingerprint is a bit that no fingerprint has.
const notInFingerprint = 1 << 63
