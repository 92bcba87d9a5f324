package e2e

import (
	_ "embed"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

//go:embed browser_inspect.js
var inspection string

// axe is what finds faults of accessibility.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("../web/node_modules/axe-core/axe.min.js")
	return string(source), err
})

// look is how somebody has the page before them.
type look struct {
	Name   string   `json:"name"`
	Width  int64    `json:"width"`
	Scheme string   `json:"scheme"`
	Unfold bool     `json:"unfold"` // menus and details are open
	Rules  []string `json:"rules"`  // of axe; nil for all
	Except []string `json:"except"` // of all rules
}

// looks try all rules where a page shows the least and the most, and besides what
// another width or scheme makes a difference to: a contrast is the same at every width.
// What is unfolded covers other things, which are then no targets.
var looks = []look{
	{Name: "light", Width: 1440, Scheme: "light"},
	{Name: "dark, unfolded", Width: 1440, Scheme: "dark", Unfold: true, Rules: []string{"color-contrast"}},
	{Name: "dark on a phone", Width: 390, Scheme: "dark", Rules: []string{"target-size", "scrollable-region-focusable"}},
	{Name: "light on a phone, unfolded", Width: 390, Scheme: "light", Unfold: true, Except: []string{"color-contrast", "target-size"}},
}

// inspect holds the page that is open to what every page must be, in every look.
func (w *window) inspect() {
	w.t.Helper()
	page := w.path()
	for _, fault := range w.shortcomings() {
		w.t.Errorf("%s, %s", page, fault)
	}
}

// shortcomings are what the page that is open should not have.
func (w *window) shortcomings() []string {
	w.t.Helper()
	source, err := axe()
	if err != nil {
		w.t.Fatalf("the browser tests need axe-core: make test installs it, or npm ci in web (%v)", err)
	}
	w.do(chromedp.Evaluate[chromedp.Void](source))
	var all []string
	for _, l := range looks {
		w.lookAt(l)
		options, err := json.Marshal(l)
		if err != nil {
			w.t.Fatal(err)
		}
		faults, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]string](inspection+"("+string(options)+")", chromedp.EvalAwaitPromise))
		if err != nil {
			w.fail("inspect the page: %v", err)
		}
		for _, fault := range append(faults, w.faults()...) {
			all = append(all, l.Name+": "+fault)
		}
	}
	w.lookAt(looks[0])
	return all
}

// lookAt changes how the page is looked at.
func (w *window) lookAt(l look) {
	w.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.Scheme}}}
	if _, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, media); err != nil {
		w.fail("%v", err)
	}
	if l.Width < 640 {
		w.do(chromedp.EmulateViewport(l.Width, 844, chromedp.EmulateTouch))
	} else {
		w.do(chromedp.EmulateViewport(l.Width, 900))
	}
}

// testInspection makes a page worse, which must not go unseen.
func testInspection(t *testing.T, s *stage) {
	w := s.window(t)
	w.open("/login")
	w.do(chromedp.Evaluate[chromedp.Void](`
		document.querySelector("main").insertAdjacentHTML("beforeend", '<h1>Again</h1><img src="https://elsewhere.example/a.png"><p id="worse">Pale</p>');
		worse.style.color = "#777";
		worse.style.width = "3000px";
		console.error("something broke");`))
	found := strings.Join(w.shortcomings(), "\n")
	for _, want := range []string{
		"light: image-alt", "dark, unfolded: color-contrast", "light: color-contrast", "2 h1", " px wide: <p id",
		"Content Security Policy", "a request to another host: https://elsewhere.example/", "something broke",
	} {
		if !strings.Contains(found, want) {
			t.Errorf("the inspection misses %q in:\n%s", want, found)
		}
	}
}
