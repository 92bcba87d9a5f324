package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"clientportal/internal/app/apptest"
)

// patience is how long a page may take to show what it should.
const patience = 20 * time.Second

//go:embed browser.js
var finders string

// window is somebody's browser: it shares neither cookies nor cache with another.
type window struct {
	*watch
	t      *testing.T
	ctx    context.Context
	portal string // its address
}

// window opens a browser, which fails the test for what its pages do wrong.
func (s *stage) window(t *testing.T) *window {
	t.Helper()
	w := &window{watch: &watch{portal: s.URL}, t: t, portal: s.URL}
	ctx, closeWindow := chromedp.NewContext(s.browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(w.notice))
	t.Cleanup(closeWindow)
	w.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // opens it, for as long as ctx lasts
		t.Fatalf("open a window: %v", err)
	}
	w.do(chromedp.EmulateViewport(1440, 900))
	t.Cleanup(func() {
		for _, fault := range w.faults() {
			t.Errorf("in the browser: %s", fault)
		}
	})
	return w
}

// do performs steps in the window.
func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.fail("%v", err)
	}
}

// fail ends the test with what the page shows.
func (w *window) fail(format string, arguments ...any) {
	w.t.Helper()
	page, err := evaluate[string](w, `location.href + "\n" + document.body.innerText`)
	if err != nil {
		page = err.Error()
	}
	w.t.Fatalf("%s\n--- the page:\n%.3000s", fmt.Sprintf(format, arguments...), page)
}

// evaluate asks the page something, in the words of browser.js.
func evaluate[T any](w *window, question string, arguments ...any) (T, error) {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script(question, arguments...)))
}

// script is an expression of browser.js, its arguments in the place of each %s.
func script(expression string, arguments ...any) string {
	literals := make([]any, len(arguments))
	for i, a := range arguments {
		literal, err := json.Marshal(a)
		if err != nil {
			panic(err) // they are words
		}
		literals[i] = string(literal)
	}
	return "(() => {" + finders + "return " + fmt.Sprintf(expression, literals...) + "})()"
}

// await asks again and again until the answer is not the zero value, while pages
// come and go.
func await[T comparable](w *window, what, question string, arguments ...any) T {
	w.t.Helper()
	var none T
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		if answer, err := evaluate[T](w, question, arguments...); err == nil && answer != none {
			return answer
		}
	}
	w.fail("%s", what)
	return none
}

// open goes to a path of the portal, or to a whole address.
func (w *window) open(address string) {
	w.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = w.portal + address
	}
	w.do(chromedp.Navigate(address))
}

// sees waits until the page shows all the words.
func (w *window) sees(words ...string) {
	w.t.Helper()
	for _, phrase := range words {
		await[bool](w, fmt.Sprintf("the page does not show %q", phrase), `plain(document.body.innerText).includes(%s)`, phrase)
	}
}

// omits fails if the page shows the words.
func (w *window) omits(words string) {
	w.t.Helper()
	if there, err := evaluate[bool](w, `plain(document.body.innerText).includes(%s)`, words); err != nil || there {
		w.fail("the page shows %q (%v)", words, err)
	}
}

// lacks fails if the words are anywhere in the page, shown or not.
func (w *window) lacks(words string) {
	w.t.Helper()
	if there, err := evaluate[bool](w, `document.documentElement.outerHTML.includes(%s)`, words); err != nil || there {
		w.fail("the page holds %q (%v)", words, err)
	}
}

// arrives waits until a page is there whose address ends like this.
func (w *window) arrives(end string) {
	w.t.Helper()
	await[bool](w, "the address does not end in "+end, `settled() && location.href.endsWith(%s)`, end)
}

// press clicks on what has this name: a button, a link, a choice.
func (w *window) press(name string) {
	w.t.Helper()
	await[bool](w, fmt.Sprintf("there is no %q to press", name), `press(pressable(%s))`, name)
}

// fill types into the field with this label.
func (w *window) fill(label, words string) {
	w.t.Helper()
	await[bool](w, fmt.Sprintf("there is no field %q", label), `ready(field(%s))`, label)
	w.write(words)
}

// write types where the focus is.
func (w *window) write(words string) {
	w.t.Helper()
	if _, err := chromedp.Call(w.ctx, input.InsertText, input.InsertTextParams{Text: words}); err != nil {
		w.fail("type: %v", err)
	}
}

// put sets the field with this label to what nobody types letter by letter, such as a day.
func (w *window) put(label, value string) {
	w.t.Helper()
	await[bool](w, fmt.Sprintf("there is no field %q that takes %q", label, value), `put(field(%s), %s)`, label, value)
}

// choose takes an option of the menu with this label.
func (w *window) choose(label, option string) {
	w.t.Helper()
	await[bool](w, fmt.Sprintf("there is no %q in a menu %q", option, label), `choose(field(%s), %s)`, label, option)
}

// attach chooses a file in the file field with this label.
func (w *window) attach(label, path string) {
	w.t.Helper()
	await[bool](w, fmt.Sprintf("there is no file field %q", label), `field(%s)?.type === "file"`, label)
	control, err := evaluate[*runtime.RemoteObject](w, `field(%s)`, label)
	if err == nil {
		_, err = chromedp.Call(w.ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: control.ObjectID})
	}
	if err != nil {
		w.fail("attach %s: %v", path, err)
	}
}

// signIn signs somebody in.
func (w *window) signIn(path, email string) {
	w.t.Helper()
	w.open(path)
	w.fill("E-mail", email)
	w.fill("Password", apptest.Password)
	w.press("Sign in")
	w.sees("Account:")
}

// path is that of the page's address.
func (w *window) path() string { return await[string](w, "there is no page", `location.pathname`) }

// loaded is when the page was loaded as a whole, by the browser's clock.
func (w *window) loaded() float64 {
	return await[float64](w, "there is no page", `performance.timeOrigin`)
}
