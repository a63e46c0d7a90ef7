package smtptest_test

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/transport/smtptest"
)

// drain reads all that comes, and the error at its end; io.EOF is nil.
func drain(c net.Conn) (string, error) {
	b, err := io.ReadAll(c)
	return string(b), err
}

func TestConnEnds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		end   func(c *smtptest.Conn)
		read  error // what the peer reads after "left", nil for io.EOF
		write error // what the peer gets for writing
	}{
		{"close", func(c *smtptest.Conn) { c.Close() }, nil, syscall.EPIPE},
		{"half close", func(c *smtptest.Conn) { c.CloseWrite() }, nil, nil},
		{"reset", func(c *smtptest.Conn) { c.Reset() }, syscall.ECONNRESET, syscall.ECONNRESET},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client, server := smtptest.Pair()
			if _, err := io.WriteString(server, "left"); err != nil {
				t.Fatalf("Write: %v", err)
			}
			tt.end(server)
			got, err := drain(client)
			if got != "left" || !errors.Is(err, tt.read) {
				t.Errorf("read %q, %v, want left, %v", got, err, tt.read)
			}
			if _, err = client.Write([]byte("x")); !errors.Is(err, tt.write) {
				t.Errorf("Write: %v, want %v", err, tt.write)
			}
		})
	}
}

// TestConnCloseUnread: as with TCP, closing with unread octets resets.
func TestConnCloseUnread(t *testing.T) {
	client, server := smtptest.Pair()
	_, _ = io.WriteString(client, "unread")
	server.Close()
	if _, err := drain(client); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v, want a reset", err)
	}
	if _, err := server.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("read of a closed connection: %v, want %v", err, net.ErrClosed)
	}
	if err := server.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("second Close: %v, want %v", err, net.ErrClosed)
	}
}

func TestConnDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := smtptest.Pair()
		start := time.Now()
		client.SetDeadline(start.Add(time.Hour))
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != time.Hour {
			t.Errorf("Read: %v after %v, want a timeout after 1h", err, time.Since(start))
		}
		server.SetWindow(3)
		client.SetDeadline(time.Now().Add(time.Hour))
		n, err := client.Write([]byte("12345"))
		if n != 3 || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != 2*time.Hour {
			t.Errorf("Write: %d, %v after %v, want 3 and a timeout after 2h", n, err, time.Since(start))
		}
		// A deadline that is moved while somebody waits counts at once.
		client.SetReadDeadline(time.Time{})
		time.AfterFunc(time.Minute, func() { client.SetReadDeadline(time.Unix(1, 0)) })
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != 2*time.Hour+time.Minute {
			t.Errorf("Read: %v after %v, want a timeout after 2h1m", err, time.Since(start))
		}
		var e net.Error
		if _, err := client.Read(make([]byte, 1)); !errors.As(err, &e) || !e.Timeout() {
			t.Errorf("Read: %v, want a net.Error that is a timeout", err)
		}
		client.Close()
		if got, _ := drain(server); got != "123" {
			t.Errorf("the peer read %q, want 123", got)
		}
	})
}

func TestConnWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := smtptest.Pair()
		want := strings.Repeat("0123456789", 50_000)
		go func() {
			_, _ = io.WriteString(client, want)
			client.CloseWrite()
		}()
		synctest.Wait()
		if got, err := drain(server); got != want || err != nil {
			t.Errorf("read %d octets, %v, want %d", len(got), err, len(want))
		}
	})
}
