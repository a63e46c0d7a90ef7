package attachment

import (
	"crypto/sha256"
	"hash/maphash"
	"io"
	"os"
	"time"

	"mailshot/transport"
	"mailshot/transport/message"
)

// MaxInMemory is the size up to which a file that all letters share is kept in
// memory, encoded; beyond it is read for each of them, as a row's file is.
const MaxInMemory = 16 << 20

// A SharedFile is a file that goes with every letter. Up to MaxInMemory it is read
// once: what was checked is what is sent.
type SharedFile struct {
	path    string
	Head    []byte            // its beginning
	Sum     [sha256.Size]byte // of its content
	changed time.Time         // when it was last, before it was read
	charset charsetSurvey     // of its content, if it is a text

	encoded *message.Encoded
	segment transport.Segment // of encoded
	large   *checkedFile      // instead of both
}

// readShared reads a file that the job file names.
func readShared(path string) (*SharedFile, error) {
	f, err := openRegular(path, os.Stat, os.OpenFile)
	if err != nil {
		return nil, err
	}
	s := &SharedFile{path: path, changed: f.info.ModTime()}
	if f.info.Size() > MaxInMemory {
		s.large = f
		return s, s.survey()
	}
	hash := sha256.New()
	head := &beginning{}
	file := message.File{Size: f.info.Size(), Open: func() (io.ReadCloser, error) {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r, io.MultiWriter(hash, head, &s.charset)), r}, nil
	}}
	if s.encoded, err = file.Encode(); err != nil {
		return nil, err
	}
	hash.Sum(s.Sum[:0])
	s.Head = head.octets
	s.segment, err = transport.CheckedSegment(s.encoded.Data())
	return s, err
}

// survey reads what has to be known of a large file.
func (s *SharedFile) survey() error {
	s.large.seed = maphash.MakeSeed()
	if err := s.large.learn(); err != nil {
		return err
	}
	r, err := s.large.Open()
	if err != nil {
		return err
	}
	defer r.Close() // read only: nothing is lost
	hash, head := sha256.New(), &beginning{}
	if _, err := io.Copy(io.MultiWriter(hash, head, &s.charset), r); err != nil {
		return err
	}
	hash.Sum(s.Sum[:0])
	s.Head = head.octets
	return nil
}

// Content returns the file as a part of a message takes it: one of the two.
func (s *SharedFile) Content() (*message.File, *message.Encoded) {
	if s.large != nil {
		return s.large.file(), nil
	}
	return nil, s.encoded
}

// A beginning keeps the first octets that are written to it.
type beginning struct{ octets []byte }

func (b *beginning) Write(p []byte) (int, error) {
	b.octets = append(b.octets, p[:min(len(p), sniffed-len(b.octets))]...)
	return len(p), nil
}
