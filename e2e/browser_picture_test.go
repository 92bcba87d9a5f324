package e2e

import (
	"flag"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"clientportal/internal/app/apptest"
)

var picture = flag.String("picture", "", "write the README's picture of a ticket to this file")

// TestPicture makes the README's picture: a ticket of the demo as its client sees it.
func TestPicture(t *testing.T) {
	if *picture == "" {
		t.Skip("make screenshot writes the README's picture")
	}
	s := &stage{browser: startBrowser(t), Portal: apptest.StartDemo(t)}
	w := s.window(t)
	w.signIn("/login", "member@acme-industrial.example")
	w.open("/tickets?view=all&q=PX-600")
	w.press("Add the PX-600 to the")
	w.sees("Add the PX-600 to the", "Your reply")
	w.lookAt(looks[0])
	image, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*picture, image, 0o644); err != nil {
		t.Fatal(err)
	}
}
