package web_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axeCore returns the program that audits pages, or ends the test.
func axeCore(t *testing.T) string {
	t.Helper()
	if *browserAxe == "" {
		t.Skip("-browser.axe names no axe-core")
	}
	axe, err := os.ReadFile(*browserAxe)
	if err != nil {
		t.Fatal(err)
	}
	return string(axe)
}

// audit holds that axe-core finds nothing on the page.
func (b *tab) audit(axe, where string) {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](axe))
	found := is[[]string](b, `axe.run(document, {iframes: false}).then(r => r.violations.map(v => v.impact + " " + v.id + ": " + v.help + " " + v.nodes.map(n => n.html.slice(0, 200)).join(" | ")))`)
	for _, v := range found {
		b.Errorf("%s: %s", where, v)
	}
}

// colours makes the browser that of somebody who wants light or dark pages.
func (b *tab) colours(scheme string) {
	b.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.Fatal(err)
	}
}

// The page of a report, of which package page holds two, opens as a file, fetches nothing, is no wider than
// a small screen, has no fault by axe-core, and prints.
func TestBrowserReport(t *testing.T) {
	t.Parallel()
	axe := axeCore(t)
	for _, name := range []string{"report.html", "anonymous.html"} {
		path, err := filepath.Abs(filepath.Join("../../../job/status/page/testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		b := openTab(t, "file://"+path)
		for _, scheme := range []string{"light", "dark"} {
			b.colours(scheme)
			for _, width := range []int64{1280, 320} {
				b.do(chromedp.EmulateViewport(width, 700), chromedp.Navigate(b.base))
				if got := is[int64](b, "document.documentElement.scrollWidth"); got > width {
					t.Errorf("%s is %d wide on a screen of %d", name, got, width)
				}
				if n := is[int](b, `performance.getEntriesByType("resource").length`); n > 10 {
					t.Errorf("%s fetches %d things", name, n)
				}
				b.audit(axe, name+", "+scheme)
			}
		}
		b.print(name)
	}
}

// print holds that a page prints on some sheets.
func (b *tab) print(name string) {
	b.Helper()
	r, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
	if err != nil {
		b.Fatal(err)
	}
	pdf := r.Data
	if n := bytes.Count(pdf, []byte("/Type /Page\n")); !bytes.HasPrefix(pdf, []byte("%PDF-")) || n < 1 || n > 10 {
		b.Errorf("%s prints on %d sheets", name, n)
	}
}
