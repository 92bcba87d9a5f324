package auth

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/route"
)

// tokenAPI adds a person's tokens for programs.
func (s *Service) tokenAPI(a *api.API, r Realm) {
	type list struct {
		Body api.Page[AccessToken]
	}
	tokens := r.operation(http.MethodGet, "/auth/tokens", "list-tokens", "One's personal access tokens", http.StatusOK)
	api.Register(a, r.personal(), tokens, func(ctx context.Context, in *api.PageQuery) (*list, error) {
		items, err := s.Tokens(ctx)
		if err != nil {
			return nil, err
		}
		part, err := api.PartOf(items, *in, func(one AccessToken) uuid.UUID { return one.ID })
		return &list{part}, err
	})

	type tokenRequest struct {
		Body struct {
			Name   string   `json:"name"`
			Scopes []string `json:"scopes" maxItems:"50"`
			Days   int      `json:"expires_in_days,omitempty" default:"90" doc:"1 to 365"`
		}
	}
	type tokenCreated struct {
		CacheControl string `header:"Cache-Control"`
		Body         struct {
			AccessToken
			Token string `json:"token" doc:"Shown only now"`
		}
	}
	add := r.operation(http.MethodPost, "/auth/tokens", "create-token", "Make a personal access token", http.StatusCreated)
	api.Register(a, r.personal(), add, func(ctx context.Context, in *tokenRequest) (*tokenCreated, error) {
		t, secret, err := s.AddToken(ctx, NewToken{in.Body.Name, in.Body.Scopes, in.Body.Days})
		out := &tokenCreated{CacheControl: noStore}
		out.Body.AccessToken, out.Body.Token = t, secret
		return out, err
	})
	revoke := r.operation(http.MethodDelete, "/auth/tokens/{id}", "revoke-token", "Revoke a personal access token", http.StatusNoContent)
	api.Register(a, r.personal(), revoke, func(ctx context.Context, in *idInput) (*none, error) {
		id, err := route.ID(in.ID, "token")
		if err != nil {
			return nil, err
		}
		return nil, s.RevokeToken(ctx, id)
	})
}

// secondFactorAPI adds the second factor's set-up.
func (s *Service) secondFactorAPI(a *api.API, r Realm) {
	type twoFactorSecret struct {
		CacheControl string `header:"Cache-Control"`
		Body         struct {
			Secret string `json:"secret"`
			URL    string `json:"otpauth_url"`
		}
	}
	prepare := r.operation(http.MethodPost, "/auth/two-factor", "prepare-two-factor", "Get a secret for an authenticator app", http.StatusOK)
	api.Register(a, r.personal(), prepare, func(ctx context.Context, _ *none) (*twoFactorSecret, error) {
		factor, err := s.PrepareSecondFactor(ctx)
		out := &twoFactorSecret{CacheControl: noStore}
		out.Body.Secret, out.Body.URL = factor.Secret, factor.URL
		return out, err
	})

	type twoFactorCode struct {
		Body struct {
			Code string `json:"code" maxLength:"40"`
		}
	}
	type recoveryCodeList struct {
		CacheControl string `header:"Cache-Control"`
		Body         struct {
			Codes []string `json:"recovery_codes" doc:"Each good once; shown only now"`
		}
	}
	answer := func(list []string, err error) (*recoveryCodeList, error) {
		out := &recoveryCodeList{CacheControl: noStore}
		out.Body.Codes = list
		return out, err
	}
	confirm := r.operation(http.MethodPost, "/auth/two-factor/confirm", "confirm-two-factor", "Turn the second factor on", http.StatusOK)
	api.Register(a, r.personal(), confirm, func(ctx context.Context, in *twoFactorCode) (*recoveryCodeList, error) {
		return answer(s.ConfirmSecondFactor(ctx, in.Body.Code))
	})

	type twoFactorProof struct {
		Body struct {
			Password string `json:"password,omitempty" maxLength:"200"`
			Code     string `json:"code" maxLength:"40"`
		}
	}
	renew := r.operation(http.MethodPost, "/auth/two-factor/recovery-codes", "renew-recovery-codes", "Get new recovery codes", http.StatusOK)
	api.Register(a, r.personal(), renew, func(ctx context.Context, in *twoFactorProof) (*recoveryCodeList, error) {
		return answer(s.RenewRecoveryCodes(ctx, Proof{in.Body.Password, in.Body.Code}))
	})
	disable := r.operation(http.MethodPost, "/auth/two-factor/disable", "disable-two-factor", "Turn the second factor off", http.StatusNoContent)
	api.Register(a, r.personal(), disable, func(ctx context.Context, in *twoFactorProof) (*none, error) {
		return nil, s.DisableSecondFactor(ctx, Proof{in.Body.Password, in.Body.Code})
	})
}
