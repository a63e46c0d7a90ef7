package preflight

import (
	"strings"
	"testing"
)

func TestBareLink(t *testing.T) {
	for _, tt := range []struct{ html, want string }{
		{`<a href="www.club.example/x">`, "www.club.example/x"}, {`<a href='www.club.example'>`, "www.club.example"}, {`<a HREF = "www.club.example">`, "www.club.example"},
		{`<a HREF="www.club.example">`, "www.club.example"}, {`<a href=www.club.example>x`, "www.club.example"}, {`<a href=" www.club.example ">`, "www.club.example"},
		{`<a href="https://www.club.example">www.club.example</a>`, ""}, {`see www.club.example`, ""}, {`<a href="x?u=www.club.example">`, ""}, {"www.", ""}, {"href=www.", "www."},
		{`www.a.example <a href="www.b.example">`, "www.b.example"},
	} {
		if got := bareLink(tt.html); got != tt.want {
			t.Errorf("bareLink(%s) = %q; want %q", tt.html, got, tt.want)
		}
	}
}

// What is told is that of all letters, whatever the order in which workers have looked at them.
func TestHTMLDoubts(t *testing.T) {
	var all, later htmlDoubts
	all.take(doubtsOfHTML("", 1))
	all.take(doubtsOfHTML(strings.Repeat("x", clipped), 2))
	later.take(doubtsOfHTML(`<a href="www.b.example">`, 3))
	later.take(doubtsOfHTML(strings.Repeat("x", clipped+1000), 4))
	later.take(doubtsOfHTML(strings.Repeat("x", clipped+1)+`<a href="www.c.example">`, 5))
	all.take(later)
	var told []string
	all.warn((&Check{Warn: func(text string) { told = append(told, text) }}).warnf)
	want := []string{
		`a link of the HTML goes to "www.b.example", which without https:// before it is no address of the web (2 letters, first row 3)`,
		"the HTML of 2 letters is longer than 102 kB, the longest 103 kB (first row 4): Gmail shows the first 102 kB of it, and cuts off the rest",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}
