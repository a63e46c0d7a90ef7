package message_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/transport/message"
)

var pythonRequired = flag.Bool("python.required", false, "fail where there is no Python to read the letters again")

// pythonMessage is what testdata/reread.py prints of a message.
type pythonMessage struct {
	From, Sender, To, Cc, ReplyTo []message.Mailbox

	Fields []message.Field
	Date   time.Time
	Body   pythonNode
}

func (m *pythonMessage) UnmarshalJSON(b []byte) error {
	type plain pythonMessage
	more := struct {
		*plain
		ReplyTo *[]message.Mailbox `json:"Reply-To"`
	}{(*plain)(m), &m.ReplyTo}
	return json.Unmarshal(b, &more)
}

type pythonNode struct {
	Type, Disposition, FileName, ContentID string
	Params                                 map[string]string
	Content                                []byte
	Parts                                  []pythonNode
	Defects                                []string
}

// readPython reads files with Python's email package; it tells of them in their
// order.
func readPython(t *testing.T, files ...string) []pythonMessage {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		if *pythonRequired {
			t.Fatal(err)
		}
		t.Skipf("nothing to read the letters with: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), python, append([]string{"-B", filepath.Join("testdata", "reread.py")}, files...)...)
	cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	out, err := cmd.Output()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("python3: %v\n%s", err, e.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	var all []pythonMessage
	if err := json.Unmarshal(out, &all); err != nil || len(all) != len(files) {
		t.Fatalf("python3 reads %d messages of %d: %v", len(all), len(files), err)
	}
	return all
}

// read is the message as the other parsers give it.
func (m *pythonMessage) read() read {
	r := read{
		From: quotedAll(m.From), Sender: quotedAll(m.Sender), To: quotedAll(m.To), Cc: quotedAll(m.Cc), ReplyTo: quotedAll(m.ReplyTo),
		Date: m.Date, Body: m.Body.node(),
	}
	for _, f := range m.Fields {
		switch name := strings.ToLower(f.Name); {
		case name == "subject":
			r.Subject = f.Value
		case name == "message-id":
			r.MessageID = strings.Trim(f.Value, "<>")
		case name == "list-id":
			r.ListID = readListID(f.Value)
		case !own[name]:
			// Python keeps the space of a line that follows the field's name.
			r.Headers = append(r.Headers, message.Field{Name: f.Name, Value: strings.TrimLeft(f.Value, " ")})
		}
	}
	return r
}

func quotedAll(list []message.Mailbox) (all []message.Mailbox) {
	for _, m := range list {
		all = append(all, message.Mailbox{Name: m.Name, Address: quotedAddress(m.Address)})
	}
	return all
}

func (n *pythonNode) node() node {
	out := node{Type: n.Type, Disposition: n.Disposition, FileName: n.FileName, ContentID: n.ContentID, Params: furtherParams(n.Params), Content: string(n.Content)}
	for i := range n.Parts {
		out.Parts = append(out.Parts, n.Parts[i].node())
	}
	return out
}

// defects are those of a message and all its parts. That a local part is not
// ASCII is one to Python, and none to RFC 6532.
func (n *pythonNode) defects(utf8 bool) (all []string) {
	for _, d := range n.Defects {
		if !utf8 || !strings.Contains(d, "NonASCIILocalPartDefect") {
			all = append(all, d)
		}
	}
	for i := range n.Parts {
		all = append(all, n.Parts[i].defects(utf8)...)
	}
	return all
}

// TestGoldenPython: Python finds no fault with any of the letters, and reads in
// them what was written.
func TestGoldenPython(t *testing.T) {
	all := allGoldens()
	for _, s := range signedGoldens {
		all = append(all, s.golden)
	}
	var files []string
	for _, g := range all {
		files = append(files, filepath.Join("testdata", g.name+".eml"))
	}
	if there, err := filepath.Glob("testdata/*.eml"); err != nil || len(there) != len(files) {
		t.Errorf("there are %d files for %d letters: %v", len(there), len(files), err)
	}
	for i, m := range readPython(t, files...) {
		t.Run(all[i].name, func(t *testing.T) {
			wantSame(t, m.read(), all[i].m)
			if d := m.Body.defects(all[i].m.UTF8); len(d) > 0 {
				t.Errorf("defects: %q", d)
			}
		})
	}
}

// TestPythonDefects: what is wrong with a letter is seen.
func TestPythonDefects(t *testing.T) {
	sound := "From: a@b.example\r\nDate: Mon, 23 Nov 2026 14:05:01 +0100\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n"
	var files []string
	for name, change := range map[string][2]string{
		"sound":     {"", ""},
		"no-end":    {"--x--\r\n", ""},
		"not-ascii": {"From: a", "From: Z\xc3\xb6 <a"},
		"base64":    {"text/plain\r\n", "text/plain\r\nContent-Transfer-Encoding: base64\r\n"},
		"no-colon":  {"Content-Type: text", "Content-Type text"},
		"word":      {"Date:", "Subject: =?utf-8?q?=ff?=\r\nDate:"},
	} {
		file := filepath.Join(t.TempDir(), name+".eml")
		if err := os.WriteFile(file, []byte(strings.Replace(sound, change[0], change[1], 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	slices.Sort(files)
	for i, m := range readPython(t, files...) {
		name := strings.TrimSuffix(filepath.Base(files[i]), ".eml")
		if d := m.Body.defects(false); (len(d) == 0) != (name == "sound") {
			t.Errorf("%s: defects %q", name, d)
		}
	}
}
