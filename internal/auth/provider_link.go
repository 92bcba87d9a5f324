package auth

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// errUnknownIdentity is the one answer to whom a provider knows and the portal
// does not.
var errUnknownIdentity = fault.New(fault.Unauthenticated,
	"This account is not known here. Sign in with the address that you were invited with.")

// loginWith starts a session for whom a provider vouches. A second factor of ours
// is asked for all the same: then the fault is SecondFactor, and the account is
// whose code is still to come.
func (s *Service) loginWith(ctx context.Context, r Realm, who identity, userAgent string) (SignIn, account, error) {
	var c fault.Check
	if who.email = checkEmail(&c, who.email); c.Err() != nil {
		who.email, who.verified = "", false
	}
	var a account
	err := s.write(ctx, func(tx *db.Tx) (err error) {
		a, err = accountOfIdentity(ctx, tx, r, who)
		return err
	})
	switch {
	case errors.Is(err, errUnknownIdentity):
		return SignIn{}, a, firstError(s.failed(ctx, r, account{}, who.email, who.provider), err)
	case err != nil:
		return SignIn{}, a, err
	case !a.mayEnter():
		return SignIn{}, a, firstError(s.failed(ctx, r, a, who.email, who.provider), errUnknownIdentity)
	case a.twoFactor:
		return SignIn{}, a, errNeedsCode
	}
	in, err := s.enter(ctx, r, a, Credentials{UserAgent: userAgent})
	return in, a, err
}

// accountOfIdentity finds the account of an identity: the one that it was linked
// to before, the one with its address, or a new one for an address that is
// invited or known to onboarding. An address counts only if the provider vouches
// for it, and an account that another identity is linked to is not given away:
// addresses are passed on to other people.
func accountOfIdentity(ctx context.Context, tx *db.Tx, r Realm, who identity) (account, error) {
	a, err := accountWhere(ctx, tx, r, `where auth_provider = $1 and auth_provider_id = $2`, who.provider, who.subject)
	if err != nil {
		return account{}, err
	}
	if a.id != uuid.Nil {
		return a, db.ErrUnchanged
	}
	if !who.verified {
		return account{}, errUnknownIdentity
	}
	a, err = accountByEmail(ctx, tx, r, who.email)
	switch {
	case err != nil:
		return account{}, err
	case a.id != uuid.Nil:
		return link(ctx, tx, r, a, who)
	case r == Clients:
		return admit(ctx, tx, who)
	}
	return account{}, errUnknownIdentity
}

// link ties an identity to the account with its address. A registration that is
// not verified comes to nothing with that, and its password with it.
func link(ctx context.Context, tx *db.Tx, r Realm, a account, who identity) (account, error) {
	now := clock.Now(ctx)
	tag, err := tx.Exec(ctx, r.sql(`
		update {accounts} set auth_provider = $2, auth_provider_id = $3, email_verified = true,
			email_verified_at = coalesce(email_verified_at, $4), email_verification_token = null, email_verification_expires_at = null, updated_at = $4
		where id = $1 and auth_provider_id is null and is_active`), a.id, who.provider, who.subject, now)
	if err == nil && tag.RowsAffected() == 0 {
		err = errUnknownIdentity
	}
	a.verified = true
	recordLink(tx, r, a, who)
	return a, err
}

// admit makes an account for whom onboarding knows or an invitation awaits.
func admit(ctx context.Context, tx *db.Tx, who identity) (account, error) {
	at, err := placeOf(ctx, tx, who.email, nil, true)
	if err == nil && at.customerID == uuid.Nil {
		err = errUnknownIdentity
	}
	if err != nil {
		return account{}, err
	}
	now := clock.Now(ctx)
	a := account{id: newID(), email: who.email, firstName: shorten(who.firstName), lastName: shorten(who.lastName), customerID: at.customerID, verified: true, active: true}
	_, err = tx.Exec(ctx, `
		insert into client_portal_users (id, customer_id, customer_stakeholder_id, is_primary_contact, email, first_name, last_name,
			auth_provider, auth_provider_id, email_verified, email_verified_at, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true, $10, $10, $10)`,
		a.id, at.customerID, at.stakeholderID, at.primary, a.email, maybe.Of(a.firstName), maybe.Of(a.lastName), who.provider, who.subject, now)
	if err != nil {
		return account{}, err
	}
	recordLink(tx, Clients, a, who)
	if _, err := accept(ctx, tx, a, nil); err != nil {
		return account{}, err
	}
	_, err = join(ctx, tx, a)
	return a, err
}

func recordLink(tx *db.Tx, r Realm, a account, who identity) {
	tx.Record(audit.Event{
		Action: "auth.link_provider", CustomerID: a.customerID,
		Actor: a.actor(r), Subject: a.subject(r), Payload: map[string]any{"provider": who.provider, "email": who.email},
	})
}

// shorten makes a name from elsewhere one that can be stored.
func shorten(name string) string {
	name = strings.TrimSpace(printable(name))
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName])
	}
	return name
}
