package auth

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

var errResets = fault.Denied("It takes one of the agency's admins to reset a second factor.")

// ResetMemberSecondFactor turns off the second factor of one of a company's people,
// who has lost it. An account serves all companies of its person: so a company's own
// admin may do it only for somebody who is in no other, and the agency's admins for
// everybody.
func (s *Service) ResetMemberSecondFactor(ctx context.Context, customer, user uuid.UUID) error {
	who, _ := actor.From(ctx)
	if err := mayManage(who, customer); err != nil {
		return err
	}
	if who.Is(actor.Staff, actor.Manager) {
		return errResets
	}
	return s.resetFactor(ctx, Clients, user, customer, func(tx *db.Tx) error {
		if _, err := memberForUpdate(ctx, tx, customer, user); err != nil || who.Kind != actor.Client {
			return err
		}
		var elsewhere bool
		err := tx.QueryRow(ctx, `select exists (select from customer_members where user_id = $1 and customer_id <> $2)`, user, customer).Scan(&elsewhere)
		if err == nil && elsewhere {
			return fault.New(fault.Conflict, "They belong to another company too, so only the agency may reset their second factor.")
		}
		return err
	})
}

// ResetEmployeeSecondFactor turns off the second factor of an employee who has lost it.
func (s *Service) ResetEmployeeSecondFactor(ctx context.Context, id uuid.UUID) error {
	who, _ := actor.From(ctx)
	if err := mayEmploy(who); err != nil {
		return err
	}
	return s.resetFactor(ctx, Staff, id, uuid.Nil, func(*db.Tx) error { return nil })
}

// resetFactor turns somebody else's second factor off, and ends their sessions: it may
// have been stolen rather than lost. One's own takes a proof, in the settings.
func (s *Service) resetFactor(ctx context.Context, r Realm, id, customer uuid.UUID, check func(*db.Tx) error) error {
	who, _ := actor.From(ctx)
	return s.write(ctx, func(tx *db.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		a, err := accountByID(ctx, tx, r, id)
		switch {
		case err != nil:
			return err
		case a.id == uuid.Nil:
			return fault.Missing("account")
		case a.id == who.ID:
			return fault.New(fault.Conflict, "This is your own second factor. Turn it off in your account's settings.")
		case !a.twoFactor:
			return fault.New(fault.Conflict, "Their second factor is off.")
		}
		record(tx, who, audit.Event{Action: "second_factor.reset", CustomerID: customer, Subject: a.subject(r)})
		tx.Enqueue(factorResetJob{Realm: r, AccountID: id, By: who.Name}, nil)
		_, err = tx.Exec(ctx, r.sql(`
			with codes as (delete from recovery_codes where owner_id = $1)
			update {accounts} set two_factor_enabled = false, two_factor_secret = null, updated_at = $2 where id = $1`),
			id, clock.Now(ctx))
		if err != nil {
			return err
		}
		return endSessions(ctx, tx, r, id, uuid.Nil)
	})
}

// sendFactorReset tells the owner of an account who reset its second factor.
func (s *Service) sendFactorReset(ctx context.Context, job factorResetJob) error {
	a, err := s.jobsAccount(ctx, job.Realm, job.AccountID)
	if err != nil || !a.active {
		return err
	}
	return s.send(ctx, factorReset(a, job.By, s.baseURL+job.Realm.path("/account/security")))
}

// jobsAccount is the account of a job.
func (s *Service) jobsAccount(ctx context.Context, r Realm, id uuid.UUID) (a account, err error) {
	err = s.read(ctx, func(tx *db.Tx) error {
		a, err = accountByID(ctx, tx, r, id)
		return err
	})
	return a, err
}
