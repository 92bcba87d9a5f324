package auth

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// codeStep is how long an authenticator app shows one code.
const codeStep = 30 * time.Second

// errWrongCode says nothing of why: wrong, late, or used before.
var errWrongCode = fault.New(fault.SecondFactor, "This code is not right, or was used before. Wait for the next one, or use a recovery code.")

// SecondFactor is what an authenticator app needs, shown once.
type SecondFactor struct {
	Secret string // to be typed
	URL    string // otpauth://…, to be drawn as a QR code
}

// PrepareSecondFactor makes a new secret for the person who is signed in. It has
// no effect until ConfirmSecondFactor shows that their app has it.
func (s *Service) PrepareSecondFactor(ctx context.Context) (SecondFactor, error) {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return SecondFactor{}, err
	}
	letter, err := s.letterhead(ctx)
	if err != nil {
		return SecondFactor{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: strings.ReplaceAll(letter.Agency, ":", ""), AccountName: who.Email})
	if err != nil {
		return SecondFactor{}, err
	}
	sealed, err := s.secrets.Seal([]byte(key.Secret()), who.ID.String())
	if err != nil {
		return SecondFactor{}, err
	}
	err = s.write(ctx, func(tx *db.Tx) error {
		tag, err := tx.Exec(ctx, r.sql(`update {accounts} set two_factor_secret = $2 where id = $1 and not two_factor_enabled`), who.ID, sealed)
		if err == nil && tag.RowsAffected() == 0 {
			return fault.New(fault.Conflict, "Your second factor is on already. Turn it off first.")
		}
		record(tx, who, audit.Event{Action: "second_factor.prepare", Subject: audit.Subject{Type: r.subject(), ID: who.ID}})
		return err
	})
	return SecondFactor{Secret: key.Secret(), URL: key.URL()}, err
}

// ConfirmSecondFactor turns the second factor on, given a code of the app, and
// returns the recovery codes, which are shown once.
func (s *Service) ConfirmSecondFactor(ctx context.Context, code string) ([]string, error) {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return nil, err
	}
	a, err := s.own(ctx, r, who)
	switch {
	case err != nil:
		return nil, err
	case a.twoFactor:
		return nil, fault.New(fault.Conflict, "Your second factor is on already.")
	case a.sealedSecret == "":
		return nil, fault.New(fault.Conflict, "Start with a new secret for your app.")
	}
	if err := s.attempt(ctx, r, a.email); err != nil {
		return nil, err
	}
	codes := newRecoveryCodes()
	err = s.write(ctx, func(tx *db.Tx) error {
		if ok, err := s.useStep(ctx, tx, r, a, code); err != nil || !ok {
			return firstError(err, fault.InvalidField("code", "%s", "This is not the code that your app shows now."))
		}
		tag, err := tx.Exec(ctx, r.sql(`
			update {accounts} set two_factor_enabled = true, updated_at = $2
			where id = $1 and two_factor_secret = $3 and not two_factor_enabled`), a.id, clock.Now(ctx), a.sealedSecret)
		if err != nil || tag.RowsAffected() == 0 {
			return firstError(err, fault.New(fault.Conflict, "The secret was changed meanwhile. Start again."))
		}
		record(tx, who, audit.Event{Action: "second_factor.enable", Subject: a.subject(r)})
		return storeRecoveryCodes(ctx, tx, a.id, codes)
	})
	if err != nil {
		return nil, err
	}
	return codes, s.excuse(ctx, r, a.email)
}

// Proof is what the owner of an account shows before its second factor changes.
type Proof struct {
	Password string // none for who only signs in with a provider
	Code     string // of the second factor, or a recovery code
}

// DisableSecondFactor turns the second factor off.
func (s *Service) DisableSecondFactor(ctx context.Context, p Proof) error {
	return s.withProof(ctx, p, "second_factor.disable", func(tx *db.Tx, r Realm, id uuid.UUID) error {
		_, err := tx.Exec(ctx, r.sql(`
			with codes as (delete from recovery_codes where owner_id = $1)
			update {accounts} set two_factor_enabled = false, two_factor_secret = null, updated_at = $2 where id = $1`),
			id, clock.Now(ctx))
		return err
	})
}

// RenewRecoveryCodes makes new recovery codes and voids the old ones.
func (s *Service) RenewRecoveryCodes(ctx context.Context, p Proof) ([]string, error) {
	codes := newRecoveryCodes()
	err := s.withProof(ctx, p, "second_factor.renew_codes", func(tx *db.Tx, _ Realm, id uuid.UUID) error {
		return storeRecoveryCodes(ctx, tx, id, codes)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// withProof changes the second factor of the person who is signed in, after they
// have shown both factors.
func (s *Service) withProof(ctx context.Context, p Proof, action string, change func(tx *db.Tx, r Realm, id uuid.UUID) error) error {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return err
	}
	a, err := s.own(ctx, r, who)
	if err != nil {
		return err
	}
	if !a.twoFactor {
		return fault.New(fault.Conflict, "Your second factor is off.")
	}
	if err := s.prove(ctx, r, a, "password", p.Password); err != nil {
		return err
	}
	if err := s.attempt(ctx, r, a.email); err != nil {
		return err
	}
	err = s.write(ctx, func(tx *db.Tx) error {
		if err := s.useCode(ctx, tx, r, a, p.Code); err != nil {
			return err
		}
		record(tx, who, audit.Event{Action: action, Subject: a.subject(r)})
		return change(tx, r, a.id)
	})
	switch {
	case fault.CodeOf(err) == fault.SecondFactor:
		return firstError(s.failed(ctx, r, a, a.email, "code"), fault.InvalidField("code", "%s", errWrongCode.Message))
	case err != nil:
		return err
	}
	return s.excuse(ctx, r, a.email)
}

// useCode uses up a code of the second factor, of the app or for recovery; a
// wrong one is the fault errWrongCode.
func (s *Service) useCode(ctx context.Context, tx *db.Tx, r Realm, a account, code string) error {
	ok, err := s.useStep(ctx, tx, r, a, code)
	if err == nil && !ok {
		ok, err = useRecoveryCode(ctx, tx, a.id, code)
	}
	if err == nil && !ok {
		err = errWrongCode
	}
	return err
}

// useStep uses up a code of the app: that of now, or of the step before or after.
// The account remembers the last step used, and only a later one is good, so that
// of parallel tries with one code one succeeds.
func (s *Service) useStep(ctx context.Context, tx *db.Tx, r Realm, a account, code string) (bool, error) {
	secret, err := s.secrets.Open(a.sealedSecret, a.id.String())
	if err != nil {
		return false, err
	}
	code, now := strings.ReplaceAll(code, " ", ""), clock.Now(ctx)
	for _, at := range []time.Time{now, now.Add(-codeStep), now.Add(codeStep)} {
		right, _ := totp.ValidateCustom(code, string(secret), at, totp.ValidateOpts{
			Period: uint(codeStep.Seconds()), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
		})
		if right { // an error means that it is not six digits
			step := at.Unix() / int64(codeStep.Seconds())
			tag, err := tx.Exec(ctx, r.sql(`update {accounts} set two_factor_last_step = $2 where id = $1 and two_factor_last_step < $2`), a.id, step)
			return tag.RowsAffected() == 1, err
		}
	}
	return false, nil
}
