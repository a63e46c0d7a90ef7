package server

import (
	"testing"
	"time"

	"mailshot/job/jobfile"
	"mailshot/transport"
)

// timeouts.reply bounds every wait before the content.
func TestTimeouts(t *testing.T) {
	j := &jobfile.Job{Server: jobfile.Server{
		Host: "mail.test", Port: 587, Timeouts: jobfile.Timeouts{Connect: time.Second, Reply: 2 * time.Second, Final: 3 * time.Second},
	}}
	d, err := Dialer(j, Env{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	const reply = 2 * time.Second
	if want := (transport.Timeouts{Connect: time.Second, TLS: reply, Greeting: reply, Reply: reply, Data: reply, Final: 3 * time.Second}); d.Timeouts != want {
		t.Errorf("timeouts %+v, want %+v", d.Timeouts, want)
	}
}
