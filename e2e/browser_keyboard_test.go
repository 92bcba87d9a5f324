package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// testKeyboard raises a ticket and writes on it without a mouse.
func testKeyboard(t *testing.T, s *stage) {
	w := s.window(t)
	w.signIn("/login", "member@clearview-dental.example")
	w.open("/tickets")
	w.key(kb.Tab)
	w.stands("Skip to content")
	w.key(kb.Enter)
	w.key(kb.Tab)
	w.stands("New ticket")
	w.key(kb.Enter)
	w.arrives("/tickets/new")

	w.stands("Title")
	w.write("  ") // which is more than nothing to the browser, and nothing to the portal
	w.tabTo("What happens")
	w.write("The form on the page *Contact* asks twice.")
	for _, stop := range []string{"Preview", "Category", "Project", "Medium", "Attachments", "Send ticket", "Cancel"} {
		w.tabTo(stop)
	}
	w.key(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
	w.stands("Send ticket")
	w.key(kb.Enter)
	w.stands("The ticket is not sent yet: 1 thing to fix")
	w.inspect()
	w.key(kb.Tab)
	w.key(kb.Enter) // follows the summary's link to the field
	w.stands("Title")
	w.write("Contact form asks twice")
	w.tabTo("Send ticket")
	w.key(kb.Enter)
	w.sees("Contact form asks twice", "Not yet assigned")

	w.tabTo("Your reply")
	w.key(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	w.stands("The reply is not sent yet")
	w.inspect()
	w.tabTo("Your reply")
	w.write("It is the address that it asks for.")
	w.key(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	w.sees("It is the address that it asks for.", "Jenna Ortiz")

	w.press("Account:")
	w.sees("Sign out")
	w.key(kb.Escape)
	w.stands("Account:")
}

// key presses a key where the focus is.
func (w *window) key(key string, options ...chromedp.KeyOption) {
	w.t.Helper()
	w.do(chromedp.KeyEvent(key, options...))
}

// stands waits until the focus is on what has this name, and can be seen there.
func (w *window) stands(name string) {
	w.t.Helper()
	await[bool](w, "the focus is not on "+name, `settled() && focused().startsWith(%s)`, name)
	await[bool](w, "the focus on "+name+" cannot be seen", `ringed()`)
}

// tabTo goes on to what has this name.
func (w *window) tabTo(name string) {
	w.t.Helper()
	var passed []string
	for len(passed) < 40 {
		w.key(kb.Tab)
		on := await[string](w, "nothing has the focus", `focused() || "something without a name"`)
		if strings.HasPrefix(on, name) {
			w.stands(name)
			return
		}
		passed = append(passed, on)
	}
	w.fail("the keyboard does not reach %q but %q", name, passed)
}
