package manual

import "testing"

// Paragraphs and entries are broken anew; what is typed stays on one line.
func TestRefill(t *testing.T) {
	t.Parallel()
	const text = "One paragraph of\ntwo lines that were\nnarrow.\n\n\tverbatim   text that is longer than the line\n\nEXIT STATUS\n" +
		"  0   well\n  73  a file can't be\n      made\n  129, 130 stopped\n\n" +
		"      --name text              what it is\n  -y, --yes                    do not ask at all, ever\n"
	for width, want := range map[int]string{
		60: "One paragraph of two lines that were narrow.\n\n\tverbatim   text that is longer than the line\n\nEXIT STATUS\n" +
			"  0   well\n  73  a file can't be made\n  129, 130 stopped\n\n" +
			"      --name text              what it is\n  -y, --yes                    do not ask at all, ever\n",
		26: "One paragraph of two lines\nthat were narrow.\n\n\tverbatim   text that is longer than the line\n\nEXIT STATUS\n" +
			"  0   well\n  73  a file can't be made\n  129, 130 stopped\n\n" +
			"      --name text\n          what it is\n  -y, --yes\n          do not ask at\n          all, ever\n",
	} {
		if got := refill(text, width); got != want {
			t.Errorf("at %d:\n%s\nwant\n%s", width, got, want)
		}
		if got := refill(refill(text, width), width); got != want && width == 60 {
			t.Errorf("twice at %d:\n%s\nwant\n%s", width, got, want)
		}
	}
}
