package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"slices"
	"strconv"

	"mailshot/job/fleet/piece"
	"mailshot/job/fleet/protocol"
)

// A line is one of the file; one of its fields beside Run is set.
type line struct {
	Head  *head        `json:"head,omitempty"`
	Run   string       `json:"run,omitempty"`
	Got   uint64       `json:"got,omitempty"`
	Keep  *keepLine    `json:"keep,omitempty"`
	Begin *spot        `json:"begin,omitempty"`
	End   *piece.Word  `json:"end,omitempty"`
	Drop  []piece.Held `json:"drop,omitempty"`
}

// A keepLine says that a piece was kept.
type keepLine struct {
	Piece  uint64   `json:"piece"`
	System *string  `json:"system,omitempty"` // nil: that of the head before
	Rows   [][2]int `json:"rows"`             // row and attempt
}

// A spot is a row's place in a piece.
type spot struct {
	Piece uint64 `json:"piece"`
	Place int    `json:"place"`
}

// sumLength is that of the sum and the space before a line.
const sumLength = 9

// encode returns the line with its sum.
func (l *line) encode() ([]byte, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("encoding a line: %w", err)
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(text), text), nil
}

// decode reads a line without its end, and reports false if it is not whole.
func decode(text []byte) (l line, ok bool) {
	if len(text) < sumLength || text[sumLength-1] != ' ' {
		return l, false
	}
	sum, err := strconv.ParseUint(string(text[:sumLength-1]), 16, 32)
	if err != nil || uint32(sum) != crc32.ChecksumIEEE(text[sumLength:]) {
		return l, false
	}
	return l, json.Unmarshal(text[sumLength:], &l) == nil
}

// errDamaged is the error of a file whose lines are not those that were written.
var errDamaged = errors.New("the file is damaged: move the directory away, and what it had of rows is unknown")

// replay reads a file. What stands behind a broken line is nothing that anybody relies on: the
// process that wrote it was killed in its midst, or the system was before it was synced.
func (s *State) replay(text []byte) error {
	for first := true; len(text) > 0; first = false {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			break
		}
		l, ok := decode(text[:end])
		if first && (!ok || l.Head == nil || l.Head.ID == "") {
			return errDamaged
		}
		if !ok {
			if s.lastSystem == s.system && s.system != "" && bytes.IndexByte(text[end+1:], '\n') >= 0 {
				return errDamaged // a kill breaks the last line alone
			}
			break
		}
		text = text[end+1:]
		if l.Head != nil {
			s.head, s.lastSystem = *l.Head, l.Head.System
			continue
		}
		s.apply(&l)
	}
	if s.head.ID == "" {
		return errDamaged
	}
	return nil
}

// apply takes a line in.
func (s *State) apply(l *line) {
	r := s.run(l.Run)
	switch {
	case l.Keep != nil:
		p := &kept{system: s.lastSystem}
		if l.Keep.System != nil {
			p.system = *l.Keep.System
		}
		p.Piece = l.Keep.Piece
		for _, x := range l.Keep.Rows {
			p.Rows = append(p.Rows, protocol.SavedRow{Row: x[0], Attempt: x[1]})
		}
		r.pieces = append(r.pieces, p)
		r.got = max(r.got, p.Piece)
	case l.Begin != nil:
		if row := r.row(l.Begin.Piece, l.Begin.Place); row != nil {
			row.Begun = true
		}
	case l.End != nil:
		if row := r.row(l.End.Piece, l.End.Place); row != nil {
			row.Word = l.End
		}
	case l.Drop != nil:
		r.drop(l.Drop)
	default:
		r.got = max(r.got, l.Got)
	}
}

// row returns one of a piece; nil if there is none.
func (r *run) row(number uint64, place int) *protocol.SavedRow {
	for _, p := range r.pieces {
		if p.Piece == number && place >= 0 && place < len(p.Rows) {
			return &p.Rows[place]
		}
	}
	return nil
}

// drop drops rows, and the pieces that have none any more.
func (r *run) drop(rows []piece.Held) {
	for _, h := range rows {
		for place := range piece.MaxRows {
			if row := r.row(h.Piece, place); row != nil && h.Rows.Has(place) {
				row.Dropped = true
			}
		}
	}
	r.pieces = slices.DeleteFunc(r.pieces, func(p *kept) bool {
		return !slices.ContainsFunc(p.Rows, func(row protocol.SavedRow) bool { return !row.Dropped })
	})
}

// lines returns all that is still needed.
func (s *State) lines() (all []line) {
	all = append(all, line{Head: &s.head})
	if n := len(s.runs) - maxRuns; n > 0 {
		s.runs = slices.DeleteFunc(s.runs, func(r *run) bool {
			n--
			return n >= 0 && len(r.pieces) == 0
		})
	}
	for _, r := range s.runs {
		if r.got > 0 {
			all = append(all, line{Run: r.id, Got: r.got})
		}
		for _, p := range r.pieces {
			all = append(all, p.lines(r.id)...)
		}
	}
	return all
}

func (p *kept) lines(run string) []line {
	k := &keepLine{Piece: p.Piece, System: &p.system}
	all := []line{{Run: run, Keep: k}}
	var dropped piece.Set
	for place, row := range p.Rows {
		k.Rows = append(k.Rows, [2]int{row.Row, row.Attempt})
		if row.Begun {
			all = append(all, line{Run: run, Begin: &spot{p.Piece, place}})
		}
		if row.Word != nil {
			all = append(all, line{Run: run, End: row.Word})
		}
		if row.Dropped {
			dropped = dropped.With(place)
		}
	}
	if dropped != 0 {
		all = append(all, line{Run: run, Drop: []piece.Held{{Piece: p.Piece, Rows: dropped}}})
	}
	return all
}

// rewrite writes the file anew, durable. The marks of pieces that are kept are as durable then as
// what they say.
func (s *State) rewrite() error {
	s.head.System = s.system
	var text []byte
	for _, l := range s.lines() {
		b, err := l.encode()
		if err != nil {
			return err
		}
		text = append(text, b...)
	}
	path := filepath.Join(s.dir, aside)
	f, err := s.fsys.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = s.fsys.Rename(path, filepath.Join(s.dir, fileName))
	}
	if err == nil {
		err = s.fsys.SyncDir(s.dir)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	s.f, s.size, s.lastSystem = f, len(text), s.system
	return nil
}

// compact writes the file anew while it is in use.
func (s *State) compact() error {
	if s.failed != nil {
		return s.failed
	}
	old := s.f
	if err := s.rewrite(); err != nil {
		s.failed = fmt.Errorf("writing the worker's state: %w", err)
		return s.failed
	}
	return old.Close()
}
