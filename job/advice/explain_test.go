package advice

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// A said is a reply of a file of tests, with the kind that it is.
type said struct {
	line  int
	kinds []Kind
	reply Reply
}

// readSaid reads lines of "KIND | STAGE | REPLY"; KIND may name what else is right
// behind a slash.
func readSaid(t *testing.T, name string) []said {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var all []said
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		f := strings.SplitN(line, " | ", 3)
		if len(f) != 3 {
			t.Fatalf("%s:%d: not three fields", name, i+1)
		}
		var kinds []Kind
		for word := range strings.SplitSeq(f[0], "/") {
			k := slices.Index(kindWords, word)
			if k < 0 {
				t.Fatalf("%s:%d: no kind %q", name, i+1, word)
			}
			kinds = append(kinds, Kind(k))
		}
		r := ParseReply(f[2])
		if r.Code == 0 {
			t.Fatalf("%s:%d: no code in %q", name, i+1, f[2])
		}
		if r.Stage = strings.TrimSpace(f[1]); r.Stage == "-" {
			r.Stage = ""
		}
		all = append(all, said{i + 1, kinds, r})
	}
	return all
}

// Each reply is of its kind.
func TestExplain(t *testing.T) {
	for _, name := range []string{"testdata/cases.txt", "testdata/studied.txt", "testdata/collected.txt"} {
		for _, s := range readSaid(t, name) {
			if x := Explain(s.reply); !slices.Contains(s.kinds, x.Kind) {
				t.Errorf("%s:%d: %q is %v (%s), want %v", name, s.line, s.reply.Text, x.Kind, x.Sentence, s.kinds)
			}
		}
	}
}

// Of replies that the table was not made from it explains nearly all.
func TestExplainFurther(t *testing.T) {
	for _, name := range []string{"testdata/further.txt", "testdata/fresh.txt"} {
		all, wrong := readSaid(t, name), 0
		for _, s := range all {
			if x := Explain(s.reply); !slices.Contains(s.kinds, x.Kind) {
				wrong++
				t.Logf("%s:%d: %q is %v (%s), want %v", name, s.line, s.reply.Text, x.Kind, x.Sentence, s.kinds)
			}
		}
		t.Logf("%s: %d of %d are right", name, len(all)-wrong, len(all))
		if len(all) < 100 || wrong*20 > len(all) {
			t.Errorf("%s: %d of %d are wrong", name, wrong, len(all))
		}
	}
}

// Case, spaces, lines, addresses, hosts, numbers, ids and quotation marks make no
// difference to what a reply means.
func TestExplainShapes(t *testing.T) {
	for _, name := range []string{"testdata/cases.txt", "testdata/further.txt", "testdata/fresh.txt"} {
		for _, s := range readSaid(t, name) {
			want, r := Explain(s.reply), s.reply
			for shape, text := range map[string]string{
				"upper case": strings.ToUpper(r.Text),
				"spaces":     "  " + strings.ReplaceAll(r.Text, " ", "\t\n ") + " ",
				"quoted":     `"` + r.Text + `"`,
				"address":    "<ann.spam-quota@relay-denied.example>: " + r.Text,
				"host":       "mx7.blocked.example " + r.Text + " [AM0PR01MB0001.eurprd01.prod.example]",
				"id":         r.Text + " d2e1a72fcca58-76e7d551493sm97284",
			} {
				r.Text = text
				if got := Explain(r); got != want {
					t.Errorf("%s:%d: %s: %q is %v (%s), want %v (%s)", name, s.line, shape, text, got.Kind, got.Sentence, want.Kind, want.Sentence)
				}
			}
		}
	}
}

// Evidence has an order: words, enhanced code, code and stage, class.
func TestExplainEvidence(t *testing.T) {
	for _, tt := range []struct {
		name  string
		reply Reply
		kind  Kind
		known bool
		rerun Rerun
	}{
		{"words before the enhanced code", Reply{"rcpt", 550, "5.1.1", "relay access denied"}, Relay, true, RerunMended},
		{"the enhanced code before the code", Reply{"rcpt", 530, "5.1.1", "no"}, Address, true, RerunNever},
		{"code and stage", Reply{"auth", 535, "", "no"}, Login, true, RerunMended},
		{"class", Reply{"rcpt", 550, "", "xyzzy"}, Unknown, false, RerunMended},
		{"class, for now", Reply{"rcpt", 450, "", "xyzzy"}, Unknown, false, RerunLater},
		{"a code of no stage", Reply{"", 550, "", ""}, Unknown, false, RerunMended},
		{"a mailbox before a quota", Reply{"rcpt", 552, "5.2.2", "sending quota exceeded"}, Address, true, RerunLater},
		{"no mailbox at MAIL", Reply{"mail", 552, "5.2.2", "sending quota exceeded"}, Quota, true, RerunNextDay},
		{"5.1.90", Reply{"final", 550, "5.1.90", "no"}, Quota, true, RerunNextDay},
		{"an address, for now", Reply{"rcpt", 450, "4.1.1", "user unknown"}, Address, true, RerunLater},
		{"the sender's user", Reply{"rcpt", 550, "5.1.0", "Sender address rejected: User unknown in virtual mailbox table"}, Sender, true, RerunMended},
		{"an account, whose is open", Reply{"rcpt", 550, "", "account disabled"}, Unknown, true, RerunMended},
		{"a code in the text", Reply{"rcpt", 553, "", "no (#5.1.1)"}, Address, true, RerunNever},
		{"no refusal", Reply{"", 250, "", "ok"}, Unknown, false, RerunNever},
		{"no reply", Reply{}, Unknown, false, RerunNever},
	} {
		if x := Explain(tt.reply); x.Kind != tt.kind || x.Known != tt.known || x.Rerun != tt.rerun {
			t.Errorf("%s: %v, known %v, rerun %v (%s), want %v, %v, %v", tt.name, x.Kind, x.Known, x.Rerun, x.Sentence, tt.kind, tt.known, tt.rerun)
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	r := ParseReply("550 5.1.1 <ann@club.example>: Recipient address rejected: User unknown in virtual mailbox table")
	b.ReportAllocs()
	for b.Loop() {
		Explain(r)
	}
}
