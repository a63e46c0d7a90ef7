package template

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// htmlConfig returns a letter of HTML alone.
func htmlConfig(text string) Config {
	c := config("")
	c.Text = Source{}
	c.HTML = Source{Name: "letter.html", Text: text}
	return c
}

func renderHTML(text string, cells map[string]string) (string, error) {
	c := htmlConfig(text)
	row := someRow()
	for column, cell := range cells {
		row.Fields[column] = cell
		c.Columns = append(c.Columns, column)
	}
	s, err := Parse(c)
	if err != nil {
		return "", err
	}
	l, err := s.Renderer().Render(row)
	return l.HTML, err
}

func TestHTML(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"text", "<p>{{.a}}</p>", "<p>&lt;b&gt; &#34;&amp;&#34; &#39;x&#39;</p>"},
		{"attribute", `<p title="{{.a}}">x</p>`, `<p title="&lt;b&gt; &#34;&amp;&#34; &#39;x&#39;">x</p>`},
		{"query", `<a href="https://club.example/?q={{.a}}">x</a>`, `<a href="https://club.example/?q=%3cb%3e%20%22%26%22%20%27x%27">x</a>`},
		{"urlquery once", `<a href="https://club.example/?q={{urlquery .city}}">x</a>`, `<a href="https://club.example/?q=Z%C3%BCrich">x</a>`},
		{"whole link", `<a href="{{.link}}">x</a>`, `<a href="https://club.example/a?b=c&amp;d=e">x</a>`},
		{"functions", `<p>{{field "First name" | upper}} {{money "1,234.50 €" .amount}} {{date "2 January 2006" .due}} {{row}} {{key}}</p>`, "<p>ANN MARY 1,234.50 € 31 December 2026 17 M-17</p>"},
		{"list", `{{range split ";" .tags}}<li>{{.}}</li>{{end}}`, "<li>gold</li><li>vip</li>"},
		{"html", `<p>{{html .a}}</p>`, "<p>&lt;b&gt; &#34;&amp;&#34; &#39;x&#39;</p>"},
		{"no action", "<p>a & b</p><!-- kept -->", "<p>a & b</p><!-- kept -->"},
		{"comment", "<p>{{.n}}</p><!-- kept -->", "<p>3</p><!-- kept -->"},
		{"Outlook", "<!--[if mso]><table><td>{{.a}}</td></table><![endif]--><!--[if !mso]><!--><p>{{.n}}</p><!--<![endif]-->",
			"<!--[if mso]><table><td>&lt;b&gt; &#34;&amp;&#34; &#39;x&#39;</td></table><![endif]--><!--[if !mso]><!--><p>3</p><!--<![endif]-->"},
		{"Outlook in a branch", "{{if .n}}<!--[IF (gte mso 9)]>{{end}}x{{if .n}}<![endif]-->{{end}}", "<!--[IF (gte mso 9)]>x<![endif]-->"},
		{"out of the comment", "<!--[if mso]>{{.out}}<![endif]-->", "<!--[if mso]>--&gt; --!&gt; &lt;![endif]--&gt; &lt;i&gt;<![endif]-->"},
		{"comment in a define", `{{define "a"}}<!-- a -->{{.}}{{end}}<p>{{template "a" .n}}</p><title>{{template "a" .n}}</title>`, "<p><!-- a -->3</p><title><!-- a -->3</title>"},
		{"style", "<style>p {color: red}</style><p>{{.n}}</p>", "<style>p {color: red}</style><p>3</p>"},
		{"cid", `<img src="cid:{{.n}}">`, `<img src="cid:3">`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := renderHTML(tt.in, map[string]string{
				"a": `<b> "&" 'x'`, "link": "https://club.example/a?b=c&d=e", "out": "--> --!> <![endif]--> <i>",
			})
			if err != nil {
				t.Fatal(shown(err))
			}
			if got != tt.want {
				t.Errorf("%s gives\n%s\nwant\n%s", tt.in, got, tt.want)
			}
		})
	}
}

