package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"clientportal/internal/app/apptest"
)

// TestOnboarding takes a new customer from a table of customers to a phase that its
// people have signed off, with both sides at their screens. It has an agency of its own,
// whose lists the other tests don't look at.
func TestOnboarding(t *testing.T) {
	t.Parallel()
	s := &stage{browser: startBrowser(t), Portal: apptest.StartAgency(t).Portal}
	const email = "nora@pumpwerk.example"
	table := writeFile(t, "customers.csv", "Company,First name,Last name,E-mail,Primary contact\nPumpwerk,Nora,Ahrens,"+email+",yes\nPumpwerk,,Nameless,no address,no\n")
	plan := writeFile(t, "plan.txt", "First the pumps, then the rest.\n")
	agency, client := s.window(t), s.window(t)

	agency.signIn("/staff/login", "chief@agency.example")
	agency.press("Customers")
	agency.arrives("/staff/customers")
	agency.open("/staff/customers/import")
	agency.attach("CSV file", table)
	agency.press("Look at it")
	agency.sees("What comes of it", "1 row is refused", "Line 3")
	agency.inspect()
	agency.press("Import 1 row")
	agency.sees("The file is imported")
	agency.inspect()
	agency.press("To the customers")
	agency.press("Pumpwerk")
	agency.sees("steps left to set up", "Nora Ahrens", "Nobody has a place in the portal yet.")
	customer := agency.path()
	agency.press("Invite Nora Ahrens")
	agency.press("Admin")
	agency.press("Send the invitation")
	agency.sees("An invitation is on its way")
	agency.press("People and invitations")
	agency.sees("Invited, not here yet", email)

	client.open(s.linkTo(t, email, "/register"))
	client.fill("First name", "Nora")
	client.fill("Last name", "Ahrens")
	client.fill("Password", apptest.Password)
	client.press("Register")
	client.sees("Look into your mail")
	client.open(s.linkTo(t, email, "/verify"))
	client.press("Confirm my address")
	client.sees("Your address is confirmed.")
	client.submitSignIn(email, apptest.Password)
	client.sees("Good", "Pumpwerk")
	agency.open(customer + "/people")
	agency.press("Nora Ahrens")
	agency.sees("The only admin of Pumpwerk")
	agency.inspect()

	agency.open("/staff/quotes/new")
	agency.choose("Customer", "Pumpwerk")
	agency.enter("name", "Pump shop")
	agency.enter("intro", "A shop for **pumps**.")
	agency.press("Preview")
	agency.sees("A shop for pumps.")
	agency.enter("lines[0].description", "Design and build")
	agency.enter("lines[0].quantity", "1")
	agency.enter("lines[0].unit_price", "4800")
	agency.enter("phases[0].name", "Design")
	agency.enter("phases[1].name", "Build")
	agency.press("Save")
	agency.sees("The quote is saved.")
	agency.press("Send to Pumpwerk")
	agency.sees("The quote is sent.")

	client.press("Quotes")
	client.press("Pump shop")
	client.sees("A shop for pumps.", "4,800.00")
	client.press("Approve")
	client.sees("It is a project now.")
	client.press("Open project")

	agency.press("Start the project")
	agency.sees("Finish the project")
	agency.enter("body", "The design is **ready**.")
	agency.attach("Files", plan)
	agency.press("Post the update")
	agency.sees("The design is ready.")
	client.sees("The design is ready.", "plan.txt") // by itself
	client.downloads("plan.txt", plan)
	agency.press("Hand something over")
	agency.enter("name", "Screens", "/deliverables")
	agency.choose("Phase", "Design")
	agency.press("Hand it over")
	agency.sees("Hand it over again")
	client.press("Accept Screens")
	client.sees("Accepted by Nora Ahrens")
	agency.sees("Accepted by Nora Ahrens")
	agency.press("Change Design")
	agency.choose("Status", "Done")
	agency.press("Save the phase Design")
	client.sees("1 of 2 phases")
}

// enter types into the field of this name, of the form whose action ends so if that is
// given: where several fields have the same label.
func (w *window) enter(name, words string, action ...string) {
	w.t.Helper()
	of := ""
	if len(action) > 0 {
		of = action[0]
	}
	await[bool](w, "there is no field of the name "+name, `ready([...document.getElementsByName(%s)].find((e) => shown(e) && e.form.action.endsWith(%s)))`, name, of)
	w.write(words)
}

// writeFile writes a file to be chosen.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
