package message_test

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mailshot/transport/message"
)

var pythonRequired = flag.Bool("python.required", false, "fail where there is no Python")

// pythonRead is what testdata/reread.py tells of a message.
type pythonRead struct {
	From, Sender, To, Cc, ReplyTo []message.Mailbox

	Subject, MessageID, ListID string
	Date                       time.Time
	Fields                     int
	Defects                    []string
	Body                       node
}

// TestGoldenPython: a third parser, Python's email, sees in the golden files
// what was written, and finds no defect.
func TestGoldenPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if *pythonRequired {
			t.Fatal(err)
		}
		t.Skip("this needs python3")
	}
	letters := allGoldens()
	if len(letters) < 40 {
		t.Errorf("there are %d golden letters", len(letters))
	}
	args := []string{filepath.Join("testdata", "reread.py")}
	for _, tt := range letters {
		args = append(args, filepath.Join("testdata", tt.name+".eml"))
	}
	out, err := exec.Command(python, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	read := json.NewDecoder(strings.NewReader(string(out)))
	for _, tt := range letters {
		var got pythonRead
		if err := read.Decode(&got); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		m := tt.m
		want := pythonRead{
			From: []message.Mailbox{m.From}, To: m.To, Cc: m.Cc, ReplyTo: m.ReplyTo,
			Subject: m.Subject, MessageID: m.MessageID, Date: m.Date, Fields: got.Fields,
			Body: asPython(expected(m.Body)),
		}
		if m.Sender.Address != "" {
			want.Sender = []message.Mailbox{m.Sender}
		}
		if m.ListID.ID != "" && !strings.HasSuffix(got.ListID, "<"+m.ListID.ID+">") {
			t.Errorf("%s: List-Id is %q", tt.name, got.ListID)
		}
		got.ListID = ""
		if len(got.Defects) == 0 {
			got.Defects = nil
		}
		// Not every Python drops the space between two encoded words of a name.
		unspaced := cmp.Transformer("unspaced", func(m message.Mailbox) [2]string {
			return [2]string{strings.ReplaceAll(m.Name, " ", ""), m.Address}
		})
		if diff := cmp.Diff(want, got, unspaced); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// asPython is a part as reread.py tells it: its content in hexadecimal digits,
// but for that of a message, which Python takes apart.
func asPython(n node) node {
	n.Content = hex.EncodeToString([]byte(n.Content))
	if n.Type == "message/rfc822" || len(n.Parts) > 0 {
		n.Content = ""
	}
	for i := range n.Parts {
		n.Parts[i] = asPython(n.Parts[i])
	}
	return n
}