func TestHTMLErrors(t *testing.T) {
	const unsafe = " is not safe where it stands in the HTML | a link begins with https://, http:// or mailto:, in the cell or before it: href=\"https://club.example/{{.page}}\"; a cell can't name a tag or an attribute, and hardly be a style"
	const closed = " | look for a quotation mark, a > or a tag such as </script> or </style> that is missing"
	for _, tt := range []struct{ name, in, want string }{
		{"column", "<p>\n{{.cty}}", `letter.html:2: no column "cty" | did you mean {{.city}}? ` + columnsHint + ", link"},
		{"syntax", "<p>{{.city", "letter.html:1: {{ is not closed by }}"},
		{"link", `<p>{{.city}}</p><a href="{{.link}}">x</a>`, `letter.html: the cell of "link", "javascript:alert(1)",` + unsafe},
		{"link by a function", `<a href="{{field "link" | trim}}">x</a>`, `letter.html: the cell of "link", "javascript:alert(1)",` + unsafe},
		{"style", `<p style="color: {{.link}}">x</p>`, `letter.html: the cell of "link", "javascript:alert(1)",` + unsafe},
		{"fixed", `<a href="{{"javascript:x"}}">x</a>`, `letter.html: a value` + unsafe},
		{"attribute not closed", `<a href="{{.city}}>x</a>`, "letter.html: the HTML ends inside a tag, an attribute, a style or a script" + closed},
		{"tag not closed", "<p>{{.city}}</p><p", "letter.html: the HTML ends inside a tag, an attribute, a style or a script" + closed},
		{"branches", "<p\n{{if .n}}>{{end}}x", "letter.html:2: the ways through {{if}} end in different places of the HTML, as one inside a tag and one outside | put whole tags, or whole values of attributes, into each"},
		{"range", `<p {{range split "," .n}}title="{{end}}">x`, "letter.html:1: {{range}} begins and ends in different places of the HTML | put whole tags, or whole values of attributes, into it"},
		{"quote in a name", `<p a"b={{.n}}>`, `letter.html: "\"" in a tag` + closed},
		{"comment not closed", "<p>\n{{.city}}\n<!-- a > b", "letter.html:3: a comment or declaration of the HTML does not end | a comment ends in -->, what begins with <! or <? in >"},
		{"comment in a branch", "<p>\n{{if .n}}<!--{{end}}{{.city}}{{if .n}}-->{{end}}", "letter.html:2: the ways through {{if}} end in different places of the HTML, as one inside a tag and one outside | put whole tags, or whole values of attributes, into each"},
		{"condition ended by a cell", "<!--[if mso]>\n<td width={{.n}}>x</td><![endif]-->", "letter.html:2: a cell that ends in -- would end the <!--[if …]> it stands in, for a > follows it | write quotation marks around the value of an attribute, and &gt; for > in text"},
		{"condition ended in a tag", "<!--[if mso]><td title=\"-->{{.n}}\">x</td><![endif]-->", "letter.html:1: a <!--[if …]> ends inside a tag | to all but Outlook it is a comment, and the first --> ends it"},
		{"at a row", "<p>\n{{date \"2 January\" .city}}</p>", `letter.html:2: date: "Zürich" is no date (column "city") | a date is written 2026-12-31, 31.12.2026 or 2026-12-31T18:00:00Z`},
		{"blank", " {{.empty}} ", "letter.html: html is empty"},
		{"a function of ours", "{{_condition .link}}", "letter.html:1: no function \"_condition\" | a column begins with a dot: {{._condition}}; " + columnsHint + ", link"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := renderHTML(tt.in, map[string]string{"link": "javascript:alert(1)"})
			if err == nil {
				t.Fatalf("%q has no error", tt.in)
			}
			if got := shown(err); got != tt.want {
				t.Errorf("%q gives\n%s\nwant\n%s", tt.in, got, tt.want)
			}
		})
	}
}

