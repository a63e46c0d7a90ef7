package sandbox_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mailshot/transport/sandbox"
)

// start starts s, with a new directory if it has none, and gives its address.
func start(t *testing.T, s *sandbox.Server) string {
	t.Helper()
	if s.Dir == "" {
		s.Dir = t.TempDir()
	}
	addr, err := s.Start()
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return addr
}

// A client speaks SMTP as the test tells it to.
type client struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatalf("Dial: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return &client{t: t, Conn: c, r: bufio.NewReader(c)}
}

func (c *client) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		c.t.Errorf("writing %q: %v", s, err)
	}
}

// want reads a reply for each code, and gives all their lines.
func (c *client) want(codes ...string) string {
	c.t.Helper()
	var all strings.Builder
	for _, code := range codes {
		for {
			line, err := c.r.ReadString('\n')
			if err != nil || !strings.HasPrefix(line, code) || len(line) < 4 {
				c.t.Fatalf("reply %q, %v; want %s", line, err, code)
			}
			all.WriteString(line)
			if line[3] != '-' {
				break
			}
		}
	}
	return all.String()
}

// deliver hands over one message, already dot-stuffed, in a session as
// mailshot has them, and gives the reply to its end.
func (c *client) deliver(content, code string) string {
	c.t.Helper()
	c.want("220")
	c.send("EHLO client.example\r\n")
	c.want("250")
	c.send("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
	c.want("250", "250", "354")
	c.send(content + ".\r\nQUIT\r\n")
	reply := c.want(code)
	c.want("221")
	if _, err := c.r.ReadByte(); err != io.EOF {
		c.t.Errorf("after 221: %v, want EOF", err)
	}
	return reply
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	if got := files(t, dir); !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
}

func TestExtensions(t *testing.T) {
	c := dial(t, start(t, &sandbox.Server{}))
	c.want("220")
	c.send("EHLO client.example\r\n")
	got := c.want("250")
	if !strings.Contains(got, "PIPELINING\r\n") {
		t.Errorf("no PIPELINING in %q", got)
	}
	if strings.Contains(got, "STARTTLS") {
		t.Errorf("STARTTLS in %q", got)
	}
}

// TestOctets: the file holds what the client meant, octet by octet.
func TestOctets(t *testing.T) {
	s := &sandbox.Server{}
	addr := start(t, s)
	long := strings.Repeat("0123456789abcdef\r\n", 20000) // more than one buffer
	contents := []struct{ wire, want string }{
		{"Subject: a\r\n\r\nhello\r\n", "Subject: a\r\n\r\nhello\r\n"},
		{"Subject: a\r\n\r\n..\r\n..hidden\r\n...\r\na.b\r\n\r\n", "Subject: a\r\n\r\n.\r\n.hidden\r\n..\r\na.b\r\n\r\n"},
		{"..first\r\n", ".first\r\n"},
		{"Subject: a\r\n\r\nbare\nLF \r in\r\n", "Subject: a\r\n\r\nbare\nLF \r in\r\n"},
		{"Subject: a\r\n\r\n\x00\xff\xc3\xa9 \t\r\n", "Subject: a\r\n\r\n\x00\xff\xc3\xa9 \t\r\n"},
		{"Subject: a\r\n\r\n" + long, "Subject: a\r\n\r\n" + long},
		{"Subject: a\r\n\r\n" + strings.Repeat("x", 1<<18) + "\r\n", "Subject: a\r\n\r\n" + strings.Repeat("x", 1<<18) + "\r\n"},
		{"", ""},
	}
	for i, content := range contents {
		dial(t, addr).deliver(content.wire, "250")
		file := filepath.Join(s.Dir, fmt.Sprintf("%06d.eml", i+1))
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != content.want {
			t.Errorf("content %.80q is stored as %.80q (%d octets), want %d", content.wire, got, len(got), len(content.want))
		}
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != 0o600 {
			t.Errorf("mode %v, want 0600", info.Mode())
		}
	}
	if got := len(files(t, s.Dir)); got != len(contents) {
		t.Errorf("%d files, want %d", got, len(contents))
	}
}

// TestPipelining: all commands that may be sent together are answered.
func TestPipelining(t *testing.T) {
	c := dial(t, start(t, &sandbox.Server{}))
	c.want("220")
	c.send("EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<\"two words\"@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
	c.want("250", "250", "250", "250", "354")
	c.send("Subject: a\r\n\r\n.\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
	c.want("250", "250", "250", "354")
	c.send("Subject: b\r\n\r\n.\r\nRSET\r\nMAIL FROM:<a@example.org>\r\nQUIT\r\n")
	c.want("250", "250", "250", "221")
}

func TestName(t *testing.T) {
	s := &sandbox.Server{Name: func(id string) string {
		switch id {
		case "one@club.example":
			return "000001"
		case "two@club.example":
			return "000002"
		case "path@club.example":
			return "../x"
		case "":
			return "none"
		}
		return ""
	}}
	addr := start(t, s)
	for _, tt := range []struct{ content, code string }{
		{"Subject: a\r\nMessage-ID: <one@club.example>\r\n\r\nfirst\r\n", "250"},
		{"message-id:\r\n <two@club.example>\r\nSubject: a\r\n\r\n", "250"},
		{"MESSAGE-ID:<one@club.example>\r\n\r\nsecond\r\n", "250"},
		{"Message-ID: <one@club.example>\r\n\r\nthird\r\n", "250"},
		{"Message-ID: <other@club.example>\r\n\r\n", "554"},
		{"Message-ID: <path@club.example>\r\n\r\n", "451"},
		{"Subject: a\r\n\r\nMessage-ID: <other@club.example>\r\n", "250"},
		{"Message-ID: <other@club.example>\r\n\r\n" + strings.Repeat("x\r\n", 1<<16), "554"},
	} {
		dial(t, addr).deliver(tt.content, tt.code)
	}
	wantFiles(t, s.Dir, "000001-2.eml", "000001-3.eml", "000001.eml", "000002.eml", "none.eml")
	for name, want := range map[string]string{"000001": "first", "000001-2": "second", "000001-3": "third"} {
		got, err := os.ReadFile(filepath.Join(s.Dir, name+".eml"))
		if err != nil || !bytes.HasSuffix(got, []byte(want+"\r\n")) {
			t.Errorf("%s.eml: %q, %v; want %s", name, got, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "..", "x.eml")); err == nil {
		t.Error("a file outside of Dir")
	}
}

// TestEarlierFiles: what is in Dir before stays as it is.
func TestEarlierFiles(t *testing.T) {
	for _, tt := range []struct {
		name  string
		names func(string) string
		want  []string
	}{
		{"counted", nil, []string{"000001.eml", "000002.eml"}},
		{"named", func(string) string { return "000001" }, []string{"000001-2.eml", "000001.eml"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &sandbox.Server{Dir: t.TempDir(), Name: tt.names}
			earlier := filepath.Join(s.Dir, "000001.eml")
			if err := os.WriteFile(earlier, []byte("earlier"), 0o600); err != nil {
				t.Fatal(err)
			}
			dial(t, start(t, s)).deliver("Subject: a\r\n\r\n", "250")
			wantFiles(t, s.Dir, tt.want...)
			if got, err := os.ReadFile(earlier); err != nil || string(got) != "earlier" {
				t.Errorf("%s: %q, %v", earlier, got, err)
			}
		})
	}
}

// TestChunks: a client may use BDAT.
func TestChunks(t *testing.T) {
	s := &sandbox.Server{}
	c := dial(t, start(t, s))
	c.want("220")
	c.send("EHLO client.example\r\n")
	c.want("250")
	c.send("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nBDAT 14\r\nSubject: a\r\n\r\nBDAT 6 LAST\r\n.hi\r\n\nQUIT\r\n")
	c.want("250", "250", "250", "250", "221")
	if got, err := os.ReadFile(filepath.Join(s.Dir, "000001.eml")); err != nil || string(got) != "Subject: a\r\n\r\n.hi\r\n\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestLostConnection: a message whose end did not come leaves nothing.
func TestLostConnection(t *testing.T) {
	for _, size := range []int{10, 1 << 18} {
		s := &sandbox.Server{Name: func(string) string {
			if size == 10 {
				t.Error("a message is named before all of it is there")
			}
			return "x"
		}}
		c := dial(t, start(t, s))
		c.want("220")
		c.send("EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
		c.want("250", "250", "250", "354")
		c.send("Subject: a\r\n\r\n" + strings.Repeat("x\r\n", size))
		if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, c.r); err != nil { // until the server closes
			t.Fatal(err)
		}
		wantFiles(t, s.Dir)
	}
}

// TestClose: Close ends sessions in any state, and the server can start again.
func TestClose(t *testing.T) {
	s := &sandbox.Server{}
	if err := s.Close(); err != nil {
		t.Errorf("Close before Start: %v", err)
	}
	addr := start(t, s)
	if _, err := s.Start(); err == nil {
		t.Error("a second Start gives no error")
	}
	idle, content, chunk := dial(t, addr), dial(t, addr), dial(t, addr)
	for _, c := range []*client{idle, content, chunk} {
		c.want("220")
	}
	content.send("EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
	content.want("250", "250", "250", "354")
	content.send("Subject: half")
	chunk.send("EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nBDAT 9\r\nSubject: ")
	chunk.want("250", "250", "250", "250")
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	for _, c := range []*client{idle, content, chunk} {
		if _, err := c.r.ReadByte(); err == nil {
			t.Error("a session goes on after Close")
		}
	}
	wantFiles(t, s.Dir)
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("the server listens after Close")
	}
	dial(t, start(t, s)).deliver("Subject: a\r\n\r\n", "250")
	wantFiles(t, s.Dir, "000001.eml")
}

// TestUnwritable: a message that can't be stored is not accepted.
func TestUnwritable(t *testing.T) {
	s := &sandbox.Server{Dir: filepath.Join(t.TempDir(), "missing")}
	reply := dial(t, start(t, s)).deliver("Subject: a\r\n\r\n", "451")
	if strings.Contains(reply, s.Dir) {
		t.Errorf("reply %q names a directory", reply)
	}
}

// TestMaking: every file is told before it is made, and none is made that can't be
// told. One that is there already is not told, since it is somebody else's.
func TestMaking(t *testing.T) {
	var told []string
	s := &sandbox.Server{Dir: t.TempDir(), Name: func(string) string { return "000001" }}
	s.Making = func(name string) error {
		if _, err := os.Lstat(filepath.Join(s.Dir, name)); err == nil {
			t.Errorf("%s is there when it is told", name)
		}
		told = append(told, name)
		if name == "000001-3.eml" {
			return errors.New("full")
		}
		return nil
	}
	for _, name := range []string{"000001.eml", ".incoming-1"} {
		if err := os.WriteFile(filepath.Join(s.Dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	addr := start(t, s)
	dial(t, addr).deliver("Subject: a\r\n\r\n", "250")
	dial(t, addr).deliver("Subject: b\r\n\r\n", "451")
	wantFiles(t, s.Dir, ".incoming-1", "000001-2.eml", "000001.eml")
	if want := []string{".incoming-2", "000001-2.eml", "000001-3.eml"}; !slices.Equal(told, want) {
		t.Errorf("told: %q; want %q", told, want)
	}
}

// TestManySessions: sessions side by side, several for each name.
func TestManySessions(t *testing.T) {
	s := &sandbox.Server{Name: func(id string) string { return id }}
	addr := start(t, s)
	const workers, each = 8, 25
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range each {
				exchange(t, addr, fmt.Sprintf("Message-ID: <%d>\r\n\r\nhello\r\n", i))
			}
		})
	}
	wg.Wait()
	var want []string
	for i := range each {
		want = append(want, fmt.Sprintf("%d.eml", i))
		for n := 2; n <= workers; n++ {
			want = append(want, fmt.Sprintf("%d-%d.eml", i, n))
		}
	}
	slices.Sort(want)
	wantFiles(t, s.Dir, want...)
}

// exchange delivers a message in few round trips, from any goroutine.
func exchange(t testing.TB, addr, content string) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	if _, err := io.WriteString(c, "EHLO client.example\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"); err != nil {
		t.Error(err)
	}
	if _, err := io.WriteString(c, content+".\r\nQUIT\r\n"); err != nil {
		t.Error(err)
	}
	replies, err := io.ReadAll(c)
	if err != nil || !bytes.Contains(replies, []byte("\r\n354 ")) || !bytes.Contains(replies, []byte("\r\n221 ")) || !bytes.Contains(replies, []byte("\r\n250 2.0.0 "+sandbox.Kept+"\r\n")) {
		t.Errorf("replies %q, %v", replies, err)
	}
}

func BenchmarkCapture(b *testing.B) {
	s := &sandbox.Server{Dir: b.TempDir()}
	addr, err := s.Start()
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	content := "Message-ID: <a@b>\r\n\r\n" + strings.Repeat("A line of the letter, of the usual length.\r\n", 55)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			exchange(b, addr, content)
		}
	})
}
