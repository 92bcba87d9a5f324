package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// testWithoutScript does both sides' work with pages alone.
func testWithoutScript(t *testing.T, s *stage) {
	const title = "The invoice has last year's address"
	client, agent := s.window(t).withoutScript(), s.window(t).withoutScript()

	client.signIn("/login", "member@boltline.example")
	client.follow("Tickets")
	client.follow("All")
	client.choose("Priority", "High")
	client.follow("Apply")
	client.arrives("view=all&q=&category=&priority=high&quote_id=")
	client.follow("Tickets")
	client.follow("New ticket")
	client.fill("Title", title)
	client.fill("What happens", "We moved in **January**.")
	client.follow("Preview")
	client.sees("Preview", "We moved in January.")
	client.press("Urgent")
	client.attach("Attachments", writeScreenshot(t))
	client.follow("Send ticket")
	client.sees(title, "We moved in January.", "screenshot.png", "Urgent")

	agent.signIn("/staff/login", "agent@agency.example")
	agent.follow("Tickets")
	agent.choose("Customer", "Boltline")
	agent.press("Filter")
	agent.choose("Priority", "Urgent")
	agent.follow("Apply")
	agent.follow(title)
	agent.follow("Take it")
	agent.sees("Sam Okafor took the ticket")
	agent.choose("Category", "Billing")
	agent.follow("Apply")
	agent.press("Internal note")
	agent.fill("Message", "It is in the template.")
	agent.follow("Save note")
	agent.sees("It is in the template.")
	agent.fill("Message", "From tomorrow on it is right.")
	agent.choose("Status after sending", "Waiting for client")
	agent.follow("Send reply")
	agent.sees("From tomorrow on it is right.", "Waiting for client")

	client.do(chromedp.Reload())
	client.sees("From tomorrow on it is right.", "Waiting for you", "Billing")
	client.lacks("It is in the template.")
	client.follow("Send reply")
	client.sees("The reply is not sent yet")
	client.fill("Your reply", "Thank you.")
	client.follow("Send reply")
	client.sees("Thank you.")
	client.follow("Close ticket")
	client.sees("The ticket is closed.")
}

// withoutScript turns JavaScript off.
func (w *window) withoutScript() *window {
	w.t.Helper()
	if _, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		w.fail("turn scripts off: %v", err)
	}
	return w
}

// follow presses what loads another page, and waits for it.
func (w *window) follow(name string) {
	w.t.Helper()
	before := w.loaded()
	w.press(name)
	await[bool](w, name+" loads no page", `settled() && performance.timeOrigin !== %s`, before)
}
