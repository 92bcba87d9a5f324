package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watch looks over pages for what none may do: complain, break the content policy,
// ask another host for something, or lack a part of itself.
type watch struct {
	portal string // the address of all that may be asked for

	mu    sync.Mutex
	found []string
	bytes float64 // received
}

// faults are those found so far, which are then forgotten.
func (w *watch) faults() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := w.found
	w.found = nil
	return slices.Compact(found)
}

// forget is for what had to happen.
func (w *watch) forget() { w.faults() }

// received is how many bytes came over the network, as compressed as they came.
func (w *watch) received() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bytes
}

// notice is told of all that happens in the browser.
func (w *watch) notice(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			w.note("console: %s", said(e.Args))
		}
	case *runtime.EventExceptionThrown:
		w.note("exception: %s", e.ExceptionDetails.Exception.Description)
	case *log.EventEntryAdded:
		// What the network says is judged by its answers, below: a form with faults
		// is answered by a 422, and that is right.
		if e.Entry.Source != log.EntrySourceNetwork && (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) {
			w.note("%s: %s", e.Entry.Source, e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && u.Host != "" && !strings.HasPrefix(e.Request.URL, w.portal+"/") {
			w.note("a request to another host: %s", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 && e.Type != network.ResourceTypeDocument && e.Type != network.ResourceTypeFetch {
			w.note("%d for %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFinished:
		w.bytes += e.EncodedDataLength
	}
}

func (w *watch) note(format string, arguments ...any) {
	w.found = append(w.found, fmt.Sprintf(format, arguments...))
}

// said is what was written to the console.
func said(arguments []*runtime.RemoteObject) string {
	words := make([]string, len(arguments))
	for i, a := range arguments {
		words[i] = string(a.Value) + a.Description
	}
	return strings.Join(words, " ")
}
