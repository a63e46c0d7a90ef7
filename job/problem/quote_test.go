package problem

import "testing"

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"job.yaml": "job.yaml", "": "''", "my job.yaml": "'my job.yaml'", "a'b": `'a'\''b'`, "Müller.yaml": "'Müller.yaml'",
		"a\x1b[1mb'\\": `$'a\033[1mb\047\134'`, "a\n1": `$'a\0121'`, "\x9b": `$'\233'`, "\u202eb": `$'\342\200\256b'`,
	} {
		if got := Quote(in); got != want {
			t.Errorf("Quote(%q) = %s, want %s", in, got, want)
		}
	}
}