// The path of the HTML may be a template like that of the text, and one file may be both.
func TestHTMLFiles(t *testing.T) {
	c := config("")
	c.Text = Source{}
	c.TextFile = Source{Name: "renewal.yaml:16 (text)", Text: "{{.lang}}.x"}
	c.HTMLFile = Source{Name: "renewal.yaml:17 (html)", Text: "{{.lang}}.x"}
	var asked []string
	c.ReadFile = files(map[string]string{"de.x": "<{{.odd}}>"}, &asked)
	l, err := mustParse(t, c).Renderer().Render(someRow())
	if err != nil {
		t.Fatal(err)
	}
	want := Letter{
		Subject: "Hello", Text: "<{{.city}} <no value> %d>", Path: "de.x",
		HTML: "&lt;{{.city}} &lt;no value&gt; %d>", HTMLPath: "de.x",
	}
	if l.Text != want.Text || l.HTML != want.HTML || l.Path != want.Path || l.HTMLPath != want.HTMLPath {
		t.Errorf("Render gives %+v; want %+v", l, want)
	}
	if got := fmt.Sprint(asked); got != "[de.x true de.x true]" {
		t.Errorf("it asked for %s", got)
	}
	c.HTMLFile.Text = "{{.empty}}"
	_, err = mustParse(t, c).Renderer().Render(someRow())
	if want := "renewal.yaml:17 (html): the path of the html is empty"; err == nil || err.Error() != want {
		t.Errorf("Render gives %v; want %s", err, want)
	}
}

// shape returns the tree of a page: its elements with the names of their attributes, and where
// there is text.
func shape(t testing.TB, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.ElementNode:
			fmt.Fprintf(&b, "<%s", n.Data)
			for _, a := range n.Attr {
				fmt.Fprintf(&b, " %s", a.Key)
			}
		case html.TextNode:
			b.WriteString("<text")
		case html.CommentNode:
			b.WriteString("<comment")
		case html.DoctypeNode:
			b.WriteString("<doctype")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		b.WriteByte('>')
	}
	walk(root)
	return b.String()
}

// No cell, wherever it stands, adds a tag, an attribute or a comment.
func FuzzHTMLCells(f *testing.F) {
	s, err := Parse(htmlConfig(`<!DOCTYPE html><html><head><title>T {{.city}} t</title><style>p {color: red; width: {{.n}}px}</style></head>
<body class="b {{.city}}" title='t {{.city}}' id=i{{.city}}>
<p>x {{.city}} y</p><a href="https://club.example/{{.city}}?q={{.city}}#{{.city}}">l</a><a href="{{.city}}">w</a>
<!--[if mso]><b class="{{.city}}">{{.city}}</b><![endif]--><!-- c {{.city}} --><!--[if !mso]><!-- --><i>{{.city}}</i><!-- <![endif]-->
<![if !mso]>{{.city}}<![endif]><?xml {{.city}}?><textarea>a {{.city}} b</textarea>
<p style="font-family: '{{.city}}'; width: {{.city}}">s</p><img src="cid:{{.city}}" alt="a {{.city}}">
<script>var x = {{.city}}; var y = "{{.city}}";</script>{{printf "%s" .city}} {{field "city" | upper}} {{range split ";" .city}}{{.}} {{end}}z</body></html>`))
	if err != nil {
		f.Fatal(shown(err))
	}
	r := s.Renderer()
	render := func(cell string) (string, error) {
		row := someRow()
		row.Fields["city"] = cell
		l, err := r.Render(row)
		return l.HTML, err
	}
	harmless, err := render("x")
	if err != nil {
		f.Fatal(shown(err))
	}
	want := shape(f, harmless)
	for _, cell := range []string{"<b>", `"><img src=x onerror=1>`, "'><script>", "--><i>", "</title></style></script></textarea><i>", "a b=c onclick=d", "`", "\x00", "\xff", "javascript:x", "{{.n}}", "<![endif]--><i>", "&lt;b&gt;", "]]>"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		page, err := render(cell)
		if err != nil {
			return // a bad row, and no page
		}
		if got := shape(t, page); got != want {
			t.Errorf("the cell %q changes the page:\n%s\nwant\n%s\n%s", cell, got, want, page)
		}
		if got, want := conditions().FindAllString(page, -1), conditions().FindAllString(harmless, -1); !slices.Equal(got, want) {
			t.Errorf("the cell %q changes the conditions: %q; want %q", cell, got, want)
		}
	})
}

func BenchmarkRenderHTML(b *testing.B) {
	benchmarkRender(b, htmlConfig, "<p>This is a line of the letter, and here is <b>{{.%s}}</b> with more words.</p>\n")
}
