package auth

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// Registration is what somebody types to get an account.
type Registration struct {
	Email       string
	Password    string
	FirstName   string
	LastName    string
	Phone       string
	InviteToken string
}

// Register notes a registration. Nothing in the answer, nor in the time it takes,
// depends on whether the address is known: a job finds that out (see
// verification). The password becomes one only when the mail of this very
// registration is verified, so that nobody can set one for somebody else.
func (s *Service) Register(ctx context.Context, in Registration) error {
	var c fault.Check
	in.Email = checkEmail(&c, in.Email)
	in.FirstName = c.Text("first_name", "your first name", in.FirstName, 1, maxName)
	in.LastName = c.Text("last_name", "your last name", in.LastName, 1, maxName)
	in.Phone = c.Text("phone", "the phone number", in.Phone, 0, maxPhone)
	checkPassword(&c, in.Password, in.Email, in.FirstName, in.LastName)
	if err := c.Err(); err != nil {
		return err
	}
	if err := s.take(ctx, addressKey(ctx, "register"), perRequester); err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, in.Password)
	if err != nil {
		return err
	}
	var invitation []byte
	if in.InviteToken != "" {
		invitation = digest(in.InviteToken)
	}
	return s.write(ctx, func(tx *db.Tx) error {
		id := newID()
		tx.Record(audit.Event{
			Action: "auth.register", Actor: audit.Actor{Kind: string(actor.Anonymous), Name: in.Email},
			Subject: audit.Subject{Type: "registration", ID: id},
			Payload: map[string]any{"email": in.Email, "invited": invitation != nil},
		})
		tx.Enqueue(verificationJob{RegistrationID: id}, nil)
		_, err := tx.Exec(ctx, `
			insert into registrations (id, email, password_hash, first_name, last_name, phone, invitation_hash, created_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id, in.Email, hash, in.FirstName, in.LastName, maybe.Of(in.Phone), invitation, clock.Now(ctx))
		return err
	})
}

// errDeadLink is the one answer to a token that is unknown, used or expired.
var errDeadLink = fault.InvalidField("token", "This link has been used, or has expired. Ask for a new one.")

// VerifyEmail opens the account that the token's mail was sent for: the password
// of that registration counts from now on, and the person joins the companies
// that know them.
func (s *Service) VerifyEmail(ctx context.Context, token string) error {
	return s.write(ctx, func(tx *db.Tx) error {
		var a account
		var invitation []byte
		err := tx.QueryRow(ctx, `
			with verified as (
				update client_portal_users u set
					email_verified = true, email_verified_at = $2, email_verification_token = null, email_verification_expires_at = null,
					password_hash = r.password_hash, first_name = r.first_name, last_name = r.last_name, phone = coalesce(r.phone, u.phone),
					updated_at = $2
				from registrations r
				where r.user_id = u.id and u.email_verification_token = $1 and u.email_verification_expires_at > $2
					and u.is_active
				returning u.id, u.email, u.first_name, u.last_name, u.customer_id, r.invitation_hash),
			done as (delete from registrations r using verified v where lower(r.email) = lower(v.email))
			select * from verified`, hexDigest(token), clock.Now(ctx)).
			Scan(&a.id, &a.email, &a.firstName, &a.lastName, &a.customerID, &invitation)
		if errors.Is(err, pgx.ErrNoRows) {
			return errDeadLink
		}
		if err != nil {
			return err
		}
		tx.Record(audit.Event{
			Action: "auth.verify_email", CustomerID: a.customerID, Actor: a.actor(Clients), Subject: a.subject(Clients),
			Payload: map[string]any{"email": a.email},
		})
		return enrol(ctx, tx, a, invitation)
	})
}

// enrol makes a person, whose address was just verified, a member wherever they
// are known: by this invitation, and by onboarding.
func enrol(ctx context.Context, tx *db.Tx, a account, invitation []byte) error {
	if invitation != nil {
		if _, err := accept(ctx, tx, a, invitation); err != nil {
			return err
		}
	}
	_, err := join(ctx, tx, a)
	return err
}

// place is where a new account belongs: to the company of an invitation, or of
// the onboarding that knows the address.
type place struct {
	customerID    uuid.UUID
	stakeholderID *uuid.UUID
	primary       bool
}

// placeOf finds the place of an address, or a zero one. The invitation is a
// token's digest; with anyInvitation every open one counts.
func placeOf(ctx context.Context, tx *db.Tx, email string, invitation []byte, anyInvitation bool) (place, error) {
	var p place
	err := tx.QueryRow(ctx, `
		select p.customer_id, p.stakeholder_id, p.is_primary from (
			select i.customer_id, null::uuid as stakeholder_id, false as is_primary, 1 as rank, i.created_at
			from invitations i
			where lower(i.email) = lower($1) and (i.token_hash = $2 or $3)
				and i.accepted_at is null and i.revoked_at is null and i.expires_at > $4
			union all
			select s.customer_id, s.id, s.is_primary_contact, 2, s.created_at
			from customer_stakeholders s where lower(s.email) = lower($1)
		) p join customers c on c.id = p.customer_id and c.is_active
		order by p.rank, p.is_primary desc, p.created_at limit 1`,
		email, invitation, anyInvitation, clock.Now(ctx)).Scan(&p.customerID, &p.stakeholderID, &p.primary)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return p, err
}
