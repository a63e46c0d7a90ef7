package letter

import (
	"slices"
	"strings"
	"testing"
)

func TestReferences(t *testing.T) {
	for _, tt := range []struct {
		html string
		want []string
	}{
		{`<img src="cid:logo">`, []string{"logo"}},
		{`<img src='cid:a.b-c_D' alt="x"><td background=cid:bg>`, []string{"a.b-c_D", "bg"}},
		{`<p style="background: url(cid:bg)">`, []string{"bg"}},
		{`<p style="background: url('cid:bg')">`, []string{"bg"}},
		{`<p style="background: url(&#34;cid:bg&#34;)">`, []string{"bg"}},
		{`<style>p {background: url("cid:bg")}</style>`, []string{"bg"}},
		{"<img\nsrc = \"cid:logo\">", []string{"logo"}},
		{`<img src="cid:">`, []string{""}},
		{`<img src="cid:logo@x">`, []string{"logo"}},
		{`<p>write cid:logo, "cid:logo" or src=cid:logo; acid: no</p>`, nil},
		{`<p title="cid">x</p>`, nil},
		{`<p title="cid:logo" alt='cid:logo'>x</p><b lang=cid:logo>`, nil},
		{`<p title="src=cid:logo" data-x=" src='cid:logo'"> url(cid:logo) style="url(cid:logo)" < a src=cid:logo</p>`, nil},
		{`<p title="x > y"><img alt='"' src="cid:logo"/><br/><img/src=cid:bg>`, []string{"logo", "bg"}},
		{`<IMG SRC="cid:logo"><STYLE>p {background: URL(x) url( 'cid:bg' )}</STYLE><p>url(cid:no)</p>`, []string{"logo", "bg"}},
		{`<!-- <img src="cid:no"> --><!--[if mso]><v:fill type="frame" src="cid:logo"/><![endif]--><!--[if !mso]><!--><img src="cid:bg"><!--<![endif]-->`, []string{"logo", "bg"}},
		{`<script>x = '<img src="cid:no">'</script><textarea><img src="cid:no"></textarea><img src=cid:logo>`, []string{"logo"}},
		{`<a href=" cid:logo" =x= y = z><img srcset="cid:bg 2x" src>`, []string{"logo", "bg"}},
		{`<img src="cid:open`, []string{"open"}},
		{"<style>p {background: url(cid:open", []string{"open"}},
		{"<img src=", nil},
		{"<img", nil},
		{"<!--[if", nil},
		{"<", nil},
		{`<p>a url(cid:logo), src="cid:logo" b</p>`, nil},
		{`<p title="a =cid:logo" class="b"><img alt="url(cid:logo)" src=x>`, nil},
		{`<p title="cid:logo" data-x='src="cid:logo"'>`, nil},
		{`<img alt="{{if eq .a "b = c"}}d{{end}}" SRC="cid:logo">`, []string{"logo"}},
		{`<STYLE type="text/css">p > b {background: url(cid:bg)}</STYLE>`, []string{"bg"}},
		{"<style\ntype=x><!-- p {background: url(cid:bg)} --></style>", []string{"bg"}},
		{`<!--[if mso]><v:fill type="tile" src="cid:bg" /><![endif]-->`, []string{"bg"}},
		{"cid:", nil},
		{"", nil},
	} {
		var got []string
		for r := range references(tt.html) {
			got = append(got, r.name)
			if tt.html[r.begin:r.end] != r.name {
				t.Errorf("%s: %+v", tt.html, r)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s shows %q; want %q", tt.html, got, tt.want)
		}
	}
}

func TestWithoutActions(t *testing.T) {
	for in, want := range map[string]string{
		`<img src="cid:{{.pic}}">`:                      `<img src="cid:{{{{{{{{">`,
		`<img {{if eq .a ">"}}src="cid:a"{{- end}}>`:    `<img                 src="cid:a"         >`,
		`{{/* "quoted */ -}}<p {{.a | print "x"}}="y">`: `                   <p {{{{{{{{{{{{{{{{{{="y">`,
		`open {{.a`: `open {{.a`,
	} {
		if got := withoutActions(in); got != want {
			t.Errorf("%s becomes\n%s; want\n%s", in, got, want)
		}
	}
	var got []string
	for r := range references(withoutActions(`<img {{if .a}}src="cid:a"{{else}}alt="{{printf "%s>" .b}}" src="cid:b"{{end}}>`)) {
		got = append(got, r.name)
	}
	if !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("a template shows %q", got)
	}
}

