package letter

import (
	"slices"
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
