package sandbox

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

// TestGatheredReplies: replies go out together, before the server waits for
// the client and before it closes.
func TestGatheredReplies(t *testing.T) {
	server, client := net.Pipe()
	defer client.Close()
	c := &conn{Conn: server, listener: &listener{faults: newMisbehaving(Faults{})}}
	want := func(reply string) {
		t.Helper()
		b := make([]byte, 100)
		n, err := client.Read(b) // a pipe gives what one Write wrote
		if err != nil || string(b[:n]) != reply {
			t.Errorf("reply %q, %v; want %q", b[:n], err, reply)
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, s := range []string{"250 a\r\n", "250 b\r\n"} {
			if _, err := c.Write([]byte(s)); err != nil {
				t.Errorf("Write: %v", err)
			}
		}
		if _, err := c.Read(make([]byte, 10)); err != nil {
			t.Errorf("Read: %v", err)
		}
		if _, err := c.Write([]byte("221 c\r\n")); err != nil {
			t.Errorf("Write: %v", err)
		}
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}()
	want("250 a\r\n250 b\r\n")
	if _, err := client.Write([]byte("QUIT\r\n")); err != nil {
		t.Fatal(err)
	}
	want("221 c\r\n")
	<-ended
}

// TestNameInUse: a name that another session is about to give is left to it.
func TestNameInUse(t *testing.T) {
	s := &Server{Dir: t.TempDir()}
	file := filepath.Join(s.Dir, "x.eml")
	if !s.names.take(file) {
		t.Fatal("a free name can't be taken")
	}
	if err := s.save("x", []byte("second"), nil); err != nil {
		t.Fatal(err)
	}
	s.names.release(file)
	if err := s.save("x", []byte("first"), nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"x.eml": "first", "x-2.eml": "second"} {
		if got, err := os.ReadFile(filepath.Join(s.Dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestMessageID(t *testing.T) {
	for _, tt := range []struct{ header, want string }{
		{"", ""},
		{"Message-ID: <a@b>\r\n", "a@b"},
		{"Message-ID: <a@b>", "a@b"},
		{"message-id:<a@b>\n\n", "a@b"},
		{"Subject: x\r\nMESSAGE-ID: \t<a@b> \r\n\r\n", "a@b"},
		{"Message-ID:\r\n <a@b>\r\n\r\n", "a@b"},
		{"Message-ID:\r\nSubject: x\r\n\r\n", ""},
		{"X-Message-ID: <a@b>\r\n\r\n", ""},
		{"Subject: x\r\n Message-ID: <a@b>\r\n\r\n", ""},
		{"Subject: x\r\n\r\nMessage-ID: <a@b>\r\n", ""},
		{"Message-ID: <a@b>\r\nMessage-ID: <c@d>\r\n\r\n", "a@b"},
	} {
		if got := messageID([]byte(tt.header)); got != tt.want {
			t.Errorf("messageID(%q) = %q, want %q", tt.header, got, tt.want)
		}
	}
}
