package auth

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// showRegister shows the form of registration. The link of an invitation leads
// here as well: somebody who has an account joins with it.
func (s screens) showRegister(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("invite")
	if token == "" {
		return show(w, r, s.registerPage(w, r, web.Form{}, Invited{}))
	}
	invited, err := s.InvitationOf(r.Context(), token)
	switch {
	case fault.CodeOf(err) == fault.Invalid:
		return s.deadLink(w, r, deadInvitation)
	case err != nil:
		return err
	}
	form := web.Form{Values: map[string][]string{"invite_token": {token}, "email": {invited.Email}}}
	if who, err := s.Authenticate(r, s.realm.kind()); err == nil {
		page := s.page(w, r, "Join "+invited.Company)
		return show(w, r, joinView(page, form, invited, who.Email, strings.EqualFold(who.Email, invited.Email)))
	}
	return show(w, r, s.registerPage(w, r, form, invited))
}

func (s screens) registerPage(w http.ResponseWriter, r *http.Request, form web.Form, invited Invited) templ.Component {
	return registerView(s.page(w, r, "Register"), form, invited)
}

func (s screens) register(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	err = s.Register(r.Context(), Registration{
		Email: form.Value("email"), Password: form.Value("password"),
		FirstName: form.Value("first_name"), LastName: form.Value("last_name"), Phone: form.Value("phone"),
		InviteToken: form.Value("invite_token"),
	})
	if err == nil {
		return s.redirect(w, r, "/register/sent")
	}
	invited, known := s.InvitationOf(r.Context(), form.Value("invite_token"))
	if known != nil && fault.CodeOf(known) != fault.Invalid {
		return known
	}
	return again(w, r, form, err, func(f web.Form) templ.Component { return s.registerPage(w, r, f, invited) })
}

// signInToJoin is where somebody signs in, and comes back with the invitation that
// they hold, if any.
func signInToJoin(invitation string) string {
	if invitation == "" {
		return "/login"
	}
	back := "/register?" + url.Values{"invite": {invitation}}.Encode()
	return "/login?" + url.Values{"next": {back}}.Encode()
}

func (s screens) showRegistered(w http.ResponseWriter, r *http.Request) error {
	return show(w, r, registeredView(s.page(w, r, "Look into your mail")))
}

// joinCompany makes the client who is signed in a member of the company that
// invited them, and leads them there.
func (s screens) joinCompany(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	company, err := s.AcceptInvitation(r.Context(), form.Value("invite_token"))
	switch {
	case fault.CodeOf(err) == fault.Invalid:
		return s.deadLink(w, r, deadInvitation)
	case err != nil:
		return err
	}
	return s.enterCompany(w, r, company)
}

func (s screens) switchCompany(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	company, err := uuid.Parse(form.Value("company_id"))
	if err != nil {
		return fault.Missing("company")
	}
	return s.enterCompany(w, r, company)
}

func (s screens) enterCompany(w http.ResponseWriter, r *http.Request, company uuid.UUID) error {
	in, err := s.SwitchCompany(r.Context(), company)
	if err != nil {
		return err
	}
	return s.letIn(w, r, in, "")
}

// showVerify only asks to press a button: programs that look through mails open
// every link, and must not use this one up.
func (s screens) showVerify(w http.ResponseWriter, r *http.Request) error {
	return show(w, r, verifyView(s.page(w, r, "Confirm your address"), r.URL.Query().Get("token")))
}

func (s screens) verify(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	err = s.VerifyEmail(r.Context(), form.Value("token"))
	switch {
	case fault.CodeOf(err) == fault.Invalid:
		return s.deadLink(w, r, deadVerification)
	case err != nil:
		return err
	}
	return s.done(w, r, "/login", "Your address is confirmed. Sign in with the password that you chose.")
}

// deadEnd is what the holder of a link is told that is used, expired or unknown,
// and what to do for a new one.
type deadEnd struct {
	why  string
	next web.Link
}

var (
	deadVerification = deadEnd{
		"Such a link works once, within 48 hours, and only the newest one counts. If you have confirmed your address already, sign in.",
		web.Link{Label: "Register again", Href: "/register"},
	}
	deadInvitation = deadEnd{
		"Such a link works once, within 14 days, for the address that it was sent to, and can be withdrawn. Ask the person who invited you for a new one.",
		web.Link{Label: "Register without an invitation", Href: "/register"},
	}
	deadAddress = deadEnd{
		"Such a link works once, within a day, and only the newest one counts. A new password ends it too.",
		web.Link{Label: "Ask again in your settings", Href: "/account/address"},
	}
	deadReset = deadEnd{
		"Such a link works once, for a limited time, and only the newest one counts.",
		web.Link{Label: "Ask for a new link", Href: "/forgot"},
	}
)

func (s screens) deadLink(w http.ResponseWriter, r *http.Request, end deadEnd) error {
	page := s.page(w, r, "This link does not work any more")
	web.Render(w, r, http.StatusUnprocessableEntity, deadLinkView(s.realm, page, end))
	return nil
}
