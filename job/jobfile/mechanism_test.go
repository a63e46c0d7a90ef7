package jobfile

import (
	"strings"
	"testing"

	"mailshot/transport/sasl"
)

// TestMechanisms: every mechanism that a session knows can be named in a job file, and what is told of it agrees.
func TestMechanisms(t *testing.T) {
	for _, name := range sasl.Names() {
		j, err := Parse("job.yaml", []byte(strings.Replace(full, "auth: scram-sha-256", "auth: "+strings.ToLower(name), 1)))
		if err != nil {
			t.Errorf("auth: %s: %v", strings.ToLower(name), err)
			continue
		}
		if m, _ := sasl.Find(name); j.Server.UsesToken() != m.Token {
			t.Errorf("UsesToken() of %s = %t", name, j.Server.UsesToken())
		}
	}
}
