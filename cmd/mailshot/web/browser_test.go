package web_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mailshot/cmd/mailshot/web"
)

var (
	browserRequired = flag.Bool("browser.required", false, "tests in a browser are run, which take half a minute, and fail where there is no Chromium")
	browserAxe      = flag.String("browser.axe", "", "audit the pages with axe-core, which this `file` is: axe.min.js")
)

// patience is how long a browser has for one step.
const patience = 20 * time.Second

// A tab is one of a browser. Each test has a browser of its own, as browsers keep cookies for all tabs.
type tab struct {
	*testing.T
	ctx  context.Context
	base string
}

// openTab opens the address that lets in to a source. Names of evil.example are this machine's.
func openTab(t *testing.T, address string) *tab {
	t.Helper()
	path := chromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("host-resolver-rules", "MAP evil.example 127.0.0.1"))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Log(err)
		}
		closeTab()
	})
	base, _, _ := strings.Cut(address, "/?")
	b := &tab{t, ctx, base}
	b.do(chromedp.Navigate(address))
	return b
}

// chromium returns the path of a browser, or ends the test.
func chromium(t *testing.T) string {
	t.Helper()
	if !*browserRequired {
		t.Skip("without -browser.required no browser is started")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium")
	return ""
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// open goes to a path of the server.
func (b *tab) open(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// press presses a key as a hand does: what it would type is not typed where the page takes the key.
func (b *tab) press(key string) {
	b.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		p := input.DispatchKeyEventParams{Type: kind, Key: key}
		if kind == input.DispatchKeyEventTypeKeyDown {
			p.Text = key
		}
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, p); err != nil {
			b.Fatal(err)
		}
	}
}

// is returns what an expression is in the page.
func is[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits until an expression holds in the page, which may be another one by then.
func (b *tab) until(expression string) {
	b.Helper()
	end := time.NewTimer(patience)
	defer end.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression)); err == nil && ok {
			return
		}
		select {
		case <-again.C:
		case <-end.C:
			b.Fatalf("%s does not hold at %s:\n%s", expression, is[string](b, "location.href"), is[string](b, "document.body.innerText"))
		}
	}
}

// Rows are searched and gone through by keys alone, which can be switched off.
func TestBrowserKeys(t *testing.T) {
	t.Parallel()
	b := openTab(t, serve(t, letters(250)))
	at := func(address string) {
		b.Helper()
		b.until(fmt.Sprintf("location.href === %q", b.base+address))
	}
	b.until(`document.getElementById("found").textContent === "250 rows, 1 to 100"`)
	b.press("/")
	b.do(chromedp.KeyEvent("m25" + kb.Enter))
	at("/?q=m25")
	b.until(`document.querySelectorAll(".entries li").length === 2`)
	b.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.Enter))
	at("/letter/25?q=m25")
	b.open("/letter/25")
	for _, step := range []struct{ key, at string }{
		{"n", "/letter/26"}, {kb.ArrowRight, "/letter/27"}, {"p", "/letter/26"}, {kb.ArrowLeft, "/letter/25"}, {"u", "/"}, {"n", "/?page=2"}, {"p", "/"},
	} {
		b.do(chromedp.KeyEvent(step.key))
		at(step.at)
		b.until(`document.readyState === "complete"`)
	}
	b.do(chromedp.Click(chromedp.CSS("#keys")), chromedp.KeyEvent("n"))
	b.open("/letter/7")
	b.do(chromedp.KeyEvent("n"))
	b.until(`document.getElementById("keys").textContent === "keys are off"`)
	if got := is[string](b, "location.href"); got != b.base+"/letter/7" {
		t.Errorf("a key that is off goes to %s", got)
	}
	b.do(chromedp.KeyEvent(kb.Tab))
	b.until(`document.activeElement.className === "skip" && document.activeElement.getBoundingClientRect().left === 0`)
}

// Without script the pages work, too.
func TestBrowserNoScript(t *testing.T) {
	t.Parallel()
	b := openTab(t, serve(t, hostile()))
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.open("/letter/1")
	if is[bool](b, `document.querySelector(".keys").checkVisibility()`) {
		t.Error("keys are told that do nothing")
	}
	b.do(chromedp.Click(chromedp.CSS(`.ways a[href*="width=phone"]`)))
	b.until(`document.querySelector("iframe.phone")?.clientWidth === 375`)
	b.do(chromedp.Click(chromedp.CSS(`.ways a[href*="look=dark"]`)))
	b.until(`document.querySelector("iframe.phone.dark") !== null`)
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "script"+kb.Enter))
	b.until(`location.search === "?q=script" && document.querySelectorAll(".entries li").length === 1`)
}

