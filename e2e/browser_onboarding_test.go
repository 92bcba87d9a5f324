package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"clientportal/internal/app/apptest"
)

// testOnboarding takes a customer on: from a CSV file to a phase that they have
// signed off.
func testOnboarding(t *testing.T, s *stage) {
	const owner = "greta@harbour-tea.example"
	agency, client := s.window(t), s.window(t)

	agency.signIn("/staff/login", "admin@agency.example")
	agency.press("Customers")
	agency.arrives("/staff/customers")
	agency.press("Import")
	agency.arrives("/import")
	agency.attach("CSV file", writeCustomers(t, owner))
	agency.press("Look at it")
	agency.sees("What comes of it", "1 row is refused", "Line 3")
	agency.inspect()
	agency.press("Import 1 row")
	agency.sees("The file is imported")
	agency.press("To the customers")
	agency.press("Harbour Tea")
	agency.sees("Greta Holm")
	agency.inspect()

	client.register(s, owner, "Greta", "Holm")
	client.sees("Harbour Tea")

	agency.press("Quotes")
	agency.press("New quote")
	agency.choose("Customer", "Harbour Tea")
	agency.fill("Name", "Tea shop")
	agency.fill("Description", "The shop, designed and built")
	agency.fill("Quantity", "1")
	agency.fill("Price each", "4200.00")
	agency.fillAt(`[name="phases[0].name"]`, "Design")
	agency.fillAt(`[name="phases[1].name"]`, "Build")
	agency.press("Save")
	agency.sees("Tea shop", "Draft", "4,200.00")
	agency.press("Send to Harbour Tea")
	agency.sees("Sent")

	client.press("Quotes")
	client.press("Tea shop")
	client.inspect()
	client.press("Approve ")
	client.sees("Approved")

	agency.press("Start the project")
	agency.sees("On plan")
	agency.press("Change Design")
	agency.choose("Status", "In progress")
	agency.press("Save the phase Design")
	agency.press("Hand something over")
	agency.fillAt(`form[action$="/deliverables"] [name="name"]`, "Screens of the shop")
	agency.choose("Phase", "Design")
	agency.press("Hand it over")
	agency.sees("Screens of the shop")

	client.press("Projects")
	client.press("Tea shop")
	client.sees("Screens of the shop", "Design")
	client.inspect()
	client.press("Accept Screens of the shop")
	client.sees("You have accepted Screens of the shop.")

	agency.sees("Accepted") // by itself, with what was folded open
	agency.choose("Status", "Done")
	agency.press("Save the phase Design")
	client.sees("1 of 2 phases done")
}

// register signs somebody up whom the agency knows, and in.
func (w *window) register(s *stage, email, first, last string) {
	w.t.Helper()
	w.open("/register")
	w.fill("E-mail", email)
	w.fill("First name", first)
	w.fill("Last name", last)
	w.fill("Password", apptest.Password)
	w.press("Register")
	w.sees("Look into your mail")
	w.open(s.linkTo(w.t, email, "/verify"))
	w.press("Confirm my address")
	w.sees("Your address is confirmed.")
	w.submitSignIn(email, apptest.Password)
	w.sees("Account:")
}

// fillAt types into the field that a selector picks, for one whose label others have too.
func (w *window) fillAt(selector, words string) {
	w.t.Helper()
	await[bool](w, "there is no field "+selector, `ready([...document.querySelectorAll(%s)].find(shown))`, selector)
	w.write(words)
}

// writeCustomers is a file as it comes out of a spreadsheet, with one row that can't
// be taken.
func writeCustomers(t *testing.T, owner string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "customers.csv")
	rows := "Company,Website,Type,Model,E-mail,First name,Last name,Primary contact\r\n" +
		"Harbour Tea,https://harbour-tea.example,b2c,online_sales," + owner + ",Greta,Holm,yes\r\n" +
		"Harbour Tea,,,,no address,Nils,Holm,\r\n"
	if err := os.WriteFile(path, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
