package auth

import (
	"context"
	"net/http"

	"clientportal/internal/api"
	"clientportal/internal/route"
)

// signedInAnswer says who is signed in now, and has the session's cookie.
type signedInAnswer struct {
	CacheControl string `header:"Cache-Control"`
	SetCookie    string `header:"Set-Cookie"`
	Body         Me
}

func (s *Service) signedInAnswer(ctx context.Context, in SignIn) (*signedInAnswer, error) {
	me, err := s.MeAfter(ctx, in)
	return &signedInAnswer{noStore, s.Cookie(in).String(), me}, err
}

// signInAPI adds the ways into a realm, and out.
func (s *Service) signInAPI(a *api.API, r Realm) {
	type loginRequest struct {
		UserAgent string `header:"User-Agent" hidden:"true"`
		Body      struct {
			Email    string `json:"email" maxLength:"254"`
			Password string `json:"password" maxLength:"200"`
			Code     string `json:"totp_code,omitempty" maxLength:"40" doc:"Of the second factor, or a recovery code"`
		}
	}
	login := r.operation(http.MethodPost, "/auth/login", "login", "Sign in", http.StatusOK)
	login = api.About(login, "Sets the session's cookie. Where the second factor is on and totp_code is missing, it is a 401 of the type /problems/second-factor-required.")
	api.Register(a, route.Public(), login, func(ctx context.Context, in *loginRequest) (*signedInAnswer, error) {
		b := in.Body
		session, err := s.Login(ctx, r, Credentials{b.Email, b.Password, b.Code, in.UserAgent})
		if err != nil {
			return nil, err
		}
		return s.signedInAnswer(ctx, session)
	})

	type signedOut struct {
		SetCookie string `header:"Set-Cookie"`
	}
	logout := r.operation(http.MethodPost, "/auth/logout", "logout", "Sign out", http.StatusNoContent)
	api.Register(a, r.personal(), logout, func(ctx context.Context, _ *none) (*signedOut, error) {
		return &signedOut{s.NoCookie(r).String()}, s.Logout(ctx)
	})
	s.recoveryAPI(a, r)
}

// recoveryAPI adds the way back in for who has forgotten the password.
func (s *Service) recoveryAPI(a *api.API, r Realm) {
	type passwordForgotten struct {
		Body struct {
			Email string `json:"email" maxLength:"254"`
		}
	}
	forgot := r.operation(http.MethodPost, "/auth/forgot-password", "forgot-password", "Ask for a link to a new password", http.StatusAccepted)
	forgot = api.About(forgot, "The answer is the same whether the address is known or not.")
	api.Register(a, route.Public(), forgot, func(ctx context.Context, in *passwordForgotten) (*acceptedAnswer, error) {
		return accepted("reset_sent"), s.ForgotPassword(ctx, r, in.Body.Email)
	})

	type passwordReset struct {
		Body struct {
			Token    string `json:"token" maxLength:"200"`
			Password string `json:"password"`
		}
	}
	reset := r.operation(http.MethodPost, "/auth/reset-password", "reset-password", "Set a new password with the token of a mail", http.StatusNoContent)
	reset = api.About(reset, "Ends all of the person's sessions, and revokes their access tokens. The second factor stays on.")
	api.Register(a, route.Public(), reset, func(ctx context.Context, in *passwordReset) (*none, error) {
		return nil, s.ResetPassword(ctx, r, in.Body.Token, in.Body.Password)
	})
}
