package when

import (
	"strings"
	"testing"
	"time"
)

func TestParseRate(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Rate
		out  string
	}{
		{"50/5m", Rate{50, 5 * time.Minute}, "50/5m"},
		{"10/s", Rate{10, time.Second}, "10/s"},
		{"30/m", Rate{30, time.Minute}, "30/m"},
		{"600/h", Rate{600, time.Hour}, "600/h"},
		{"1/1m30s", Rate{1, 90 * time.Second}, "1/1m30s"},
		{"1/60s", Rate{1, time.Minute}, "1/m"},
		{"5/500ms", Rate{5, 500 * time.Millisecond}, "5/500ms"},
		{"7/24h", Rate{7, 24 * time.Hour}, "7/24h"},
		{"7/1h0m10s", Rate{7, time.Hour + 10*time.Second}, "7/1h0m10s"},
		{"7/10m", Rate{7, 10 * time.Minute}, "7/10m"},
		{"20/min", Rate{20, time.Minute}, "20/m"},
		{"500/d", Rate{500, 24 * time.Hour}, "500/24h"},
		{"3000/30d", Rate{3000, 30 * 24 * time.Hour}, "3000/720h"},
	} {
		got, err := ParseRate(tt.in)
		if err != nil || got != tt.want || got.String() != tt.out {
			t.Errorf("ParseRate(%q) = %v, %v; want %v, written %s", tt.in, got, err, tt.want, tt.out)
		}
		if again, err := ParseRate(got.String()); err != nil || again != got {
			t.Errorf("ParseRate(%q) = %v, %v; want %v", got, again, err, got)
		}
	}
	for _, s := range []string{"", "50", "/s", "50/", "0/s", "-1/s", "1.5/s", "50/5", "50/0s", "50/-1s", "50/w", "50/0d", "50/1.5d", "50/999999d", "50 / s", "050/s", "+5/s", "5/s/s", "99999999999999999999/s"} {
		if got, err := ParseRate(s); err == nil {
			t.Errorf("ParseRate(%q) = %v; want an error", s, got)
		}
	}
	if got := (Rate{}).String(); got != "no limit" {
		t.Errorf("the zero rate is %q; want %q", got, "no limit")
	}
}

// Who wrote a rate in words is told how it is written.
func TestRateReworded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"500/day", "write 500/24h"},
		{"500 / d", "write 500/24h"},
		{"500 per day", "write 500/24h"},
		{"500 Daily", "write 500/24h"},
		{"500 a day", "write 500/24h"},
		{"30/minute", "write 30/m"},
		{"10 per minute", "write 10/m"},
		{"1/second", "write 1/s"},
		{"60 hourly", "write 60/h"},
		{"60 every hour", "write 60/h"},
		{"0/day", "such as 50/5m, 10/s or 600/h"},
		{"day", "such as 50/5m, 10/s or 600/h"},
		{"500/fortnight", "such as 50/5m, 10/s or 600/h"},
		{"500 per 2 days", "such as 50/5m, 10/s or 600/h"},
	} {
		if _, err := ParseRate(tt.in); err == nil || !strings.HasSuffix(err.Error(), " "+tt.want) {
			t.Errorf("ParseRate(%q): %v; want %q at its end", tt.in, err, tt.want)
		}
	}
	if _, err := ParseQuota("many"); err == nil || !strings.HasSuffix(err.Error(), "such as 500/24h or 10000/30d") {
		t.Errorf("ParseQuota: %v; want examples of quotas", err)
	}
}