// marked returns a page with each reference in square brackets.
func marked(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	done := 0
	for ref := range references(page) {
		if ref.begin < done+len("cid:") || page[ref.begin-len("cid:"):ref.begin] != "cid:" || page[ref.begin:ref.end] != ref.name {
			t.Fatalf("%q has the reference %+v after %d", page, ref, done)
		}
		b.WriteString(page[done:ref.begin] + "[" + ref.name + "]")
		done = ref.end
	}
	return b.String() + page[done:]
}

// Each reference stands where its name does.
func TestReferencesAt(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"image", `<p>cid:a</p><img alt="cid:b" src="cid:[c]" title='cid:d'><IMG SRC = cid:[e.png] x>`},
		{"other attributes", `<td background="cid:[a]"><a href='cid:[b]'>cid:c</a><img srcset=" cid:[d] 2x, cid:e" data-x="cid:f">`},
		{"VML", `<v:fill type="frame" src="cid:[a]" /><v:rect o:title="cid:b">`},
		{"style of an element", `<td style="background: url(cid:[a]), url( 'cid:[b]' ), url(&quot;cid:[c]&quot;); content: 'cid:d'">`},
		{"style", `<style type=x>p {background: URL("cid:[a]")} q {content: "cid:b"}</style><p style="x">url(cid:c)</p>`},
		{"comment", `<!-- <img src="cid:a"> > --><img src="cid:[b]"><!-- url(cid:c)`},
		{"condition", `<!--[if mso]><img src="cid:[a]"><!-- <img src="cid:b"> --><img src="cid:[c]"><![endif]--><!--[if !mso]><!-- --><img src="cid:[d]"><!--<![endif]-->`},
		{"text of an element", `<title><img src="cid:a"></title><textarea><img src="cid:b"></textarea><script>"<img src='cid:c'>"</script><img src="cid:[d]">`},
		{"values before it", `<img alt="a &lt; &amp; b" title='cid: cid:x' longdesc=cid:y src="cid:[a]">`},
		{"an attribute twice", `<img alt="cid:a" alt="cid:b" src="cid:[c]" src="cid:[d]">`},
		{"lines", "<img\r\n\talt=\"a\r\nb\"\r\n\tsrc=\"cid:[a]\">\r\n\x00<img src='cid:[b]'>"},
		{"no name", `<img src="cid:[]"><img src="https://club.example/cid:a">`},
		{"not ended", `<img src="cid:[a]"><img src="cid:[b]"`},
		{"no HTML", `a < b cid:c < d`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// The brackets of a condition stay.
			page := strings.NewReplacer("[if", "[if", "[endif]", "[endif]", "cid:[", "cid:", "]>", "]>", "]", "").Replace(tt.want)
			if got := marked(t, page); got != tt.want {
				t.Errorf("the references are\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestReferencesStop(t *testing.T) {
	n := 0
	for range references(`<td style="background: url(cid:a), url(cid:b)"><img src="cid:c">`) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d references after the first", n)
	}
}

// A page of 10 kB: with a picture first, last, and without one.
func BenchmarkReferences(b *testing.B) {
	const picture = `<img src="cid:logo" alt="Club">`
	text := strings.Repeat(`<table width="100%" style="border: 0; font-family: Arial, sans-serif"><tr><td align="left"><p class="text">`+
		"A line of the letter with some words and <a href=\"https://club.example/page\">a link</a>.</p></td></tr></table>\n", 46)
	for _, bb := range []struct{ name, page string }{
		{"first", picture + text},
		{"last", text + picture},
		{"none", text},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.page)))
			for b.Loop() {
				for range references(bb.page) {
				}
			}
		})
	}
}
