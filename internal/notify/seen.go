package notify

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/news"
	"clientportal/internal/notify/notifydb"
)

// Seen marks as read what the actor was told of a subject whose page they are opening.
// That it can't be marked is no reason not to show the page.
func (s *Service) Seen(ctx context.Context, of news.Subject) {
	who, err := person(ctx)
	if err != nil || who.Viewing() || who.Program() {
		return // nobody's own look at it
	}
	if err := s.seen(ctx, who, of); err != nil {
		slog.WarnContext(ctx, "what was seen could not be marked as read", "error", err, "request_id", who.RequestID)
	}
}

// seen asks first, since most pages that are opened are news to nobody.
func (s *Service) seen(ctx context.Context, who actor.Actor, of news.Subject) error {
	var unread bool
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		unread, err = hasUnread(ctx, tx, who, of)
		return err
	})
	if err != nil || !unread {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return recordRead(tx, who, func() (int64, error) { return markSeen(ctx, tx, who, of) })
	})
}

func hasUnread(ctx context.Context, tx *db.Tx, who actor.Actor, of news.Subject) (bool, error) {
	q := notifydb.New(tx)
	if who.Kind == actor.Staff {
		return q.UnreadByEmployee(ctx, notifydb.UnreadByEmployeeParams{EmployeeID: who.ID, SubjectType: of.Type, SubjectID: of.ID})
	}
	return q.UnreadByMember(ctx, notifydb.UnreadByMemberParams{UserID: who.ID, CustomerID: who.CustomerID(), SubjectType: of.Type, SubjectID: of.ID})
}

func markSeen(ctx context.Context, tx *db.Tx, who actor.Actor, of news.Subject) (int64, error) {
	q, now := notifydb.New(tx), clock.Now(ctx)
	if who.Kind == actor.Staff {
		return q.SeenByEmployee(ctx, notifydb.SeenByEmployeeParams{EmployeeID: who.ID, Now: now, SubjectType: of.Type, SubjectID: of.ID})
	}
	return q.SeenByMember(ctx, notifydb.SeenByMemberParams{UserID: who.ID, CustomerID: who.CustomerID(), Now: now, SubjectType: of.Type, SubjectID: of.ID})
}

// recordRead marks notifications as read, leaves the event of it, and tells the
// reader's open pages.
func recordRead(tx *db.Tx, who actor.Actor, mark func() (int64, error)) error {
	n, err := mark()
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrUnchanged
	}
	tx.Record(audit.Event{Action: "notification.read", Subject: account{Kind: who.Kind, ID: who.ID}.subject(), Payload: map[string]int64{"notifications": n}})
	tx.Announce(hint(who.CustomerID(), who.ID))
	return nil
}

// How long notifications are kept: those that were read, and all.
const (
	readKeptDays = 90
	keptDays     = 365
)

// Forget removes notifications that are old.
func (s *Service) Forget(ctx context.Context) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		now := clock.Now(ctx)
		n, err := notifydb.New(tx).ForgetOld(ctx, notifydb.ForgetOldParams{Oldest: now.AddDate(0, 0, -keptDays), OldestRead: now.AddDate(0, 0, -readKeptDays)})
		if err != nil {
			return err
		}
		if n == 0 {
			return db.ErrUnchanged
		}
		tx.Record(audit.Event{Action: "notification.forget", Subject: audit.Subject{Type: "notifications", ID: uuid.Nil}, Payload: map[string]int64{"notifications": n}})
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget old notifications: %w", err)
	}
	return nil
}
