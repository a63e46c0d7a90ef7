package timed

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

// TestGlance: what came before the time was over is read, though the time is over when it is looked
// at, and nothing is waited for a second time.
func TestGlance(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if _, err := server.Write([]byte("250 ok\r\n")); err != nil {
		t.Fatal(err)
	}
	w := &Conn{Conn: client}
	w.Arm(-time.Second)
	b := make([]byte, 100)
	if n, err := w.Read(b); string(b[:n]) != "250 ok\r\n" || err != nil {
		t.Errorf("Read = %q, %v; want the reply", b[:n], err)
	}
	if n, err := w.Read(b); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the next Read = %q, %v; want %v", b[:n], err, os.ErrDeadlineExceeded)
	}
	if w.mayGlance() {
		t.Error("there is a second glance in the same step")
	}
}
