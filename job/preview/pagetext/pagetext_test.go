package pagetext

import "testing"

func TestOf(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		"":                       "",
		"<p>Hi <b>you</b>,</p>x": "Hi you,\n\nx\n",
		"a<br>b<br><br>c":        "a\nb\n\nc\n",
		"a &amp; b&lt;c> &amp;lt;  \n d <i>e</i>f.":                                             "a & b<c> &lt; d ef.\n",
		"<head><title>t</title><style>p {}</style></head><body>x":                               "x\n",
		"<ul><li>a<li>b</ul><ol><li>c</li><li>d</li></ol>":                                      "* a\n* b\n\n1. c\n2. d\n",
		"<table><tr><td>a<td>b</tr><tr><td>c</td><td>d</td></tr></table>":                       "a b\nc d\n",
		`<a href="https://x.example/">x</a>, <a href="https://y.example">https://y.example</a>`: "x <https://x.example/>, https://y.example\n",
		`<a href="mailto:a@b.example">a@b.example</a> <a href="#top">up</a>`:                    "a@b.example up\n",
		`<img src="cid:a" alt="Club"><img src="cid:b">`:                                         "[Club]\n",
		"<pre>a\n  b</pre>c":                           "a\n  b\n\nc\n",
		"<!-- no --><!--[if mso]>no<![endif]-->x<hr>y": "x\n\n----\n\ny\n",
		"<p>open <b": "open\n",
	} {
		if got := Of(page); got != want {
			t.Errorf("%q is read as\n%q; want\n%q", page, got, want)
		}
	}
}
