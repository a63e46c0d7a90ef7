package transport_test

import (
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
