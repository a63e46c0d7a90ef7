package job

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailshot/transport/message"
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

func TestRelated(t *testing.T) {
	in := &inline{files: []*inlineFile{
		{id: "logo", part: message.Part{ContentID: "logo.1@club.example"}},
		{id: "photo", part: message.Part{ContentID: "photo.2@club.example"}},
		{id: "other", part: message.Part{ContentID: "other.3@club.example"}},
	}}
	parts, err := in.related(nil, `<img src="cid:photo"><img src="cid:logo"><img src="cid:photo">`)
	want := `[<img src="cid:photo.2@club.example"><img src="cid:logo.1@club.example"><img src="cid:photo.2@club.example"> photo.2@club.example logo.1@club.example]`
	var got []string
	for _, p := range parts {
		got = append(got, p.Text+p.ContentID)
	}
	if fmt.Sprint(got) != want || err != nil {
		t.Errorf("related: %v, %v; want %s", got, err, want)
	}
	if got := in.unused(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("unused: %q", got)
	}
	if parts, err = in.related(parts[:0], "<p>cid:none</p>"); err != nil || len(parts) != 1 || parts[0].Text != "<p>cid:none</p>" {
		t.Errorf("without a file: %v, %v", parts, err)
	}
	for _, tt := range []struct{ html, hint string }{
		{`<img src="cid:Phto">`, "did you mean photo? the files of inline are logo, photo, other"},
		{`<img src="cid:x">`, "the files of inline are logo, photo, other"},
	} {
		_, err := in.related(nil, tt.html)
		if h, ok := err.(hinted); !ok || h.hint != tt.hint || !strings.Contains(err.Error(), "and there is no such file") {
			t.Errorf("%s: %v, hint %q; want %q", tt.html, err, h.hint, tt.hint)
		}
	}
}
