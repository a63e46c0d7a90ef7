package letter

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailshot/job/problem"
	"mailshot/transport/message"
)

func TestRelated(t *testing.T) {
	in := &Inline{files: []*inlineFile{
		{id: "logo", part: message.Part{ContentID: "logo.1@club.example"}},
		{id: "photo", part: message.Part{ContentID: "photo.2@club.example"}},
		{id: "other", part: message.Part{ContentID: "other.3@club.example"}},
	}}
	parts, err := in.related(nil, `<img src="cid:photo"><img src="cid:logo"><img src="cid:photo">`, "", nil)
	want := `[<img src="cid:photo.2@club.example"><img src="cid:logo.1@club.example"><img src="cid:photo.2@club.example"> photo.2@club.example logo.1@club.example]`
	var got []string
	for _, p := range parts {
		got = append(got, p.Text+p.ContentID)
	}
	if fmt.Sprint(got) != want || err != nil {
		t.Errorf("related: %v, %v; want %s", got, err, want)
	}
	if got := in.Unused(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("unused: %q", got)
	}
	if parts, err = in.related(parts[:0], "<p>cid:none</p>", "", nil); err != nil || len(parts) != 1 || parts[0].Text != "<p>cid:none</p>" {
		t.Errorf("without a file: %v, %v", parts, err)
	}
	for _, tt := range []struct{ html, hint string }{
		{`<img src="cid:Phto">`, "did you mean photo? the files of inline are logo, photo, other"},
		{`<img src="cid:x">`, "the files of inline are logo, photo, other"},
	} {
		_, err := in.related(nil, tt.html, "", nil)
		if problem.HintOf(err) != tt.hint || !strings.Contains(err.Error(), "and there is no such file") {
			t.Errorf("%s: %v, hint %q; want %q", tt.html, err, problem.HintOf(err), tt.hint)
		}
	}
}
