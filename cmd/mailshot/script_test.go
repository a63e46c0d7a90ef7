package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes this test binary be mailshot where it is called so. With the race detector each
// process sleeps for a second before it ends, for goroutines that main leaves behind; seven hundred
// processes have 20 ms each.
func TestMain(m *testing.M) {
	if os.Getenv("GORACE") == "" {
		os.Setenv("GORACE", "atexit_sleep_ms=20")
	}
	testscript.Main(manyAtOnce{m}, map[string]func(){"mailshot": main})
}

// Most tests here wait for a program that they started, for its disk or for a clock, and only some of
// them need a processor: more may run at once than there are processors.
type manyAtOnce struct{ *testing.M }

// Run runs the tests, several of them on each processor unless -parallel says how many.
func (m manyAtOnce) Run() int {
	flag.Parse()
	named := false
	flag.Visit(func(f *flag.Flag) { named = named || f.Name == "test.parallel" })
	if !named {
		if err := flag.Set("test.parallel", strconv.Itoa(3*runtime.GOMAXPROCS(0))); err != nil {
			panic(err)
		}
	}
	return m.M.Run()
}

// TestScripts holds the command line to what the scripts say. Beside the
// commands of testscript they have:
//
//	exits N COMMAND…        the command ends with exactly this status, and
//	                        leaves no secret and no file that it should not
//	smtpd [FLAG…] [RULES]   a server on this machine; see startServer
//	await                   a session waits at a rule that holds
//	events EVENT…           what run --json printed; see wantEvents
//	attempts LOG            its attempts are the lines of the log
//	ledger …                what the server saw; see checkLedger
//	expand FILE…            $HOST, $PORT and so on in the files are filled in
//	edit FILE OLD NEW       one text of a file is replaced; \n is a line end
//	chomp FILE N            the last N octets of a file are taken off
//	rows FILE N             a recipients file with N rows is made
//	spreadsheet FILE        a results log is saved as a spreadsheet does
//	received ADDRESS FILE   the last message that the server accepted for the
//	                        address is written to a file, with plain line ends
//	remember VAR LOG KEY COLUMN
//	                        the column of the key's last record, for $VAR
//	dkimkey FILE KIND …     a private key is made; see makeKey
//	signed N [DIR]          the messages have signatures that hold
//	shows TOPIC             the last command printed what the manual's topic shows
//	practice …              mailshot sandbox as a server; see practise
//	webpage …               preview --web or sandbox --web in a browser; see webpage
//	nosecrets               the password stands in no output and no file, and neither does a private key
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TZ", "UTC")
			e.Values[fixtureKey{}] = &fixture{}
			e.Setenv("SMTP_PASSWORD", password)
			e.Setenv("GORACE", os.Getenv("GORACE"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "smtpd": startServer, "await": awaitHold, "ledger": checkLedger, "expand": expand, "edit": edit, "chomp": chomp, "rows": makeRows,
			"age": setAge, "events": wantEvents, "attempts": wantAttempts, "dkimkey": makeKey, "signed": checkSigned,
			"spreadsheet": saveAgain, "remember": remember, "nosecrets": noSecrets, "received": received, "shows": shows,
			"practice": practise, "webpage": webpage, "book": makeBook,
		},
	})
}

// setAge is the command age: it makes a file one that was last changed so long ago.
func setAge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: age FILE TIME")
	}
	age, err := time.ParseDuration(args[1])
	ts.Check(err)
	changed := time.Now().Add(-age)
	ts.Check(os.Chtimes(ts.MkAbs(args[0]), changed, changed))
}

// password is searched for in everything that a script leaves behind, and so
// is the wrong one.
const (
	password      = "s3cret-Passw0rt!"
	wrongPassword = "wr0ng-Passw0rt!"
)

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var ee *exec.ExitError
	if errors.As(err, &ee) {
		got = ee.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	noSecrets(ts, false, nil)
	tidy(ts)
}

func expand(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		path := ts.MkAbs(name)
		text := os.Expand(ts.ReadFile(name), func(key string) string {
			if v := ts.Getenv(key); v != "" {
				return v
			}
			return "$" + key
		})
		ts.Check(os.WriteFile(path, []byte(text), 0o600))
	}
}
