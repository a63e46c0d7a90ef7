package quota

import "testing"

func TestDir(t *testing.T) {
	for _, tt := range []struct {
		name  string
		env   map[string]string
		given string
		want  string
	}{
		{"none", nil, "", ""},
		{"home", map[string]string{"HOME": "/home/a"}, "", "/home/a/.local/state/mailshot"},
		{"XDG", map[string]string{"HOME": "/home/a", "XDG_STATE_HOME": "/s"}, "", "/s/mailshot"},
		{"a relative XDG is ignored", map[string]string{"HOME": "/home/a", "XDG_STATE_HOME": "s"}, "", "/home/a/.local/state/mailshot"},
		{"a service's", map[string]string{"XDG_STATE_HOME": "/s", "STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}, "", "/var/lib/a"},
		{"given", map[string]string{"STATE_DIRECTORY": "/var/lib/a"}, "here", "here"},
	} {
		lookup := func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok }
		if got := Dir(lookup, tt.given); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
