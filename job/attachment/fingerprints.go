package attachment

import (
	"encoding/binary"
	"hash/fnv"
	"io"
)

// fingerprints are those of the files of rows when they were checked: eight
// octets a row. The zero value is empty.
type fingerprints struct{ chunks []*[chunkRows]uint64 }

// chunkRows is how many rows have their fingerprints together.
const chunkRows = 4096

func (s *fingerprints) set(row int, fingerprint uint64) {
	for len(s.chunks) <= row/chunkRows {
		s.chunks = append(s.chunks, nil)
	}
	c := &s.chunks[row/chunkRows]
	if *c == nil {
		*c = new([chunkRows]uint64)
	}
	(*c)[row%chunkRows] = fingerprint
}

// of returns 0 for a row that was not checked.
func (s *fingerprints) of(row int) uint64 {
	if i := row / chunkRows; i < len(s.chunks) && s.chunks[i] != nil {
		return s.chunks[i][row%chunkRows]
	}
	return 0
}

// fingerprintOf stands for a row's files: which they are, their sizes and times.
// It is never 0.
func fingerprintOf(files []File) uint64 {
	h := fnv.New64a()
	var b [16]byte
	for _, f := range files {
		binary.LittleEndian.PutUint64(b[:], uint64(f.info.Size()))
		binary.LittleEndian.PutUint64(b[8:], uint64(f.info.ModTime().UnixNano()))
		h.Write(b[:])
		io.WriteString(h, f.ID)
	}
	return max(h.Sum64(), 1)
}
