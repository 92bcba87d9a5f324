package auth

import (
	"context"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Credentials is what somebody shows to sign in.
type Credentials struct {
	Email     string
	Password  string
	Code      string // of the second factor, or a recovery code
	UserAgent string
}

// errRefused is the one answer to every sign-in that fails.
var errRefused = fault.New(fault.Unauthenticated, "This address and password don't match an account that can sign in.")

// Login starts a session. Where the account has a second factor and no code came,
// or a wrong one, the fault is SecondFactor; every other failure reads the same.
func (s *Service) Login(ctx context.Context, r Realm, c Credentials) (SignIn, error) {
	var check fault.Check
	c.Email = checkEmail(&check, c.Email)
	check.That(c.Password != "", "password", "Fill in the password.")
	check.That(!tooLong(c.Password), "password", "A password has at most %d characters.", maxPassword)
	if err := check.Err(); err != nil {
		return SignIn{}, err
	}
	if err := s.attempt(ctx, r, c.Email); err != nil {
		return SignIn{}, err
	}
	a, err := s.accountOf(ctx, r, c.Email)
	if err != nil {
		return SignIn{}, err
	}
	right, err := s.passwords.matches(ctx, c.Password, a.passwordHash)
	switch {
	case err != nil:
		return SignIn{}, err
	case !right || !a.mayEnter():
		return SignIn{}, s.refuse(ctx, r, a, c.Email, "password")
	}
	return s.secondStep(ctx, r, a, c)
}

func (s *Service) accountOf(ctx context.Context, r Realm, email string) (a account, err error) {
	err = s.read(ctx, func(tx *db.Tx) error {
		a, err = accountByEmail(ctx, tx, r, email)
		return err
	})
	return a, err
}

// errNeedsCode asks for the second factor.
var errNeedsCode = fault.New(fault.SecondFactor, "Enter the code from your authenticator app, or a recovery code.")

// secondStep lets somebody in whose first factor was right, if the account has no
// second one or the code is right too. A missing code is no wrong try, and no
// right one either: it leaves the count of tries as it was.
func (s *Service) secondStep(ctx context.Context, r Realm, a account, c Credentials) (SignIn, error) {
	if a.twoFactor && c.Code == "" {
		return SignIn{}, firstError(s.excuse(ctx, r, a.email), errNeedsCode)
	}
	in, err := s.enter(ctx, r, a, c)
	switch fault.CodeOf(err) {
	case fault.SecondFactor:
		return SignIn{}, firstError(s.failed(ctx, r, a, c.Email, "code"), err)
	case fault.Unauthenticated:
		return SignIn{}, s.refuse(ctx, r, a, c.Email, "account")
	}
	if err != nil {
		return SignIn{}, err
	}
	return in, s.forget(ctx, r, a.email)
}

// enter starts the session, using up the code of the second factor with it.
func (s *Service) enter(ctx context.Context, r Realm, a account, c Credentials) (SignIn, error) {
	var in SignIn
	err := s.write(ctx, func(tx *db.Tx) error {
		if a.twoFactor {
			if err := s.useCode(ctx, tx, r, a, c.Code); err != nil {
				return err
			}
		}
		if r == Clients {
			if _, err := join(ctx, tx, a); err != nil {
				return err
			}
		}
		started, err := startSession(ctx, tx, r, a, c.UserAgent)
		if err != nil {
			return err
		}
		in = started
		tx.Record(audit.Event{
			Action: "auth.login", CustomerID: in.customerID, Actor: a.actor(r), Subject: a.subject(r),
			Payload: map[string]any{"second_factor": a.twoFactor, "user_agent": printable(c.UserAgent)},
		})
		return nil
	})
	return in, err
}

// refuse records a failed sign-in and gives the one answer to it.
func (s *Service) refuse(ctx context.Context, r Realm, a account, email, why string) error {
	return firstError(s.failed(ctx, r, a, email, why), errRefused)
}

// failed records a failed sign-in: which address was tried, whose it is, and
// what was wrong.
func (s *Service) failed(ctx context.Context, r Realm, a account, email, why string) error {
	return s.write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{
			Action: "auth.login", Outcome: audit.Failure, CustomerID: a.customerID,
			Actor:   audit.Actor{Kind: string(actor.Anonymous), Name: email},
			Subject: audit.Subject{Type: r.subject(), ID: a.id},
			Payload: map[string]any{"email": email, "wrong": why},
		})
		return nil
	})
}

// forget ends the count of wrong tries after a right one.
func (s *Service) forget(ctx context.Context, r Realm, email string) error {
	return s.keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			with cleared as (delete from throttles where key = $1)
			update throttles set tries = greatest(tries - 1, 0) where key = $2`,
			accountKey(r, email), addressKey(ctx, "login"))
		return err
	})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
