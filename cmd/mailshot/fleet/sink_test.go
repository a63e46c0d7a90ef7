//go:build unix

package fleet_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// A sink is a mail server that counts what each recipient gets.
type sink struct {
	delay time.Duration // before each flight of replies
	drop  int           // in a thousand messages, after which the connection ends without a reply

	mu     sync.Mutex // guards what follows
	copies map[string]int
	from   map[string]bool
}

// listen starts it, and returns its port.
func (s *sink) listen(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.copies, s.from = map[string]int{}, map[string]bool{}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				s.serve(c)
			})
		}
	})
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

// serve is one session.
func (s *sink) serve(c net.Conn) {
	in, out := bufio.NewReader(c), bufio.NewWriter(c)
	say := func(text string) {
		_, _ = out.WriteString(text + "\r\n")
		if in.Buffered() == 0 {
			if s.delay > 0 {
				<-time.After(s.delay) // the server is slow; nothing is waited for
			}
			_ = out.Flush()
		}
	}
	say("220 sink")
	var to string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); verb {
		case "EHLO":
			say("250-sink\r\n250 PIPELINING")
		case "RCPT":
			to = strings.Trim(strings.TrimSpace(line[len("RCPT TO:"):]), "<>")
			say("250 ok")
		case "DATA":
			say("354 go on")
			for line != ".\r\n" {
				if line, err = in.ReadString('\n'); err != nil {
					return
				}
			}
			s.mu.Lock()
			s.copies[to]++
			dropped := rand.IntN(1000) < s.drop
			s.mu.Unlock()
			if dropped {
				return
			}
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// count returns how many recipients have a message, and who has several.
func (s *sink) count() (got int, twice []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for to, n := range s.copies {
		if got++; n > 1 {
			twice = append(twice, fmt.Sprintf("%s: %d", to, n))
		}
	}
	return got, twice
}
