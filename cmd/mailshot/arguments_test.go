package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
)

// The password is not in the arguments that every user of the machine can
// read, nor in the output, while a session is authenticated with it.
func TestPasswordNotInArguments(t *testing.T) {
	t.Parallel()
	reached, letGo := make(chan struct{}), make(chan struct{})
	h := stageHook("data", 1, reached, letGo)
	h.Users = map[string]string{"office": password}
	j := newLiveJob(t, 3, "", h)
	job, err := os.ReadFile(j.dir + "/job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	j.write("job.yaml", strings.Replace(string(job), "tls: none", "tls: none, username: office, password: {env: SMTP_PASSWORD}", 1))
	c := j.command("run", "--yes", "--trace", "-", "job.yaml")
	c.Env = append(os.Environ(), "SMTP_PASSWORD="+password)
	var out strings.Builder
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, "the stage", reached)
	arguments, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", c.Process.Pid))
	if err == nil && !strings.Contains(string(arguments), "job.yaml") {
		t.Errorf("the arguments are %q", arguments)
	} // a system without /proc shows the output alone
	close(letGo)
	if status := j.status(c.Wait()); status != 0 {
		t.Errorf("exit status %d\n%s", status, out.String())
	}
	if !strings.Contains(out.String(), "AUTH PLAIN") {
		t.Errorf("the trace shows no AUTH:\n%s", out.String())
	}
	for _, secret := range []string{
		password,
		base64.StdEncoding.EncodeToString([]byte(password)),
		base64.StdEncoding.EncodeToString([]byte("\x00office\x00" + password)),
	} {
		if strings.Contains(string(arguments)+out.String(), secret) {
			t.Errorf("the arguments or the output hold %q", secret)
		}
	}
	j.wantOnce(3)
}