// No page is wider than a small screen.
func TestBrowserNarrow(t *testing.T) {
	t.Parallel()
	b := openTab(t, serve(t, hostile()))
	for _, width := range []int64{320, 375, 1280} {
		b.do(chromedp.EmulateViewport(width, 700))
		for _, path := range []string{"/", "/letter/1", "/letter/1?width=phone", "/letter/1/source", "/nothing"} {
			b.open(path)
			if got := is[int64](b, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s is %d wide on a screen of %d", path, got, width)
			}
		}
	}
}

// A listener that counts who calls.
type listener struct {
	net.Listener
	calls atomic.Int64
	wait  sync.WaitGroup
}

func listen(t *testing.T) *listener {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{Listener: inner}
	l.wait.Go(func() {
		for {
			c, err := inner.Accept()
			if err != nil {
				return
			}
			l.calls.Add(1)
			_ = c.Close()
		}
	})
	t.Cleanup(func() { _ = inner.Close(); l.wait.Wait() })
	return l
}

// calling returns the hostile letter whose parts call a listener.
func calling(l net.Listener) fake {
	source := hostile()
	source[0].Octets = []byte(strings.ReplaceAll(string(source[0].Octets), "127.0.0.1:9", l.Addr().String()))
	return source
}

// A letter can fetch nothing, run nothing and lead nowhere, whatever is in it and whoever clicks it. The
// same letter without protection shows that it would.
func TestBrowserIsolation(t *testing.T) {
	t.Parallel()
	l := listen(t)
	b := openTab(t, serve(t, calling(l)))
	b.open("/letter/1#html")
	title := is[string](b, "document.title")
	for _, look := range []string{"", "?look=dark", "?width=phone"} {
		b.open("/letter/1" + look + "#html")
		// Each link and button of the letter is clicked where it is, and keys go to what has the focus.
		box := is[[]float64](b, `(() => { const r = document.querySelector("iframe").getBoundingClientRect(); return [r.left, r.top, r.width, r.height] })()`)
		for y := box[1] + 5; y < min(box[1]+box[3], 700); y += 12 {
			for x := box[0] + 5; x < box[0]+min(box[2], 300); x += 40 {
				b.do(chromedp.MouseClickXY(x, y))
			}
		}
		b.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	}
	b.open("/letter/1")
	b.until(`document.readyState === "complete"`)
	if got := is[string](b, "document.title"); got != title {
		t.Errorf("the title became %q", got)
	}
	infos, err := chromedp.Targets(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		if i.Type == "page" && !strings.HasPrefix(i.URL, b.base) {
			t.Errorf("there is a window with %s", i.URL)
		}
	}
	if n := l.calls.Load(); n > 0 {
		t.Errorf("the letter called %d times", n)
	}
	page, err := os.ReadFile(filepath.Join("testdata", "hostile.html"))
	if err != nil {
		t.Fatal(err)
	}
	open := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(strings.ReplaceAll(string(page), "127.0.0.1:9", l.Addr().String())))
	}))
	defer open.Close()
	_ = chromedp.Do(b.ctx, chromedp.Navigate(open.URL)) // it goes elsewhere, and may end in an error
	end := time.NewTimer(patience)
	defer end.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for l.calls.Load() == 0 {
		select {
		case <-again.C:
		case <-end.C:
			t.Fatal("without protection the letter calls nobody: this test can't fail")
		}
	}
}

