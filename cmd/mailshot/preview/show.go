package preview

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/preview"
	"mailshot/job/preview/pagetext"
)

// defaultWidth is that of a screen where nobody knows it.
const defaultWidth = 80

// show shows the letters, one below the other.
func (p *command) show(ctx context.Context) (r *preview.Report, err error) {
	out, end := p.openPager()
	defer func() { err = errors.Join(err, end()) }()
	s := screen{out, p.width()}
	r, err = p.letters(ctx, func(l *preview.Letter) error {
		text, err := s.letter(l)
		if err != nil {
			return fmt.Errorf("row %d: %w", l.Row, err)
		}
		_, err = io.WriteString(s.w, text)
		return p.gone(err)
	})
	return r, err
}

// width returns how many characters a line has.
func (p *command) width() int {
	if p.Terminal != nil {
		if w, _, err := term.GetSize(int(p.Terminal.Fd())); err == nil && w > 0 {
			return min(w, 100)
		}
	}
	return defaultWidth
}

// A screen shows letters.
type screen struct {
	w     io.Writer
	width int
}

// letter returns a letter as it is shown.
func (s *screen) letter(l *preview.Letter) (string, error) {
	var b strings.Builder
	b.WriteString(s.title(l))
	if l.Because != "" {
		b.WriteString("(" + wording.Clean(l.Because) + ")\n")
	}
	if l.Why != "" {
		b.WriteString("no letter: " + wording.Clean(l.Why) + "\n\n")
		return b.String(), nil
	}
	m, err := l.Read()
	if err != nil {
		return "", err
	}
	b.WriteString(header(m, l.Copies()))
	s.forms(&b, m)
	b.WriteString(files("pictures", m.Pictures) + files("attached", m.Attached))
	fmt.Fprintf(&b, "%-10s %s\n\n", "size", wording.Octets(l.Size()))
	return b.String(), nil
}

// title returns the line above a letter.
func (s *screen) title(l *preview.Letter) string {
	title := fmt.Sprintf("row %d", l.Row)
	if l.Key != "" && !strings.HasPrefix(l.Key, "#") && l.Key != l.Recipient {
		title += ", key " + wording.Clean(l.Key)
	}
	if l.Recipient != "" {
		title += ", " + wording.Clean(l.Recipient)
	}
	return s.rule("== " + title + " ")
}

// rule returns a line that is filled up with the character with which it begins.
func (s *screen) rule(title string) string {
	return title + strings.Repeat(title[:1], max(0, s.width-utf8.RuneCountInString(title))) + "\n"
}

// first are the fields that are shown before the others, in this order.
func first() []string { return []string{"From", "Sender", "Reply-To", "To", "Cc", "Subject"} }

// technical are the fields that say nothing to who reads a letter before it is sent.
func technical() []string {
	return []string{"Date", "Message-Id", "Mime-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}
}

// header returns the header, with those who get the letter and are not named in it.
func header(m *preview.Message, copies string) string {
	fields := slices.DeleteFunc(slices.Clone(m.Fields), func(f preview.Field) bool {
		return slices.ContainsFunc(technical(), func(name string) bool { return strings.EqualFold(f.Name, name) })
	})
	place := func(f preview.Field) int {
		i := slices.Index(first(), f.Name)
		return cmp.Compare(i, -1) * (i - len(first()))
	}
	slices.SortStableFunc(fields, func(a, b preview.Field) int { return cmp.Compare(place(a), place(b)) })
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%-10s %s\n", f.Name+":", wording.Clean(f.Value))
	}
	if _, bcc, ok := strings.Cut(copies, "bcc "); ok {
		fmt.Fprintf(&b, "%-10s %s (in no header)\n", "Bcc:", wording.Clean(bcc))
	}
	return b.String()
}

// forms writes the text, the HTML as text and the calendar.
func (s *screen) forms(b *strings.Builder, m *preview.Message) {
	page := pagetext.Of(m.HTML)
	switch {
	case m.Text != "":
		b.WriteString("\n" + wording.CleanLines(m.Text) + "\n")
	case m.HTML == "":
		b.WriteString("\n(the text is empty)\n\n")
	}
	switch {
	case m.HTML == "":
	case m.Text != "" && sameWords(page, m.Text):
		b.WriteString("HTML       the same words as the text\n")
	default:
		b.WriteString(s.rule("-- HTML, as text "))
		b.WriteString(wrap(wording.CleanLines(page), s.width) + "\n")
	}
	if m.Calendar != "" {
		b.WriteString(s.rule("-- calendar "))
		b.WriteString(wording.CleanLines(m.Calendar) + "\n")
	}
}

// wrap breaks the lines of a text between words, so that none is wider than the screen if words allow it.
func wrap(text string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		for line = strings.TrimSuffix(line, "\n"); ; {
			end := lineEnd(line, width)
			b.WriteString(line[:end] + "\n")
			if line = strings.TrimLeft(line[end:], " "); line == "" {
				break
			}
		}
	}
	return b.String()
}

// lineEnd returns how many octets of a line stand on a screen: up to a space, if there is one.
func lineEnd(line string, width int) int {
	space, n := 0, 0
	for i, r := range line {
		if r == ' ' {
			space = i
		}
		if n++; n > width && space > 0 {
			return space
		}
	}
	return len(line)
}

func sameWords(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }

// files returns a line for each of some files.
func files(title string, all []preview.File) string {
	var b strings.Builder
	for _, f := range all {
		fmt.Fprintf(&b, "%-10s %s (%s, %s)\n", title, wording.Clean(cmp.Or(f.Name, "without a name")), wording.Clean(f.Type), wording.Octets(f.Size))
		title = ""
	}
	return b.String()
}
