package auth

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/api"
	"clientportal/internal/route"
)

// API adds the clients' JSON calls.
func (s *Service) API(a *api.API) {
	s.accountAPI(a, Clients)
	s.registrationAPI(a)
	s.companyAPI(a)
	s.teamAPI(a)
	s.factorAPI(a)
}

// StaffAPI adds the staff's JSON calls.
func (s *Service) StaffAPI(a *api.API) {
	s.accountAPI(a, Staff)
	s.employeeAPI(a)
	s.invitationAPI(a)
}

// accountAPI adds what people of both realms do with their account.
func (s *Service) accountAPI(a *api.API, r Realm) {
	s.signInAPI(a, r)
	s.profileAPI(a, r)
	s.addressAPI(a, r)
	s.sessionAPI(a, r)
	s.tokenAPI(a, r)
	s.secondFactorAPI(a, r)
}

// operation describes a call of an account; id and summary serve both realms.
func (r Realm) operation(method, path, id, summary string, status int) huma.Operation {
	return huma.Operation{
		OperationID: string(r) + "-" + id, Method: method, Path: r.traits().api + path,
		Summary: summary, Tags: []string{"account"}, DefaultStatus: status,
	}
}

// noStore is the Cache-Control of an answer with something that is shown once: it
// is kept nowhere, not even for the replay of an idempotency key.
const noStore = "no-store"

// none is an input or an answer without content.
type none struct{}

type mailedToken struct {
	Body struct {
		Token string `json:"token" maxLength:"200"`
	}
}

type idInput struct {
	ID string `path:"id"`
}

// acceptedAnswer tells nothing but that the request has arrived.
type acceptedAnswer struct {
	Body struct {
		Status string `json:"status"`
	}
}

func accepted(status string) *acceptedAnswer {
	a := &acceptedAnswer{}
	a.Body.Status = status
	return a
}

func (s *Service) registrationAPI(a *api.API) {
	type registration struct {
		Body struct {
			Email       string `json:"email" maxLength:"254"`
			Password    string `json:"password" doc:"At least 10 characters, and not one of those that everybody uses"`
			FirstName   string `json:"first_name"`
			LastName    string `json:"last_name"`
			Phone       string `json:"phone,omitempty"`
			InviteToken string `json:"invite_token,omitempty" maxLength:"200"`
		}
	}
	register := Clients.operation(http.MethodPost, "/auth/register", "register", "Ask for an account", http.StatusAccepted)
	register = api.About(register, "An address that the agency has entered, or a valid invitation, gets an account once a mail is answered. The answer is the same for every address.")
	api.Register(a, route.Public(), register, func(ctx context.Context, in *registration) (*acceptedAnswer, error) {
		b := in.Body
		err := s.Register(ctx, Registration{b.Email, b.Password, b.FirstName, b.LastName, b.Phone, b.InviteToken})
		return accepted("verification_sent"), err
	})
	verify := Clients.operation(http.MethodPost, "/auth/verify-email", "verify-email", "Confirm an address and open its account", http.StatusNoContent)
	api.Register(a, route.Public(), verify, func(ctx context.Context, in *mailedToken) (*none, error) {
		return nil, s.VerifyEmail(ctx, in.Body.Token)
	})
}
