package auth

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/route"
)

// meAnswer is the person who is signed in. Its tag is of the whole content, since
// roles and companies change without the person.
type meAnswer struct {
	ETag string `header:"ETag"`
	Body Me
}

func (s *Service) meAnswer(ctx context.Context) (*meAnswer, error) {
	me, err := s.Me(ctx)
	if err != nil {
		return nil, err
	}
	return &meAnswer{api.ContentTag(me), me}, nil
}

func (s *Service) profileAPI(a *api.API, r Realm) {
	me := r.operation(http.MethodGet, "/auth/me", "me", "Who is signed in, and what they may do", http.StatusOK)
	api.Register(a, r.access("account:read"), me, func(ctx context.Context, _ *none) (*meAnswer, error) {
		return s.meAnswer(ctx)
	})

	type profileChange struct {
		IfMatch string `header:"If-Match"`
		Body    struct {
			FirstName string `json:"first_name"`
			LastName  string `json:"last_name"`
			Phone     string `json:"phone,omitempty"`
			Timezone  string `json:"timezone,omitempty" doc:"Such as Europe/London; empty for that of the company"`
		}
	}
	change := r.operation(http.MethodPut, "/auth/me", "change-profile", "Change how one is called and reached", http.StatusOK)
	api.Register(a, r.personal(), change, func(ctx context.Context, in *profileChange) (*meAnswer, error) {
		now, err := s.meAnswer(ctx)
		if err == nil {
			err = api.CheckMatch(in.IfMatch, now.ETag)
		}
		if err == nil {
			b := in.Body
			err = s.ChangeProfile(ctx, Profile{b.FirstName, b.LastName, b.Phone, b.Timezone})
		}
		if err != nil {
			return nil, err
		}
		return s.meAnswer(ctx)
	})

	type passwordChange struct {
		Body struct {
			Current  string `json:"current_password" maxLength:"200"`
			Password string `json:"password"`
		}
	}
	password := r.operation(http.MethodPost, "/auth/change-password", "change-password", "Change the password and end all other sessions", http.StatusNoContent)
	password = api.About(password, "Access tokens go on working.")
	api.Register(a, r.personal(), password, func(ctx context.Context, in *passwordChange) (*none, error) {
		return nil, s.ChangePassword(ctx, in.Body.Current, in.Body.Password)
	})
}

// addressAPI adds the change of one's own address.
func (s *Service) addressAPI(a *api.API, r Realm) {
	type newAddress struct {
		Body struct {
			Email    string `json:"email" maxLength:"254"`
			Password string `json:"password,omitempty" maxLength:"200" doc:"Unless one signs in with another service only"`
		}
	}
	ask := r.operation(http.MethodPost, "/auth/address", "ask-new-address", "Ask for another address, which a mail there confirms", http.StatusNoContent)
	api.Register(a, r.personal(), ask, func(ctx context.Context, in *newAddress) (*none, error) {
		return nil, s.AskNewAddress(ctx, in.Body.Email, in.Body.Password)
	})
	confirm := r.operation(http.MethodPost, "/auth/confirm-address", "confirm-address", "Make the address that was asked for the account's", http.StatusNoContent)
	api.Register(a, route.Public(), confirm, func(ctx context.Context, in *mailedToken) (*none, error) {
		return nil, s.ConfirmAddress(ctx, r, in.Body.Token)
	})
}

// sessionAPI adds where somebody is signed in.
func (s *Service) sessionAPI(a *api.API, r Realm) {
	type list struct {
		Body api.Page[Session]
	}
	sessions := r.operation(http.MethodGet, "/auth/sessions", "list-sessions", "Where one is signed in", http.StatusOK)
	api.Register(a, r.personal(), sessions, func(ctx context.Context, in *api.PageQuery) (*list, error) {
		items, err := s.Sessions(ctx)
		if err != nil {
			return nil, err
		}
		part, err := api.PartOf(items, *in, func(one Session) uuid.UUID { return one.ID })
		return &list{part}, err
	})
	revoke := r.operation(http.MethodDelete, "/auth/sessions/{id}", "revoke-session", "Sign out elsewhere", http.StatusNoContent)
	api.Register(a, r.personal(), revoke, func(ctx context.Context, in *idInput) (*none, error) {
		id, err := route.ID(in.ID, "session")
		if err != nil {
			return nil, err
		}
		return nil, s.RevokeSession(ctx, id)
	})
	others := r.operation(http.MethodDelete, "/auth/sessions", "revoke-other-sessions", "Sign out everywhere else", http.StatusNoContent)
	api.Register(a, r.personal(), others, func(ctx context.Context, _ *none) (*none, error) {
		return nil, s.RevokeOtherSessions(ctx)
	})
}
