// Package e2e tries the portal as people meet it: in a real browser, and as a
// process on a machine.
package e2e

import (
	"context"
	"log/slog"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"

	"clientportal/internal/app/apptest"
)

// stage is a portal with the demo agency, and a browser to see it in.
type stage struct {
	*apptest.Portal
	browser context.Context
}

// TestBrowser drives the portal in a browser. Its parts share both, each in windows
// of its own.
func TestBrowser(t *testing.T) {
	slog.SetLogLoggerLevel(slog.LevelWarn)
	s := &stage{browser: startBrowser(t), Portal: apptest.StartDemo(t)}
	sendReport(t, s)
	for _, part := range []struct {
		name string
		try  func(*testing.T, *stage)
	}{
		{"conversation", testConversation}, {"hours", testHours}, {"dashboards", testDashboards},
		{"public pages", testPublicPages}, {"client pages", testClientPages}, {"staff pages", testStaffPages},
		{"registration", testRegistration}, {"forgotten password", testForgottenPassword}, {"sessions", testSessions},
		{"without script", testWithoutScript}, {"keyboard", testKeyboard}, {"weight", testWeight}, {"inspection", testInspection},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.try(t, s)
		})
	}
}

// browsers are the names that Chromium goes by.
var browsers = []string{
	"chromium", "chromium-browser", "google-chrome",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
}

// startBrowser runs a headless browser with a fresh profile until the test ends.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(findBrowser(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, _ := chromedp.NewContext(allocator)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	t.Cleanup(func() {
		if err := chromedp.Cancel(browser); err != nil {
			t.Logf("the browser did not end well: %v", err)
		}
	})
	return browser
}

func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("the browser tests need Chromium, and none of %q is there: make test installs it", browsers)
	return ""
}
