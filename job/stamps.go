package job

import (
	"encoding/binary"
	"hash/fnv"
	"io"
)

// stamps are what the files of rows looked like when they were checked: eight
// octets a row. The zero value is empty.
type stamps struct{ chunks []*[stampChunk]uint64 }

// stampChunk is how many rows have their stamps together.
const stampChunk = 4096

func (s *stamps) set(row int, stamp uint64) {
	for len(s.chunks) <= row/stampChunk {
		s.chunks = append(s.chunks, nil)
	}
	c := &s.chunks[row/stampChunk]
	if *c == nil {
		*c = new([stampChunk]uint64)
	}
	(*c)[row%stampChunk] = stamp
}

// of is 0 for a row that was not checked.
func (s *stamps) of(row int) uint64 {
	if i := row / stampChunk; i < len(s.chunks) && s.chunks[i] != nil {
		return s.chunks[i][row%stampChunk]
	}
	return 0
}

// stampOf stands for a row's files: which they are, their sizes and times. It is
// never 0.
func stampOf(files []rowFile) uint64 {
	h := fnv.New64a()
	var b [16]byte
	for _, f := range files {
		binary.LittleEndian.PutUint64(b[:], uint64(f.info.Size()))
		binary.LittleEndian.PutUint64(b[8:], uint64(f.info.ModTime().UnixNano()))
		h.Write(b[:])
		io.WriteString(h, fileID(f.info, f.shown))
	}
	return max(h.Sum64(), 1)
}
