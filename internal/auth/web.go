package auth

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// Pages adds the clients' pages: sign-in, registration, and their own account.
func (s *Service) Pages(p *web.Pages) {
	c := screens{s, p, Clients}
	c.add()
	c.public("GET /register", c.showRegister)
	c.public("POST /register", c.register)
	c.public("GET /register/sent", c.showRegistered)
	c.public("GET /verify", c.showVerify)
	c.public("POST /verify", c.verify)
	c.own("POST /register/join", c.joinCompany)
	c.own("POST /switch-company", c.switchCompany)
	c.addTeam()
}

// screens are the pages of one realm.
type screens struct {
	*Service
	pages *web.Pages
	realm Realm
}

// add registers what both realms have.
func (s screens) add() {
	s.public("GET /login", s.showSignIn)
	s.public("POST /login", s.signIn)
	s.public("GET /login/code", s.showCode)
	s.public("POST /login/code", s.enterCode)
	s.addProviders()
	s.own("POST /logout", s.signOut)

	s.public("GET /forgot", s.showForgot)
	s.public("POST /forgot", s.forgot)
	s.public("GET /forgot/sent", s.showForgotSent)
	s.public("GET /reset", s.showReset)
	s.public("POST /reset", s.reset)

	s.own("GET /account", s.showProfile)
	s.own("POST /account", s.changeProfile)
	s.own("GET /account/password", s.showPassword)
	s.own("POST /account/password", s.changePassword)

	s.own("GET /account/address", s.showAddress)
	s.own("POST /account/address", s.askNewAddress)
	s.public("GET /confirm-address", s.showConfirmAddress)
	s.public("POST /confirm-address", s.confirmAddress)

	s.own("GET /account/security", s.showSecurity)
	s.own("POST /account/security/app", s.prepareApp)
	s.own("GET /account/security/app", s.showApp)
	s.own("POST /account/security/confirm", s.confirmApp)
	s.own("GET /account/security/codes", s.showRenewCodes)
	s.own("POST /account/security/codes", s.renewCodes)
	s.own("GET /account/security/off", s.showTurnOff)
	s.own("POST /account/security/off", s.turnOff)

	s.own("GET /account/sessions", s.showSessions)
	s.own("POST /account/sessions/{id}/revoke", s.revokeSession)
	s.own("POST /account/sessions/revoke-others", s.revokeOtherSessions)

	s.own("GET /account/tokens", s.showTokens)
	s.own("GET /account/tokens/new", s.showNewToken)
	s.own("POST /account/tokens", s.addToken)
	s.own("GET /account/tokens/{id}/revoke", s.showRevokeToken)
	s.own("POST /account/tokens/{id}/revoke", s.revokeToken)
}

// public registers a page for everybody, own one for who is signed in with a
// browser. Their patterns are the clients'.
func (s screens) public(pattern string, h route.Handler) {
	s.pages.Handle(s.realm.pattern(pattern), route.Public(), h)
}

func (s screens) own(pattern string, h route.Handler) {
	s.pages.Handle(s.realm.pattern(pattern), s.realm.personal(), h)
}

func (r Realm) pattern(clients string) string {
	method, path, _ := strings.Cut(clients, " ")
	return method + " " + r.path(path)
}

// path is where this realm has a page that clients have at path.
func (r Realm) path(path string) string { return r.traits().pages + path }

// start is where somebody who has signed in begins.
func (r Realm) start() string { return cmp.Or(r.traits().pages, "/") }

// page is what stands around one of the pages.
func (s screens) page(w http.ResponseWriter, r *http.Request, title string) web.Page {
	p := s.pages.Shell(w, r).Named(title)
	p.Viewer.Staff = s.realm == Staff // also before sign-in
	p.Brand.Home = s.realm.start()
	return p
}

// accountPage is page for one of a person's own settings.
func (s screens) accountPage(w http.ResponseWriter, r *http.Request, title string) web.Page {
	p := s.page(w, r, title)
	p.Section, p.Width = s.realm.path("/account"), web.Narrow
	return p
}

func (s screens) redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, s.realm.path(path), http.StatusSeeOther)
	return nil
}

// done says what was done and leads to one of the pages.
func (s screens) done(w http.ResponseWriter, r *http.Request, path, words string) error {
	s.pages.Flash.Say(w, web.Done, words)
	return s.redirect(w, r, path)
}

func show(w http.ResponseWriter, r *http.Request, page templ.Component) error {
	web.Render(w, r, http.StatusOK, page)
	return nil
}

// again shows a form that failed, with what is wrong. An err that no form can put
// right is passed on.
func again(w http.ResponseWriter, r *http.Request, form web.Form, err error, page func(web.Form) templ.Component) error {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Unauthenticated, fault.SecondFactor, fault.Conflict, fault.Throttled, fault.Unavailable:
	default:
		return err
	}
	form, _ = form.With(err)
	if e, _ := errors.AsType[*fault.Error](err); e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
		if e.Code == fault.Throttled {
			form.Message = "There were too many tries. Try again " + wait(e.RetryAfter) + "."
		}
	}
	web.Render(w, r, fault.Status(err), page(form))
	return nil
}

// wait is a time to wait in words, rounded up: nobody should come back too early.
func wait(d time.Duration) string {
	minutes := int(math.Ceil(d.Minutes()))
	if minutes <= 1 {
		return "in a minute"
	}
	return fmt.Sprintf("in %d minutes", minutes)
}

// localPath is next if that is a path of this portal, and otherwise the realm's
// start: a link to the sign-in page must not lead on to another site.
func (r Realm) localPath(next string) string {
	u, err := url.Parse(next) // it refuses control characters, which browsers skip
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.Contains(next, `\`) { // which browsers take for a slash
		return r.start()
	}
	return next
}

// newPasswordField asks for a password to be set.
func newPasswordField(label string) web.Field {
	return web.Field{
		Name: "password", Label: label, Type: "password", Autocomplete: "new-password", Required: true,
		Hint: fmt.Sprintf("At least %d characters. Four random words make a good one.", minPassword),
	}
}
