package grid

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The limits of what is unpacked. A spreadsheet is some ten times as large as it is packed, and one
// of nothing but equal cells a hundred times.
const (
	maxParts = 10000
	maxSize  = 4 << 30
	trusted  = 32 << 20 // of which it does not matter how it was packed
	maxRatio = 250
)

// An Archive is the zip file that a spreadsheet is.
type Archive struct{ parts map[string]*zip.File }

// OpenArchive reads the directory of a zip file.
func OpenArchive(r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		if pe := (*Error)(nil); errors.As(err, &pe) {
			return nil, err
		}
		return nil, &Error{Text: "the spreadsheet is cut off or damaged: " + zipError(err), Hint: "copy or save it anew"}
	}
	if len(z.File) > maxParts {
		return nil, &Error{Text: fmt.Sprintf("the file has %d parts, which no spreadsheet has", len(z.File))}
	}
	a := &Archive{parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		a.parts[strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")] = f
	}
	return a, nil
}

func zipError(err error) string { return strings.TrimPrefix(err.Error(), "zip: ") }

// Has reports whether the archive has a part.
func (a *Archive) Has(name string) bool { return a.parts[name] != nil }

// HasPrefix reports whether the archive has a part whose name begins so.
func (a *Archive) HasPrefix(prefix string) bool {
	for name := range a.parts {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// Mimetype reports whether the archive says that it is of a type, or does not say of which.
func (a *Archive) Mimetype(kind string) bool {
	if !a.Has("mimetype") {
		return true
	}
	r, err := a.Open("mimetype")
	if err != nil {
		return false
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, 256))
	return err == nil && strings.HasPrefix(string(text), kind)
}

// Open opens a part. It ends with an error where it is much larger than it was packed.
func (a *Archive) Open(name string) (io.ReadCloser, error) {
	f := a.parts[name]
	if f == nil {
		return nil, Broken(0, "it has no part %s", name)
	}
	if f.Flags&1 != 0 {
		return nil, &Error{Text: "the zip file is encrypted", Hint: "save the spreadsheet without a password"}
	}
	r, err := f.Open()
	if err != nil {
		return nil, Broken(0, "%s: %s", name, zipError(err))
	}
	packed := int64(f.CompressedSize64)
	return &part{ReadCloser: r, name: name, left: min(maxSize, max(trusted, packed*maxRatio))}, nil
}

// A part is read no further than a spreadsheet goes.
type part struct {
	io.ReadCloser
	name string
	left int64
}

// Read implements [io.Reader].
func (p *part) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if p.left -= int64(n); p.left < 0 {
		return 0, &Error{Text: fmt.Sprintf("%s in the file unpacks to more than any spreadsheet has", p.name), Hint: "save the file anew in a spreadsheet program, or as CSV"}
	}
	if err != nil && err != io.EOF {
		err = Broken(0, "%s: %s", p.name, zipError(err))
	}
	return n, err
}
