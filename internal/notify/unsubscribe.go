package notify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/news"
	"clientportal/internal/notify/notifydb"
)

// Ending makes the links that end this person's mails of a kind, or with "" of
// all kinds.
func (s *Service) Ending(customer uuid.UUID, to news.Reader, kind news.Kind) (news.Ending, error) {
	side := actor.Client
	if to.Staff {
		side, customer = actor.Staff, uuid.Nil
	}
	plain, err := json.Marshal(subscription{account{customer, to.ID, side}, kind})
	if err != nil {
		return news.Ending{}, err
	}
	sealed, err := s.Secrets.Seal(plain, unsubscribing)
	if err != nil {
		return news.Ending{}, fmt.Errorf("make a link that ends mails: %w", err)
	}
	token, err := base64.StdEncoding.DecodeString(sealed)
	return news.Ending{
		SettingsURL: s.BaseURL + pathOf(side, "/account/notifications"),
		Unsubscribe: s.BaseURL + "/unsubscribe?token=" + tokens.EncodeToString(token),
	}, err
}

// subscription is what a link ends. It stands in the link, encrypted.
type subscription struct {
	Account account
	Kind    news.Kind
}

// unsubscribing keeps such a token from being taken for another.
const unsubscribing = "unsubscribe"

// tokens is how a token is written: there is one way for each.
var tokens = base64.RawURLEncoding.Strict()

func (s *Service) subscription(token string) (sub subscription, err error) {
	raw, err := tokens.DecodeString(token)
	if err == nil {
		var plain []byte
		if plain, err = s.Secrets.Open(base64.StdEncoding.EncodeToString(raw), unsubscribing); err == nil {
			err = json.Unmarshal(plain, &sub)
		}
	}
	if err != nil {
		return sub, fault.Missing("subscription")
	}
	return sub, nil
}

// label names what the subscription's mails are about.
func (s subscription) label() string {
	for _, t := range news.Topics(s.Account.Kind) {
		if t.Kind == s.Kind {
			return t.Label
		}
	}
	return "All events"
}

// Unsubscribe ends the mails that the link of one of them stands for. Whoever has
// the link may: it does nothing else.
func (s *Service) Unsubscribe(ctx context.Context, token string) error {
	sub, err := s.subscription(token)
	if err != nil {
		return err
	}
	ctx = actor.As(ctx, "unsubscribe")
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		name, err := nameOf(ctx, tx, sub.Account)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Missing("subscription")
		}
		if err != nil {
			return err
		}
		own, err := settingsOf(ctx, tx, sub.Account)
		if err != nil {
			return err
		}
		wanted := own.whole(sub.Account.Kind)
		for kind := range wanted.Mail {
			if sub.Kind == "" || sub.Kind == kind {
				wanted.Mail[kind] = None
			}
		}
		tx.Record(audit.Event{
			Action: "notification.unsubscribe", CustomerID: sub.Account.CustomerID, Subject: sub.Account.subject(),
			Actor:   audit.Actor{Kind: string(sub.Account.Kind), ID: sub.Account.ID, Name: name},
			Payload: map[string]any{"kind": sub.Kind},
		})
		return saveSettings(ctx, tx, sub.Account, wanted)
	})
	if err != nil {
		return fmt.Errorf("unsubscribe: %w", err)
	}
	return nil
}

func nameOf(ctx context.Context, tx *db.Tx, a account) (string, error) {
	q := notifydb.New(tx)
	if a.Kind == actor.Staff {
		return q.EmployeeName(ctx, a.ID)
	}
	return q.MemberName(ctx, notifydb.MemberNameParams{CustomerID: a.CustomerID, UserID: a.ID})
}
