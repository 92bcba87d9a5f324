package auth

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"clientportal/internal/fault"
	"clientportal/internal/web"
)

func (s screens) showSignIn(w http.ResponseWriter, r *http.Request) error {
	next := s.realm.localPath(r.URL.Query().Get("next"))
	if _, err := s.Authenticate(r, s.realm.kind()); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	return show(w, r, s.signInPage(w, r, web.Form{}, next))
}

func (s screens) signInPage(w http.ResponseWriter, r *http.Request, form web.Form, next string) templ.Component {
	return signInView(s.realm, s.page(w, r, "Sign in"), form, next, s.providers)
}

func (s screens) signIn(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	next := s.realm.localPath(form.Value("next"))
	in, begun, err := s.begin(r.Context(), Credentials{
		Email: form.Value("email"), Password: form.Value("password"), UserAgent: r.UserAgent(),
	})
	switch {
	case fault.CodeOf(err) == fault.SecondFactor:
		begun.Next = next
		if err := s.putHalfway(w, begun); err != nil {
			return err
		}
		return s.redirect(w, r, "/login/code")
	case err != nil:
		return again(w, r, form, err, func(f web.Form) templ.Component { return s.signInPage(w, r, f, next) })
	}
	return s.letIn(w, r, in, next)
}

// letIn gives a browser its session and leads on.
func (s screens) letIn(w http.ResponseWriter, r *http.Request, in SignIn, next string) error {
	http.SetCookie(w, s.Cookie(in))
	http.Redirect(w, r, s.realm.localPath(next), http.StatusSeeOther)
	return nil
}

func (s screens) showCode(w http.ResponseWriter, r *http.Request) error {
	h, ok := s.halfwayOf(r)
	if !ok {
		return s.redirect(w, r, "/login")
	}
	return show(w, r, s.codePage(w, r, web.Form{}, h, r.URL.Query().Has("recovery")))
}

func (s screens) codePage(w http.ResponseWriter, r *http.Request, form web.Form, h halfway, recovery bool) templ.Component {
	return codeView(s.realm, s.page(w, r, "Second factor"), form, h.Email, recovery)
}

func (s screens) enterCode(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	h, ok := s.halfwayOf(r)
	if !ok {
		return s.signInAnew(w, r, web.Form{}, "", errHalfwayLost)
	}
	in, err := s.finish(r.Context(), h, form.Value("code"), r.UserAgent())
	switch fault.CodeOf(err) {
	case "":
		if err != nil {
			return err
		}
		s.dropHalfway(w)
		return s.letIn(w, r, in, h.Next)
	case fault.Unauthenticated:
		form.Values.Set("email", h.Email)
		return s.signInAnew(w, r, form, h.Next, err)
	}
	return again(w, r, form, err, func(f web.Form) templ.Component {
		return s.codePage(w, r, codeAtFault(f, err), h, form.Value("recovery") != "")
	})
}

// codeAtFault puts what is wrong with a code beside its field.
func codeAtFault(form web.Form, err error) web.Form {
	if fault.CodeOf(err) == fault.SecondFactor {
		form.Faults, form.Message = []fault.Field{{Name: "code", Message: form.Message}}, ""
	}
	return form
}

// signInAnew starts over with the password.
func (s screens) signInAnew(w http.ResponseWriter, r *http.Request, form web.Form, next string, err error) error {
	s.dropHalfway(w)
	return again(w, r, form, err, func(f web.Form) templ.Component {
		return s.signInPage(w, r, f, s.realm.localPath(next))
	})
}

func (s screens) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Logout(r.Context()); err != nil {
		return err
	}
	http.SetCookie(w, s.NoCookie(s.realm))
	return s.done(w, r, "/login", "You are signed out.")
}

func codeField(form web.Form) web.Field {
	return web.Field{
		Name: "code", Label: "Code", InputMode: "numeric", Autocomplete: "one-time-code", Required: true, MaxLength: 7,
		Autofocus: true, Class: web.CodeField, Attrs: stayThere(form),
	}
}

func recoveryField(form web.Form) web.Field {
	return web.Field{
		Name: "code", Label: "Recovery code", Autocomplete: "off", Required: true, MaxLength: 40,
		Autofocus: true, Class: "font-mono", Attrs: stayThere(form),
	}
}

// stayThere keeps the focus in a lone field that is at fault: there is no summary
// above it to take the focus.
func stayThere(form web.Form) map[string]string {
	if len(form.Faults) == 0 {
		return nil
	}
	return map[string]string{"autofocus": "autofocus"}
}

// button leads to a provider, and back to next.
func (p *provider) button(r Realm, next string) web.Action {
	to := r.path("/login/" + p.Name)
	if next != r.start() {
		to += "?" + url.Values{"next": {next}}.Encode()
	}
	return web.Action{
		Label: "Sign in with " + p.Label, Large: true, Block: true,
		Href: to, Attrs: templ.Attributes{"data-turbo": "false"},
	}
}

// portal is what a realm's side is called on its sign-in page.
func (r Realm) portal() string {
	if r == Staff {
		return "staff side"
	}
	return "client portal"
}
