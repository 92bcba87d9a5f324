package app

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/auth"
)

// accounts is sign-in as the customers need it; it implements customer.Accounts.
type accounts struct{ *auth.Service }

// Invite asks somebody by mail to join a customer.
func (a accounts) Invite(ctx context.Context, customer uuid.UUID, email string, role actor.Role) error {
	_, err := a.Service.Invite(ctx, customer, email, role)
	return err
}
