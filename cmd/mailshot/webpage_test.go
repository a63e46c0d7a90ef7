package main

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// A webServer is mailshot preview --web or mailshot sandbox --web as a script started it.
type webServer struct {
	process *exec.Cmd
	out     *bufio.Reader
	client  *http.Client
	base    *url.URL // that lets in
}

// webpage is the script command
//
//	webpage COMMAND…
//	[!] webpage -get PATH PATTERN
//	webpage -end
//
// The first starts a command, and opens the address that it prints; it sets PORT where that tells one for
// a job. The second holds that a page matches, or does not, once the check has ended. The third
// interrupts the command, and holds that it ends with 0.
func webpage(ts *testscript.TestScript, neg bool, args []string) {
	fix := fixtureOf(ts)
	switch {
	case len(args) == 1 && args[0] == "-end":
		s := fix.web
		fix.web = nil
		ts.Check(s.process.Process.Signal(os.Interrupt))
		_, err := io.Copy(io.Discard, s.out)
		ts.Check(err)
		ts.Check(s.process.Wait())
	case len(args) == 3 && args[0] == "-get":
		if page := fix.web.get(ts, args[1]); regexp.MustCompile(args[2]).MatchString(page) == neg {
			ts.Fatalf("%s is\n%s", args[1], page)
		}
	default:
		fix.web = openPage(ts, args)
		ts.Defer(func() {
			if s := fix.web; s != nil {
				_ = s.process.Process.Kill() // the script failed
				_ = s.process.Wait()
			}
		})
	}
}

// openPage starts a command and opens its page.
func openPage(ts *testscript.TestScript, args []string) *webServer {
	bin, _, _ := strings.Cut(ts.Getenv("PATH"), string(filepath.ListSeparator)) // where testscript puts it
	c := exec.Command(filepath.Join(bin, "mailshot"), args...)
	c.Dir = ts.MkAbs(".")
	out, err := c.StdoutPipe()
	ts.Check(err)
	ts.Check(c.Start())
	s := &webServer{process: c, out: bufio.NewReader(out), client: &http.Client{}}
	s.client.Jar, err = cookiejar.New(nil)
	ts.Check(err)
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			ts.Fatalf("it tells no page: %v", err)
		}
		if port, ok := strings.CutPrefix(line, "  port: "); ok {
			ts.Setenv("PORT", strings.TrimSpace(port))
		}
		if m := regexp.MustCompile(`^open +(http://\S+)`).FindStringSubmatch(line); m != nil {
			s.base, err = url.Parse(m[1])
			ts.Check(err)
			break
		}
	}
	s.get(ts, "/?"+s.base.RawQuery)
	return s
}

// get returns a page, once nothing is to come on it. The path under which all pages are is left out of it.
func (s *webServer) get(ts *testscript.TestScript, path string) string {
	root := strings.TrimSuffix(s.base.Path, "/")
	for {
		at, err := s.base.Parse(root + path)
		ts.Check(err)
		response, err := s.client.Get(at.String())
		ts.Check(err)
		page, err := io.ReadAll(response.Body)
		ts.Check(err)
		ts.Check(response.Body.Close())
		if !strings.Contains(string(page), `class="busy"`) && response.StatusCode < 500 {
			return strings.ReplaceAll(string(page), root, "")
		}
	}
}
