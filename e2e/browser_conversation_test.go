package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"clientportal/internal/audit"
)

// testConversation is the portal's main job, with both sides at their screens.
func testConversation(t *testing.T, s *stage) {
	const (
		title = "The configurator loses its last step"
		note  = "The cache of the pump data is stale again."
	)
	screenshot := writeScreenshot(t)
	client, agent := s.window(t), s.window(t)

	client.signIn("/login", "member@acme-industrial.example")
	client.press("Tickets")
	client.arrives("/tickets")
	client.press("New ticket")
	client.arrives("/tickets/new")
	client.fill("Title", title)
	client.fill("What happens", "Since **this morning** step 5 is empty, see the screenshot.")
	client.choose("Category", "Shop")
	client.choose("Project", "Product configurator")
	client.press("High")
	client.attach("Attachments", screenshot)
	client.press("Send ticket")
	client.sees(title, "Since this morning step 5 is empty", "screenshot.png", "Open", "Not yet assigned")
	ticket := client.path()
	client.downloads("screenshot.png", screenshot)

	agent.signIn("/staff/login", "agent@agency.example")
	agent.press("Tickets")
	agent.arrives("/staff/tickets")
	agent.press("Nobody's")
	agent.press(title)
	agent.press("Take it")
	agent.sees("Sam Okafor took the ticket")
	loaded := client.loaded()
	client.sees("Sam Okafor took the ticket") // by itself, as all that follows

	agent.press("Internal note")
	agent.fill("Message", note)
	agent.press("Save note")
	agent.sees(note, "Internal, not shown to the client")
	agent.press("Reply to client")
	agent.fill("Message", "Thank you, we have *found* it.")
	agent.press("Send reply")
	client.sees("Thank you, we have found it.")
	client.lacks(note)
	if client.loaded() != loaded {
		t.Error("the client's page was loaded again to show what is new")
	}

	client.fill("Your reply", "It works here now.")
	client.press("Send reply")
	agent.sees("It works here now.")
	agent.press("Resolve")
	agent.fill("What was done?", "The cache is emptied at every release.")
	agent.press("Resolve")
	client.sees("Resolved", "The cache is emptied at every release.")
	client.press("Reopen")
	client.sees("The ticket is open again.")
	client.press("Close ticket")
	client.sees("The ticket is closed.", "This ticket is closed.")
	client.lacks(note)

	testSearch(client, title, ticket)
	testTrail(t, s, client, title, strings.TrimPrefix(ticket, "/tickets/"))
}

// testSearch finds a closed ticket by filters and words, which stand in the address.
func testSearch(client *window, title, ticket string) {
	client.t.Helper()
	client.press("Tickets")
	client.arrives("/tickets")
	client.omits(title)
	client.fill("Search titles and messages", "configurator loses")
	client.do(chromedp.KeyEvent("\r"))
	client.sees("No open ticket mentions", "One other ticket does")
	client.press("Search all")
	client.sees(title, "Closed")
	client.choose("Priority", "Low")
	client.arrives("&priority=low")
	client.omits(title)
	client.choose("Priority", "High")
	client.arrives("&priority=high")
	client.do(chromedp.Reload())
	client.sees(title)
	client.press(title)
	client.arrives(ticket)
}

// testTrail finds what was done in the client's audit trail, and holds the trail to
// its proof.
func testTrail(t *testing.T, s *stage, client *window, title, ticket string) {
	t.Helper()
	client.press("Activity")
	client.sees("Sam Okafor changed ticket", "Hannah Reuter changed ticket", title)
	client.choose("What", "Replies")
	client.arrives("?action=comment.")
	client.sees("Sam Okafor wrote on", "Hannah Reuter wrote on")
	client.choose("What", "Files")
	client.arrives("?action=attachment.")
	client.sees("Hannah Reuter attached a file", "Hannah Reuter downloaded a file")

	trail := superuser(t, s.DB)
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		var events, sealed int
		err := trail.QueryRow(t.Context(), `
			select count(*), count(l.idx) from audit_events e left join audit_leaves l on l.event_id = e.id
			where e.subject_id = $1`, ticket).Scan(&events, &sealed)
		if err != nil {
			t.Fatal(err)
		}
		if events > 5 && sealed == events {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("of the ticket's %d events %d are sealed", events, sealed)
		}
	}
	keys, err := audit.LoadVerifiers(filepath.Join(s.Dir, "audit", "verifier.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if report, err := audit.Verify(t.Context(), s.DB.Pool(), audit.VerifyOptions{Verifiers: keys}); err != nil || report.Newest.Size == 0 {
		t.Errorf("the audit trail does not stand: %v, %+v", err, report)
	}
}

// writeScreenshot makes a picture to attach.
func writeScreenshot(t *testing.T) string {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for y := range 400 {
		for x := range 640 {
			picture.Set(x, y, color.RGBA{uint8(x), uint8(y), 120, 255})
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "screenshot.png")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// downloads presses the link to a file, of which a copy of the original arrives.
func (w *window) downloads(link, original string) {
	w.t.Helper()
	want, err := os.ReadFile(original)
	if err != nil {
		w.fail("%v", err)
	}
	if !bytes.Equal(w.download(link, filepath.Base(original)), want) {
		w.fail("%s does not arrive as it was sent", link)
	}
}

// download presses the link to a file and waits until it is there, under its name.
func (w *window) download(link, name string) []byte {
	w.t.Helper()
	folder := w.t.TempDir()
	allow := browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder,
		BrowserContextID: chromedp.FromContext(w.ctx).BrowserContextID,
	}
	if _, err := chromedp.CallBrowser(w.ctx, browser.SetDownloadBehavior, allow); err != nil {
		w.fail("allow downloads: %v", err)
	}
	w.press(link)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		if file, err := os.ReadFile(filepath.Join(folder, name)); err == nil && len(file) > 0 {
			return file // the browser gives it its name once it is whole
		}
	}
	w.fail("%s does not arrive as %s", link, name)
	return nil
}
