package auth

import (
	"net/http"

	"github.com/a-h/templ"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

func (s screens) showAddress(w http.ResponseWriter, r *http.Request) error {
	page, err := s.addressPage(w, r)
	if err != nil {
		return err
	}
	return show(w, r, page(web.Form{}))
}

// addressPage is where one asks for another address, given its form.
func (s screens) addressPage(w http.ResponseWriter, r *http.Request) (func(web.Form) templ.Component, error) {
	me, err := s.Me(r.Context())
	if err != nil {
		return nil, err
	}
	who, _ := actor.From(r.Context())
	asked, err := s.newAddressOf(r.Context(), who)
	return func(f web.Form) templ.Component {
		return addressView(s.realm, s.accountPage(w, r, "Another address"), f, me.User, asked)
	}, err
}

func (s screens) askNewAddress(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	if err := s.AskNewAddress(r.Context(), form.Value("email"), form.Value("password")); err != nil {
		page, unread := s.addressPage(w, r)
		if unread != nil {
			return unread
		}
		form.Values.Del("password")
		return again(w, r, form, err, page)
	}
	return s.done(w, r, "/account", "A mail to "+form.Value("email")+" asks you to confirm it.")
}

// showConfirmAddress only asks to press a button, as showVerify does.
func (s screens) showConfirmAddress(w http.ResponseWriter, r *http.Request) error {
	return show(w, r, confirmAddressView(s.realm, s.page(w, r, "Confirm your new address"), r.URL.Query().Get("token")))
}

func (s screens) confirmAddress(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	err = s.ConfirmAddress(r.Context(), s.realm, form.Value("token"))
	switch {
	case fault.CodeOf(err) == fault.Invalid:
		return s.deadLink(w, r, deadAddress)
	case err != nil:
		return err
	}
	return s.done(w, r, "/login", "Your new address is confirmed. You sign in with it from now on.")
}
