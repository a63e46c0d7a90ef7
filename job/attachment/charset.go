package attachment

import (
	"errors"
	"io"
	"maps"
	"strings"
	"unicode/utf8"
)

// inUTF8 are the parameters of a text that is not ASCII alone.
var inUTF8 = map[string]string{"charset": "utf-8"}

// A charsetSurvey finds out in which character set a text is that is written to
// it: ASCII, UTF-8, or another one, which the octets do not tell.
type charsetSurvey struct {
	wide, other bool
	cut         []byte // the octets of a character that is not whole yet
}

func (c *charsetSurvey) Write(p []byte) (int, error) {
	n := len(p)
	for len(c.cut) > 0 && len(p) > 0 && !utf8.FullRune(c.cut) {
		c.cut, p = append(c.cut, p[0]), p[1:]
	}
	if !utf8.FullRune(c.cut) && len(c.cut) > 0 {
		return n, nil
	}
	c.survey(c.cut)
	c.cut = c.cut[:0]
	end := len(p)
	for i := max(0, end-utf8.UTFMax+1); i < end; i++ {
		if utf8.RuneStart(p[i]) && !utf8.FullRune(p[i:]) {
			c.cut, end = append(c.cut, p[i:]...), i
		}
	}
	c.survey(p[:end])
	return n, nil
}

func (c *charsetSurvey) survey(b []byte) {
	if c.other {
		return
	}
	c.other = !utf8.Valid(b)
	for i := 0; i < len(b) && !c.wide; i++ {
		c.wide = b[i] >= utf8.RuneSelf
	}
}

// params returns those of a text's type: none for ASCII, which goes without saying
// (RFC 2046, section 4.1.2), nor where nobody knows.
func (c *charsetSurvey) params() map[string]string {
	if c.wide && !c.other && len(c.cut) == 0 {
		return inUTF8
	}
	return nil
}

// charset reads a row's file, if it is a text, to find out about its character
// set.
func (f *rowFile) charset(kind string) (c charsetSurvey, err error) {
	if !strings.HasPrefix(kind, "text/") {
		return c, nil
	}
	r, err := f.Open()
	if err != nil {
		return c, err
	}
	defer r.Close() // read only: nothing is lost
	_, err = io.Copy(&c, r)
	return c, err
}

// typeParams returns the parameters of the type: those that the job file gives, and the character set
// that was found of a text for which it gives none.
func (at *entry) typeParams(kind string, c *charsetSurvey) (map[string]string, error) {
	given, isText := at.TypeParams["charset"], strings.HasPrefix(kind, "text/")
	switch {
	case isText && strings.EqualFold(given, "utf-8") && (c.other || len(c.cut) > 0):
		return nil, errors.New("it is not UTF-8, as its type says")
	case isText && strings.EqualFold(given, "us-ascii") && c.wide:
		return nil, errors.New("it is not ASCII, as its type says")
	case given != "" || !isText || c.params() == nil:
		return at.TypeParams, nil
	case len(at.TypeParams) == 0:
		return c.params(), nil
	}
	all := maps.Clone(at.TypeParams)
	maps.Copy(all, c.params())
	return all, nil
}
