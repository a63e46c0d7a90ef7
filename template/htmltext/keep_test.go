package htmltext

import (
	"strings"
	"testing"
)

// What the author wrote leaves as it came. V is where a cell stands.
func TestKeep(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"comment", "<p>V</p><!-- a > b -- c <p title='--><p>V</p>"},
		{"comments of nothing", "<!-->V<!--->V<!---->V<!-- --!>V"},
		{"for all but Outlook", "<!--[if !mso]><!--><p>V</p><!--<![endif]-->V"},
		{"with spaces", "<!--[if !mso]> <!-->V<!-- <![endif]-->V<!-- foot -->V"},
		{"with a comment of a space", "<!--[if !mso]><!-- --><a href=\"https://club.example/V\">V</a><!--<![endif]-->V"},
		{"with an empty comment", "<!--[if !mso]><!---->V<!--<![endif]-->V"},
		{"with two hyphens", "<!--[if !mso]>-->V<!--<![endif]-->V"},
		{"ended in one way only", "<!--[if !mso]><!-->V<![endif]-->V"},
		{"revealed", "<p>V</p><![if !mso]><a href='https://club.example/V'>V</a><![endif]><p>V</p>"},
		{"revealed to some", "<![if mso | IE]><td width=\"6V\">V<![endif]>"},
		{"a condition of spaces", "<!--[IF (gte mso 9) | (IE) ]>V<![endif] -->V<!--[if lt mso 12 ]> V <![endif]-->"},
		{"a comment as a word processor writes it", "<p>V</p><!-- [if gte mso 9]><xml><w:Zoom>0</w:Zoom></xml><![endif]--><p>V</p>"},
		{"settings of Office", `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><!--[if gte mso 9]><xml>
<o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->V`},
		{"a button of VML", `<!--[if mso]><v:roundrect xmlns:v="urn:schemas-microsoft-com:vml" href="https://club.example/V" style="height:36px;" fillcolor="#0a7"><center>V</center></v:roundrect><![endif]-->`},
		{"a style in a condition", "<!--[if mso]><style><!-- .a {color: #V} --></style><![endif]-->V"},
		{"prolog", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\">\n<p>V</p>"},
		{"namespace", "<?xml:namespace prefix = o ns = \"urn:schemas-microsoft-com:office:office\" /><o:p>V</o:p>"},
		{"CDATA", "<![CDATA[ a ]]>V"},
		{"< and &", "<p>a < b << c & d &amp; V <3 </ p></><%= x %>V"},
		{"a quotation mark too many", `<td style="color: red"">V</td><a href=https://club.example/?a=b>V</a>`},
		{"comments of a style", "<style>/* a */ p {color: #V; /* V's */ font: 'a /* b'} // c\n@import url(//a/*b); q {width: 2V}</style>"},
		{"a style alone", "<style><!-- /* a */ p > q {} // b\n --></style>V<script>/* a */ f(1) // b\n<!-- c\n</script>V"},
		{"title", "<title><!-- a --> V < b</title><textarea><b>V</b></textarea>"},
		{"upper case", "<STYLE>/* a */</STYLE><TITLE><b>V</Title ><P>V"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// The comments of a style may have a cell; what is there is left out.
			want := strings.ReplaceAll(strings.ReplaceAll(tt.text, "V's", "'s"), "V", "12")
			out := made(t, strings.ReplaceAll(tt.text, "V", "{{.a}}"), "12")
			if out != want {
				t.Errorf("it gives\n%s\nwant\n%s", out, want)
			}
		})
	}
}

// A cell can't end a comment, begin one or make one a condition.
func TestKeepCells(t *testing.T) {
	for _, tt := range []struct{ name, text, cell, want string }{
		{"in a comment", "<!-- {{.a}} --><p>{{.a}}", "-->", "<!--  --><p>--&gt;"},
		{"alone in a comment", "<!--{{.a}}> a -->", "[if mso]", "<!--> a -->"},
		{"in what a comment calls", `{{define "d"}}<p>{{.a}}</p>{{end}}<!-- {{template "d" .}} -->{{template "d" .}}`, "x", "<!--  --><p>x</p>"},
		{"chosen in a comment", "<!-- {{if .a}}yes{{else}}no{{end}} -->", "x", "<!-- yes -->"},
		{"in a declaration", "<?xml version={{.a}}?><![if {{.a}}]>", ">", "<?xml version=?><![if ]>"},
		{"in a condition", "<!--[if {{.a}}]>{{.a}}<![endif]-->", "mso", "<!--[if ]><![endif]-->"},
		{"in the comment of a style", "<style>/* {{.a}} */ p {color: {{.a}}}</style>", "red", "<style>/*  */ p {color: red}</style>"},
		{"before <", "{{.a}}<", "b", "b&lt;"},
		{"after <", "<{{.a}} a </{{.a}} a <!{{.a}} a <!-{{.a}} a", "b", "&lt;b a &lt;/b a &lt;!b a &lt;!-b a"},
		{"after the end tag of a title", "<title></tit{{.a}} ></title>{{.a}}", "le", "<title>&lt;/title ></title>le"},
		{"before the end of a condition", "<!--[if !mso]>{{.a}}--><p>{{.a}}>", "--", "<!--[if !mso]>----><p>-->"},
		{"set in a comment", "<!-- {{$x := .a}} -->{{$x}}", "x", "<!--  -->x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if out := made(t, tt.text, tt.cell); out != tt.want {
				t.Errorf("%s gives\n%s\nwant\n%s", tt.text, out, tt.want)
			}
		})
	}
}

// made returns what a template makes of a cell.
func made(t *testing.T, text, cell string) string {
	t.Helper()
	m, err := Make(parsed(t, text))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := m.Bind(nil).Execute(&out, map[string]string{"a": cell}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
