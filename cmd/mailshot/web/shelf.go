package web

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"mailshot/job/preview"
)

// A shelf has the pictures of a letter, and puts them into its HTML as long as there is room.
type shelf struct {
	data *strings.Replacer // of their names
	room int               // octets
}

// newShelf returns the pictures by their names (RFC 2392), as data (RFC 2397).
func newShelf(pictures []preview.File) *shelf {
	pictures = slices.Clone(pictures)
	slices.SortFunc(pictures, func(a, b preview.File) int { return len(b.ID) - len(a.ID) }) // one may begin like another
	var pairs []string
	for _, p := range pictures {
		if p.ID == "" || !strings.HasPrefix(p.Type, "image/") {
			continue
		}
		pairs = append(pairs, "cid:"+p.ID, "data:"+p.Type+";base64,"+base64.StdEncoding.EncodeToString(p.Content))
	}
	return &shelf{strings.NewReplacer(pairs...), mostPictures}
}

// in returns text with pictures in the place of their names. Where there is no room for them they stay
// out, of this text and all others.
func (s *shelf) in(text string) string {
	if !strings.Contains(text, "cid:") {
		return text
	}
	b := builder{room: s.room}
	if _, err := s.data.WriteString(&b, text); err != nil {
		s.room = 0
		return text
	}
	s.room = b.room
	return b.String()
}

// A builder is a strings.Builder with room for so many octets.
type builder struct {
	strings.Builder
	room int
}

var errFull = errors.New("there is no room")

// Write implements io.Writer.
func (b *builder) Write(p []byte) (int, error) { return b.WriteString(string(p)) }

// WriteString implements io.StringWriter.
func (b *builder) WriteString(text string) (int, error) {
	if b.room -= len(text); b.room < 0 {
		return 0, errFull
	}
	return b.Builder.WriteString(text)
}
