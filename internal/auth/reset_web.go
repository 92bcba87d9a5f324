package auth

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

func (s screens) showForgot(w http.ResponseWriter, r *http.Request) error {
	return show(w, r, s.forgotPage(w, r, web.Form{}))
}

func (s screens) forgotPage(w http.ResponseWriter, r *http.Request, form web.Form) templ.Component {
	return forgotView(s.realm, s.page(w, r, "Forgotten password"), form)
}

func (s screens) forgot(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	if err := s.ForgotPassword(r.Context(), s.realm, form.Value("email")); err != nil {
		return again(w, r, form, err, func(f web.Form) templ.Component { return s.forgotPage(w, r, f) })
	}
	return s.redirect(w, r, "/forgot/sent")
}

func (s screens) showForgotSent(w http.ResponseWriter, r *http.Request) error {
	return show(w, r, forgotSentView(s.realm, s.page(w, r, "Look into your mail")))
}

// showReset asks for the new password. That the link is dead is better known
// before one is thought of than after.
func (s screens) showReset(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	email, err := s.resetAddress(r.Context(), token)
	switch {
	case fault.CodeOf(err) == fault.Invalid:
		return s.deadLink(w, r, deadReset)
	case err != nil:
		return err
	}
	return show(w, r, s.resetPage(w, r, web.Form{Values: map[string][]string{"token": {token}}}, email))
}

func (s screens) resetPage(w http.ResponseWriter, r *http.Request, form web.Form, email string) templ.Component {
	return resetView(s.realm, s.page(w, r, "Choose a new password"), form, email)
}

func (s screens) reset(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, token := r.Context(), form.Value("token")
	email, err := s.resetAddress(ctx, token)
	if err == nil {
		err = s.ResetPassword(ctx, s.realm, token, form.Value("password"))
	}
	switch {
	case err == nil:
		return s.done(w, r, "/login", "Your new password is set, and you were signed out everywhere. Sign in with it.")
	case errors.Is(err, errDeadLink):
		return s.deadLink(w, r, deadReset)
	}
	return again(w, r, form, err, func(f web.Form) templ.Component { return s.resetPage(w, r, f, email) })
}

// resetAddress is the address of the account that a token lets choose a new
// password; any other token is the fault of a dead link.
func (s screens) resetAddress(ctx context.Context, token string) (string, error) {
	var a account
	err := s.read(ctx, func(tx *db.Tx) (err error) {
		a, err = accountWhere(ctx, tx, s.realm, holdsReset, hexDigest(token), clock.Now(ctx))
		return err
	})
	if err == nil && a.id == uuid.Nil {
		err = errDeadLink
	}
	return a.email, err
}
