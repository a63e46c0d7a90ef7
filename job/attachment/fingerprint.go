package attachment

import (
	"encoding/binary"
	"hash/maphash"
	"io"
	"os"
)

// maxBuffer is how many octets of a file are read at a time, for its fingerprint.
const maxBuffer = 64 << 10

// fingerprintOf reads an open file, and returns what stands for it: which file it
// is, its size, its time and all of its content. It is never 0. A file that is
// changed meanwhile is ErrChanged.
func fingerprintOf(seed maphash.Seed, f *os.File, info os.FileInfo) (uint64, error) {
	var h maphash.Hash
	beginFingerprint(&h, seed, f, info)
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
	return endFingerprint(&h), nil
}

// beginFingerprint writes all but the content of a file.
func beginFingerprint(h *maphash.Hash, seed maphash.Seed, f *os.File, info os.FileInfo) {
	h.SetSeed(seed)
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], uint64(info.Size()))
	binary.LittleEndian.PutUint64(b[8:], uint64(info.ModTime().UnixNano()))
	h.Write(b[:])
	if !inodesMadeUp(f) {
		h.WriteString(fileID(info, ""))
	}
}

// notInFingerprint is a bit that no fingerprint has.
const notInFingerprint = 1 << 63

func endFingerprint(h *maphash.Hash) uint64 { return max(h.Sum64()&^notInFingerprint, 1) }
