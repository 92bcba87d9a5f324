package auth

import (
	"net/http"

	"github.com/a-h/templ"

	"clientportal/internal/fault"
	"clientportal/internal/web"
)

func (s screens) showSecurity(w http.ResponseWriter, r *http.Request) error {
	me, err := s.Me(r.Context())
	if err != nil {
		return err
	}
	return show(w, r, securityView(s.realm, s.accountPage(w, r, "Security"), me.User))
}

// prepareApp makes the secret for an authenticator app, and leads to the page
// that shows it: a page that is loaded again must not make another.
func (s screens) prepareApp(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.PrepareSecondFactor(r.Context()); err != nil && fault.CodeOf(err) != fault.Conflict {
		return err
	}
	return s.redirect(w, r, "/account/security/app")
}

func (s screens) showApp(w http.ResponseWriter, r *http.Request) error {
	factor, err := s.preparedFactor(r.Context())
	switch {
	case fault.CodeOf(err) == fault.Conflict: // on already, or not begun
		return s.redirect(w, r, "/account/security")
	case err != nil:
		return err
	}
	return show(w, r, s.appPage(w, r, web.Form{}, factor))
}

func (s screens) appPage(w http.ResponseWriter, r *http.Request, form web.Form, factor preparedFactor) templ.Component {
	return appView(s.realm, s.accountPage(w, r, "Set up your app"), form, factor)
}

func (s screens) confirmApp(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	codes, err := s.ConfirmSecondFactor(r.Context(), form.Value("code"))
	switch fault.CodeOf(err) {
	case "":
		return s.showCodes(w, r, codes, err)
	case fault.Conflict: // on already, or not begun
		return s.redirect(w, r, "/account/security")
	}
	factor, unread := s.preparedFactor(r.Context())
	if unread != nil {
		return unread
	}
	return again(w, r, form, err, func(f web.Form) templ.Component { return s.appPage(w, r, f, factor) })
}

// showCodes answers the form itself, without a redirect: only this answer knows
// the codes.
func (s screens) showCodes(w http.ResponseWriter, r *http.Request, codes []string, err error) error {
	if err != nil {
		return err
	}
	return show(w, r, codesView(s.realm, s.accountPage(w, r, "Recovery codes"), codes))
}

// proving is a form that asks for both factors before it changes one.
type proving struct {
	title   string
	path    string
	follows string // what comes of it
	notDone string
	do      web.Action
}

var (
	renewing = proving{
		title: "New recovery codes", path: "/account/security/codes",
		follows: "You get ten new codes. Those that you have kept so far stop working.",
		notDone: "There are no new codes yet",
		do:      web.Action{Label: "Make new codes", Kind: web.Primary, Large: true},
	}
	turningOff = proving{
		title: "Turn the second factor off?", path: "/account/security/off",
		follows: "Whoever knows your password can sign in from then on. Your recovery codes stop working.",
		notDone: "The second factor is still on",
		do:      web.Action{Label: "Turn it off", Kind: web.Danger, Large: true},
	}
)

func (s screens) showRenewCodes(w http.ResponseWriter, r *http.Request) error {
	return s.showProving(w, r, renewing)
}

func (s screens) showTurnOff(w http.ResponseWriter, r *http.Request) error {
	return s.showProving(w, r, turningOff)
}

func (s screens) showProving(w http.ResponseWriter, r *http.Request, p proving) error {
	me, err := s.Me(r.Context())
	if err != nil {
		return err
	}
	if !me.User.TwoFactorEnabled {
		return s.redirect(w, r, "/account/security")
	}
	return show(w, r, s.provingPage(w, r, p, web.Form{}, me))
}

func (s screens) provingPage(w http.ResponseWriter, r *http.Request, p proving, form web.Form, me Me) templ.Component {
	return provingView(s.realm, s.accountPage(w, r, p.title), p, form, me.User)
}

// provingAgain shows a form whose proof was not accepted.
func (s screens) provingAgain(w http.ResponseWriter, r *http.Request, p proving, form web.Form, err error) error {
	me, unread := s.Me(r.Context())
	if unread != nil {
		return unread
	}
	if !me.User.TwoFactorEnabled { // turned off elsewhere
		return s.redirect(w, r, "/account/security")
	}
	return again(w, r, form, err, func(f web.Form) templ.Component { return s.provingPage(w, r, p, f, me) })
}

func proofIn(form web.Form) Proof {
	return Proof{Password: form.Value("password"), Code: form.Value("code")}
}

func (s screens) renewCodes(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	codes, err := s.RenewRecoveryCodes(r.Context(), proofIn(form))
	if fault.CodeOf(err) != "" {
		return s.provingAgain(w, r, renewing, form, err)
	}
	return s.showCodes(w, r, codes, err)
}

func (s screens) turnOff(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	if err := s.DisableSecondFactor(r.Context(), proofIn(form)); err != nil {
		return s.provingAgain(w, r, turningOff, form, err)
	}
	return s.done(w, r, "/account/security", "Your second factor is off.")
}
