package e2e

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"clientportal/internal/app/apptest"
)

// testRegistration takes a contact whom the agency knows from the registration page
// to a second factor.
func testRegistration(t *testing.T, s *stage) {
	const email = "ida.voss@fleetly.example"
	s.addContact(t, "Fleetly", email, "Ida", "Voss")
	w := s.window(t)

	w.open("/register")
	w.fill("E-mail", email)
	w.fill("First name", "Ida")
	w.fill("Last name", "Voss")
	w.fill("Password", "password12")
	w.press("Register")
	w.sees("You are not registered yet", "on the lists that attackers try first")
	w.inspect()
	w.fill("Password", apptest.Password)
	w.press("Register")
	w.sees("Look into your mail")
	link := s.linkTo(t, email, "/verify")

	w.open(link) // which changes nothing, however often
	w.open(link)
	w.sees("Confirm your address")
	stranger := s.window(t)
	stranger.submitSignIn(email, apptest.Password)
	stranger.sees("You are not signed in", "don't match an account that can sign in")
	w.inspect()
	w.press("Confirm my address")
	w.sees("Your address is confirmed.")
	w.submitSignIn(email, apptest.Password)
	w.sees("Fleetly", "Tickets")
	testSecondFactor(w, email)

	w.open(link)
	w.press("Confirm my address")
	w.sees("This link does not work any more")
}

// testSecondFactor sets one up and signs in with it, and with a recovery code.
func testSecondFactor(w *window, email string) {
	w.t.Helper()
	w.press("Settings")
	w.press("Security")
	w.press("Set it up")
	w.sees("Set up your app")
	w.inspect()
	secret := strings.ReplaceAll(await[string](w, "there is no key", `field("Or type this key").value`), " ", "")
	w.fill("Code", "12")
	w.press("Turn it on")
	w.sees("The second factor is still off", "This is not the code")
	w.fill("Code", w.code(secret, 0))
	w.press("Turn it on")
	w.sees("Keep these recovery codes")
	recovery := await[string](w, "there are no codes", `document.querySelector("main ul.font-mono li").innerText`)
	w.inspect()
	w.press("I have kept them")
	w.sees("New recovery codes")
	for _, path := range []string{"/account/security", "/account/security/codes", "/account/security/off"} {
		w.open(path)
		w.inspect()
	}

	w.signOut()
	w.submitSignIn(email, apptest.Password)
	w.sees("One more step")
	w.inspect()
	w.fill("Code", "000000")
	w.press("Continue")
	w.sees("This code is not right")
	w.fill("Code", w.code(secret, 1)) // that of now is used up
	w.press("Continue")
	w.sees("Ida Voss")

	w.signOut()
	w.submitSignIn(email, apptest.Password)
	w.press("Use a recovery code")
	w.inspect()
	w.fill("Recovery code", recovery)
	w.press("Continue")
	w.sees("Ida Voss")
}

// testForgottenPassword signs somebody in again who has forgotten their password.
func testForgottenPassword(t *testing.T, s *stage) {
	const email, newPassword = "viewer@dapper-goods.example", "marble kettle sunday harbour"
	signedIn, w := s.window(t), s.window(t)
	signedIn.signIn("/login", email)

	w.submitSignIn(email, "not the password")
	w.sees("You are not signed in", "don't match an account that can sign in")
	w.press("Forgotten?")
	w.sees("Forgotten your password?") // the page before has a field of this name, too
	w.fill("E-mail", email)
	w.press("Send me a link")
	w.sees("Look into your mail")
	link := s.linkTo(t, email, "/reset")
	w.open(link)
	w.open(link)
	signedIn.press("Tickets") // the link alone signs nobody out
	signedIn.sees("Joel Frame")
	w.fill("New password", "short")
	w.press("Set the new password")
	w.sees("Your password is not changed yet", "at least 10 characters")
	w.inspect()
	w.fill("New password", newPassword)
	w.press("Set the new password")
	w.sees("Your new password is set, and you were signed out everywhere.")

	signedIn.open("/tickets")
	signedIn.arrives("/login?next=%2Ftickets")
	signedIn.forget()
	w.submitSignIn(email, apptest.Password)
	w.sees("don't match an account")
	w.submitSignIn(email, newPassword)
	w.sees("Joel Frame")
	w.open(link)
	w.sees("This link does not work any more")
}

// testSessions ends a session from another.
func testSessions(t *testing.T, s *stage) {
	const email = "approver@clearview-dental.example"
	here, there := s.window(t), s.window(t)
	there.signIn("/login", email)
	here.signIn("/login", email)
	here.press("Settings")
	here.press("Sessions")
	here.sees("This browser", "Chrome on Linux")
	here.press("Sign out Chrome on Linux")
	here.sees("That browser is signed out.")
	there.open("/tickets")
	there.arrives("/login?next=%2Ftickets")
	there.forget() // that its stream of events was refused
	here.press("Tickets")
	here.sees("Marcus Bell")
}

// addContact makes somebody known to the agency as one of a customer's people.
func (s *stage) addContact(t *testing.T, customer, email, first, last string) {
	t.Helper()
	admin := s.Staff(t, "admin@agency.example")
	var customers struct{ Items []struct{ ID, Name string } }
	admin.Get("/api/staff/customers").Must(t, http.StatusOK).Decode(t, &customers)
	for _, c := range customers.Items {
		if c.Name == customer {
			person := map[string]string{"email": email, "first_name": first, "last_name": last}
			admin.JSON(http.MethodPost, "/api/staff/customers/"+c.ID+"/stakeholders", person).Must(t, http.StatusCreated)
			return
		}
	}
	t.Fatalf("there is no customer %s", customer)
}

// linkTo waits for a mail to somebody with a link to a page of the portal, and gives
// the link of the newest.
func (s *stage) linkTo(t *testing.T, email, path string) string {
	t.Helper()
	link := regexp.MustCompile(regexp.QuoteMeta(s.URL+path) + `\?\S+`)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		for _, mail := range slices.Backward(s.Mails(t)) {
			if found := link.FindString(mail.Text); mail.To == email && found != "" {
				return found
			}
		}
	}
	t.Fatalf("no mail to %s has a link to %s", email, path)
	return ""
}

// submitSignIn fills in the sign-in page and sends it.
func (w *window) submitSignIn(email, password string) {
	w.t.Helper()
	w.open("/login")
	w.fill("E-mail", email)
	w.fill("Password", password)
	w.press("Sign in")
}

func (w *window) signOut() {
	w.t.Helper()
	w.press("Account:")
	w.press("Sign out")
	w.sees("You are signed out.")
}

// code is what an app shows for the secret, some steps of half a minute from now.
func (w *window) code(secret string, steps int) string {
	w.t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		w.fail("a code for %q: %v", secret, err)
	}
	return code
}
