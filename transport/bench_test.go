package transport_test

import (
	"fmt"
	"strings"
	"testing"

	"mailshot/transport"
	"mailshot/transport/smtptest"
)

func BenchmarkDeliver(b *testing.B) {
	for _, bb := range []struct {
		name string
		size int
	}{{"size=2KiB", 2 << 10}, {"size=1MiB", 1 << 20}} {
		dl := delivery(b)
		dl.Message = message(b, strings.Repeat("0123456789\r\n", bb.size/12))
		b.Run("conn=memory/"+bb.name, func(b *testing.B) {
			_, d := served(b, smtptest.Handler{Discard: true})
			run(b, d, dl)
		})
		b.Run("conn=loopback/"+bb.name, func(b *testing.B) {
			s := smtptest.NewServer(smtptest.Handler{Discard: true})
			b.Cleanup(s.Close)
			addr, err := s.Listen()
			if err != nil {
				b.Fatalf("Listen: %v", err)
			}
			run(b, &transport.Dialer{Addr: addr, TLSMode: transport.Plaintext}, dl)
		})
	}
}

func run(b *testing.B, d *transport.Dialer, dl transport.Delivery) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Deliver(b.Context(), dl); err != nil {
			b.Fatalf("Deliver: %v", err)
		}
	}
}

// BenchmarkSeveral is a message of a session of 20, with overlap and without.
func BenchmarkSeveral(b *testing.B) {
	const per = 20
	for _, overlap := range []bool{false, true} {
		b.Run(fmt.Sprintf("overlap=%t", overlap), func(b *testing.B) {
			_, d := served(b, smtptest.Handler{Discard: true})
			d.TrustOverlap()
			dl := delivery(b)
			dl.Message = message(b, strings.Repeat("0123456789\r\n", 2<<10/12))
			b.ReportAllocs()
			var s *transport.Session
			var next *transport.Delivery
			for i := 0; b.Loop(); i++ {
				if i%per == 0 {
					var err error
					if s, err = d.Open(b.Context()); err != nil {
						b.Fatalf("Open: %v", err)
					}
				}
				now := dl
				if next != nil {
					now, next = *next, nil
				}
				if now.Last = i%per == per-1; overlap {
					now.Next = func() *transport.Delivery {
						ahead := dl
						next = &ahead
						return next
					}
				}
				if _, err := s.Deliver(b.Context(), now); err != nil {
					b.Fatalf("Deliver: %v", err)
				}
				if now.Last {
					s.Close()
				}
			}
			s.Close()
		})
	}
}
