package attachment

// fingerprints are those of the files of rows when they were checked: eight
// octets a row, and eight more for each file of a row that has several. The zero
// value is empty.
type fingerprints struct {
	chunks []*[chunkRows]uint64
	more   []uint64 // of rows with several files: how many, and then each
}

// chunkRows is how many rows have their fingerprints together.
const chunkRows = 4096

// several marks what a row has in its chunk as a place in more.
const several = notInFingerprint

func (s *fingerprints) set(row int, files []File) {
	if len(files) == 0 {
		return
	}
	for len(s.chunks) <= row/chunkRows {
		s.chunks = append(s.chunks, nil)
	}
	c := &s.chunks[row/chunkRows]
	if *c == nil {
		*c = new([chunkRows]uint64)
	}
	if len(files) == 1 {
		(*c)[row%chunkRows] = files[0].fingerprint
		return
	}
	(*c)[row%chunkRows] = several | uint64(len(s.more))
	s.more = append(s.more, uint64(len(files)))
	for _, f := range files {
		s.more = append(s.more, f.fingerprint)
	}
}

// of returns the fingerprint of one of a row's files, counted from 0; 0 for one
// that was not checked.
func (s *fingerprints) of(row, n int) uint64 {
	i := row / chunkRows
	if i >= len(s.chunks) || s.chunks[i] == nil {
		return 0
	}
	v := s.chunks[i][row%chunkRows]
	if v&several == 0 {
		if n > 0 {
			return 0
		}
		return v
	}
	files := s.more[v&^several:]
	if n >= int(files[0]) {
		return 0
	}
	return files[1+n]
}
