package auth

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/clock"
	"clientportal/internal/db"
)

// The jobs of this feature. Tokens are not among their arguments: they are made
// when the mail is sent.
type (
	verificationJob struct {
		RegistrationID uuid.UUID `json:"registration_id"`
	}
	resetJob struct {
		Realm     Realm     `json:"realm"`
		AccountID uuid.UUID `json:"account_id"`
		Welcome   bool      `json:"welcome,omitempty"` // a new employee's first link
	}
	passwordChangedJob struct {
		Realm         Realm     `json:"realm"`
		AccountID     uuid.UUID `json:"account_id"`
		Reset         bool      `json:"reset,omitempty"` // with a mail's link, by whoever has the mail
		First         bool      `json:"first,omitempty"` // the account had none before
		TokensRevoked int64     `json:"tokens_revoked,omitempty"`
	}
	factorResetJob struct {
		Realm     Realm     `json:"realm"`
		AccountID uuid.UUID `json:"account_id"`
		By        string    `json:"by"` // who reset it
	}
	addressJob struct {
		Realm     Realm     `json:"realm"`
		AccountID uuid.UUID `json:"account_id"`
		Email     string    `json:"email"` // the new one
	}
	addressChangedJob struct {
		Realm     Realm     `json:"realm"`
		AccountID uuid.UUID `json:"account_id"`
		Before    string    `json:"before"` // where the account's mails went until then
	}
	invitationJob struct {
		InvitationID uuid.UUID `json:"invitation_id"`
	}
	cleanUpJob struct{}
)

func (verificationJob) Kind() string    { return "auth_verification" }
func (resetJob) Kind() string           { return "auth_reset" }
func (passwordChangedJob) Kind() string { return "auth_password_changed" }
func (factorResetJob) Kind() string     { return "auth_factor_reset" }
func (addressJob) Kind() string         { return "auth_address" }
func (addressChangedJob) Kind() string  { return "auth_address_changed" }
func (invitationJob) Kind() string      { return "auth_invitation" }
func (cleanUpJob) Kind() string         { return "auth_clean_up" }

// AddWorkers adds what works on this feature's jobs.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, j *river.Job[verificationJob]) error {
		return s.sendVerification(ctx, j.Args.RegistrationID)
	}))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, j *river.Job[resetJob]) error {
		return s.sendReset(ctx, j.Args)
	}))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, j *river.Job[passwordChangedJob]) error {
		return s.sendPasswordChanged(ctx, j.Args)
	}))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, j *river.Job[factorResetJob]) error {
		return s.sendFactorReset(ctx, j.Args)
	}))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, j *river.Job[addressJob]) error {
		return s.sendAddressLink(ctx, j.Args)
	}))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, j *river.Job[addressChangedJob]) error {
		return s.sendAddressChanged(ctx, j.Args)
	}))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, j *river.Job[invitationJob]) error {
		return s.sendInvitation(ctx, j.Args.InvitationID)
	}))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[cleanUpJob]) error {
		return s.cleanUp(ctx)
	}))
}

// PeriodicJobs are those that run by the clock.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	hourly := func() (river.JobArgs, *river.InsertOpts) {
		return cleanUpJob{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: time.Hour}}
	}
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour), hourly, nil)}
}

// sendPasswordChanged warns the owner of an account. The mail counts for no limit:
// a warning that can be drowned out is none.
func (s *Service) sendPasswordChanged(ctx context.Context, job passwordChangedJob) error {
	var a account
	err := s.read(ctx, func(tx *db.Tx) (err error) {
		a, err = accountByID(ctx, tx, job.Realm, job.AccountID)
		return err
	})
	if err != nil || !a.active {
		return err
	}
	return s.send(ctx, passwordChanged(a, job, s.baseURL+job.Realm.traits().pages+"/forgot"))
}

// cleanUp removes what has expired. Expired tokens stay for a month, so that
// their owners see why a program stopped.
func (s *Service) cleanUp(ctx context.Context) error {
	now := clock.Now(ctx)
	return s.keep(ctx, func(tx *db.Tx) error {
		b := &pgx.Batch{}
		b.Queue(`delete from sessions where expires_at < $1`, now)
		b.Queue(`delete from view_as_sessions where expires_at < $1`, now)
		b.Queue(`delete from access_tokens where expires_at < $1`, now.AddDate(0, 0, -30))
		b.Queue(`delete from throttles where window_ends_at < $1`, now)
		b.Queue(`delete from address_changes where expires_at < $1`, now)
		b.Queue(`delete from registrations where created_at < $1`, now.Add(-2*verificationLife))
		for _, r := range []Realm{Clients, Staff} {
			b.Queue(r.sql(`update {accounts} set password_reset_token = null, password_reset_expires_at = null
				where password_reset_expires_at < $1`), now)
		}
		return tx.SendBatch(ctx, b).Close()
	})
}