// Another site in the browser that was let in reads nothing and gets nothing done, and neither does a
// name elsewhere that leads to this machine.
func TestBrowserOtherSites(t *testing.T) {
	t.Parallel()
	b := openTab(t, serve(t, letters(3)))
	b.until(`document.body.innerText.includes("m1@club.example")`)
	var target atomic.Pointer[string]
	target.Store(&b.base)
	var handed atomic.Pointer[string]
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cookie := r.Header.Get("Cookie"); cookie != "" {
			handed.Store(&cookie)
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<!doctype html><title>other</title><iframe id=f src="%[1]s/letter/1"></iframe><img id=i src="%[1]s/icon.svg">
<form id=post method=post action="%[1]s/"></form><form id=get method=get action="%[1]s/"></form><script src="%[1]s/script.js"></script>`, *target.Load())
	}))
	defer other.Close()
	port := other.URL[strings.LastIndex(other.URL, ":"):]
	for _, from := range []string{other.URL, "http://evil.example" + port} { // of the same site by its port, and of another one
		b.do(chromedp.Navigate(from))
		b.until(`document.readyState === "complete"`)
		if got := is[int](b, `document.getElementById("i").naturalWidth`); got != 0 {
			t.Errorf("%s shows a picture that is %d wide", from, got)
		}
		for _, options := range []string{`{credentials: "include"}`, `{credentials: "include", mode: "no-cors"}`, `{method: "POST", credentials: "include", mode: "no-cors"}`} {
			got := is[string](b, fmt.Sprintf(`fetch(%q, %s).then(r => r.text(), e => "nothing")`, b.base+"/letter/1", options))
			if strings.Contains(got, "club.example") {
				t.Errorf("%s reads %s", from, got)
			}
		}
		if got := is[string](b, `(() => { try { return document.getElementById("f").contentDocument?.body.innerText ?? "nothing" } catch { return "nothing" } })()`); got != "nothing" {
			t.Errorf("%s has %q in a frame", from, got)
		}
		for _, form := range []string{"post", "get"} {
			b.do(chromedp.Navigate(from), chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.getElementById(%q).submit()", form)))
			b.until(`document.title.startsWith("mailshot: ")`)
			if got := is[string](b, "document.body.innerText"); strings.Contains(got, "club.example") {
				t.Errorf("a form of %s by %s gives %s", from, form, got)
			}
		}
	}
	if cookie := handed.Load(); cookie != nil {
		t.Errorf("another server of this machine is handed %s", *cookie)
	}
	rebound := "http://evil.example" + b.base[strings.LastIndex(b.base, ":"):]
	for _, path := range []string{"/", "/letter/1", "/?token=" + strings.Repeat("A", 26)} {
		b.do(chromedp.Navigate(rebound + path))
		if got := is[string](b, "document.title"); got != "mailshot: Misdirected Request" {
			t.Errorf("%s gives the page %q", rebound+path, got)
		}
	}
	b.open("/letter/1") // who was let in is still in
	b.until(`document.body.innerText.includes("m1@club.example")`)
}

// What comes while the list is looked at is shown without being asked for.
func TestBrowserLive(t *testing.T) {
	t.Parallel()
	source := &growing{}
	s, err := web.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- s.Serve(ctx, &web.Site{Title: "Messages", Noun: "message", Source: source, State: func() string { return fmt.Sprint(source.n.Load()) }})
	}()
	t.Cleanup(func() { cancel(); <-served })
	b := openTab(t, s.URL())
	b.until(`document.body.innerText.includes("There is nothing yet.")`)
	source.n.Store(2)
	b.until(`document.querySelectorAll(".entries li").length === 2 && document.getElementById("news").textContent.startsWith("2 messages")`)
}

// growing is a source with more letters each time.
type growing struct{ n atomic.Int64 }

func (g *growing) List(ctx context.Context, q web.Query) (*web.List, error) {
	l, err := letters(int(g.n.Load())).List(ctx, q)
	l.Notices = nil
	return l, err
}

func (g *growing) Open(ctx context.Context, q web.Query, id string) (*web.Item, error) {
	return letters(int(g.n.Load())).Open(ctx, q, id)
}

// The pages have no serious fault for people who see little, or who use no mouse, by the rules of axe-core.
func TestBrowserAccessible(t *testing.T) {
	t.Parallel()
	axe := axeCore(t)
	source := append(hostile(), letters(250)[1:]...)
	source[1].Marks = []web.Mark{{Kind: "bad", Text: "no day"}, {Kind: "out", Text: "left out"}, {Kind: "doubt", Text: "row 3"}, {Kind: "outlier", Text: "long"}}
	source[2].Octets, source[2].Failed = nil, "no day"
	b := openTab(t, serve(t, source))
	for _, scheme := range []string{"light", "dark"} {
		b.colours(scheme)
		for _, path := range []string{"/", "/?q=m25", "/?q=none", "/?page=2", "/letter/1", "/letter/1?look=dark&width=phone", "/letter/2", "/letter/3", "/letter/1/source", "/nothing"} {
			b.open(path)
			b.audit(axe, path+", "+scheme)
		}
	}
}
