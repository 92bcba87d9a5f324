package e2e

import (
	_ "embed"
	"encoding/json"
	"os"
	"sync"

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
	name   string
	width  int64
	scheme string
	unfold bool // menus and details are open
}

var looks = []look{
	{name: "light", width: 1440, scheme: "light"},
	{name: "dark, unfolded", width: 1440, scheme: "dark", unfold: true},
	{name: "dark on a phone", width: 390, scheme: "dark"},
	{name: "light on a phone, unfolded", width: 390, scheme: "light", unfold: true},
}

// inspect holds the page that is open to what every page must be, in every look.
func (w *window) inspect() {
	w.t.Helper()
	source, err := axe()
	if err != nil {
		w.t.Fatalf("the browser tests need axe-core: make test installs it, or npm ci in web (%v)", err)
	}
	page := w.path()
	w.do(chromedp.Evaluate[chromedp.Void](source))
	for _, l := range looks {
		w.lookAt(l)
		options, err := json.Marshal(map[string]any{"width": l.width, "unfold": l.unfold})
		if err != nil {
			w.t.Fatal(err)
		}
		faults, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]string](inspection+"("+string(options)+")", chromedp.EvalAwaitPromise))
		if err != nil {
			w.t.Errorf("%s, %s: %v", page, l.name, err)
		}
		for _, fault := range append(faults, w.faults()...) {
			w.t.Errorf("%s, %s: %s", page, l.name, fault)
		}
	}
	w.lookAt(looks[0])
}

// lookAt changes how the page is looked at.
func (w *window) lookAt(l look) {
	w.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}}
	if _, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, media); err != nil {
		w.fail("%v", err)
	}
	if l.width < 640 {
		w.do(chromedp.EmulateViewport(l.width, 844, chromedp.EmulateTouch))
	} else {
		w.do(chromedp.EmulateViewport(l.width, 900))
	}
}
