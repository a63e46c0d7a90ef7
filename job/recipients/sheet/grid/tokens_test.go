package grid

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// archiveOf returns an archive with one part.
func archiveOf(t *testing.T, name, text string) *Archive {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, text)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := OpenArchive(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Leap and Skip pass over the same.
func TestLeap(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("<t:table-row>text</t:table-row>", 10000)
	for _, text := range []string{
		`<a><t:table n="1">` + long + `</t:table><after/></a>`,
		`<a><t:table>x</t:table ><after/></a>`,
		`<a><t:table><t:table-row/><t:table><t:tables/><t:table n="/"/><t:table/></t:table><inside/></t:table><after/></a>`,
		`<a><t:table/><after/></a>`,
		`<a><t:table n="1" /><after/></a>`,
		`<a><t:table></t:table><after/></a>`,
		`<a><table>` + long + `</table><after/></a>`,
		`<a><t:table>` + long,
		`<a><t:table`,
	} {
		after := func(pass func(*Tokens, *xml.StartElement) error) string {
			tokens, err := archiveOf(t, "a.xml", text).Tokens("a.xml")
			if err != nil {
				t.Fatal(err)
			}
			defer tokens.Close()
			for {
				tok, err := tokens.Next()
				if err != nil {
					return err.Error()
				}
				e, ok := tok.(xml.StartElement)
				if !ok || e.Name.Local == "a" {
					continue
				}
				if e.Name.Local != "table" {
					return e.Name.Local
				}
				if err := pass(tokens, &e); err != nil {
					return err.Error()
				}
			}
		}
		skip := after(func(t *Tokens, _ *xml.StartElement) error { return t.Skip() })
		leap := after(func(t *Tokens, e *xml.StartElement) error { return t.Leap(e) })
		if skip != leap {
			t.Errorf("%.60s: leap gives %q, skip %q", text, leap, skip)
		}
	}
}

// Texts come back in any order, also where they are in a file.
func TestTexts(t *testing.T) {
	t.Parallel()
	var x Texts
	defer x.Close()
	const n = 200
	for i := range n {
		if err := x.Add(bytes.Repeat([]byte{byte('a' + i%26)}, 50<<10+i)); err != nil {
			t.Fatal(err)
		}
	}
	if x.file == nil || x.Len() != n {
		t.Errorf("%d texts, in a file: %t; want %d in one", x.Len(), x.file != nil, n)
	}
	for i := range n {
		k := i * 73 % n
		s, err := x.Get(k)
		if err != nil || len(s) != 50<<10+k || strings.Trim(s, string(rune('a'+k%26))) != "" {
			t.Errorf("text %d has %d octets, %v", k, len(s), err)
		}
	}
	if err := x.Add(make([]byte, blockSize)); err == nil {
		t.Error("a text of a block's size is taken")
	}
}
