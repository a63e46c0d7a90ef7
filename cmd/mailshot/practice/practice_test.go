package practice

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"mailshot/job/problem"
	"mailshot/transport/sandbox"
)

// Profiles are read so.
func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		values string
		want   sandbox.Faults
		err    string
	}{
		{"greylisting busy reject", sandbox.Faults{Greylist: time.Minute, Sessions: 2, Reject: 0.1}, ""},
		{"quota slow drop", sandbox.Faults{Quota: 500, QuotaPer: 24 * time.Hour, Slow: time.Second, Drop: 0.05}, ""},
		{"quota=3/1m drop=100%", sandbox.Faults{Quota: 3, QuotaPer: time.Minute, Drop: 1}, ""},
		{"grey", sandbox.Faults{}, "--fault grey: it is one of greylisting, busy, reject, quota, slow, drop"},
		{"reject=2", sandbox.Faults{}, "--fault reject=2: must be a share such as 10%"},
		{"drop=0%", sandbox.Faults{}, "--fault drop=0%: must be a share such as 10%"},
		{"drop=NaN%", sandbox.Faults{}, "--fault drop=NaN%: must be a share such as 10%"},
		{"busy=0", sandbox.Faults{}, "--fault busy=0: must be a number from 1"},
		{"quota=many", sandbox.Faults{}, "--fault quota=many: must be a count and a time such as 50/5m, 10/s or 600/h"},
		{"slow=1h", sandbox.Faults{}, "--fault slow=1h: must be 30s at most"},
		{"slow=-1s", sandbox.Faults{}, "--fault slow=-1s: must be a time such as 30s or 5m"},
		{"slow slow=2s", sandbox.Faults{}, "--fault slow is given twice"},
	} {
		got, err := parse(strings.Fields(tt.values))
		switch {
		case tt.err == "" && (err != nil || !reflect.DeepEqual(got, tt.want)):
			t.Errorf("%s: %+v, %v; want %+v", tt.values, got, err, tt.want)
		case tt.err != "" && (err == nil || err.Error() != tt.err):
			t.Errorf("%s: %v; want %s", tt.values, err, tt.err)
		}
	}
}

// What others can reach, and a directory without a name, is refused before anything is made.
func TestRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "box")
	ended, end := context.WithCancel(t.Context())
	end() // so that what is not refused ends
	for _, o := range []options{
		{listen: "2525", dir: dir}, {listen: "0.0.0.0:0", dir: dir}, {listen: ":0", dir: dir}, {listen: "[::]:0", dir: dir},
		{listen: "mail.club.example:0", dir: dir}, {listen: "127.0.0.1:0", dir: " "}, {listen: "127.0.0.1:0", dir: dir, faults: []string{"x"}},
	} {
		var pe *problem.Error
		if err := o.serve(ended, io.Discard, ""); !errors.As(err, &pe) || pe.Kind != problem.Usage {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if all, err := filepath.Glob(dir); err != nil || len(all) > 0 {
		t.Errorf("%q, %v is there", all, err)
	}
}

// The line for a job is one of YAML, whatever the address.
func TestBegun(t *testing.T) {
	t.Parallel()
	o := options{dir: "box"}
	for addr, want := range map[string]string{"127.0.0.1:25": "  host: 127.0.0.1\n  port: 25\n", "[::1]:25": "  host: \"::1\"\n  port: 25\n"} {
		if got := o.begun(addr); !strings.Contains(got, want) {
			t.Errorf("%s: %q; want %q in it", addr, got, want)
		}
	}
}

// The server ends with its context, and the directory is free then.
func TestServe(t *testing.T) {
	t.Parallel()
	o := options{listen: "127.0.0.1:0", dir: filepath.Join(t.TempDir(), "box")}
	ended, end := context.WithCancel(t.Context())
	end()
	for range 2 {
		var said strings.Builder
		if err := o.serve(ended, &said, "a test"); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(said.String(), "\n0 messages in "+o.dir+"\n") {
			t.Errorf("it says %q", said.String())
		}
		mark, err := os.ReadFile(filepath.Join(o.dir, ".mailshot-sandbox"))
		if head, listed, _ := strings.Cut(string(mark), "\n"); err != nil || head == "" || strings.TrimSpace(listed) != "" {
			t.Errorf("the mark of a directory without a log is %q, %v; it lists files", mark, err)
		}
	}
}
