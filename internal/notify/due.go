package notify

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/notify/notifydb"
)

// MailDue puts on their way the mails that are due. Notifications are given to a
// mail and the mail's job is enqueued in one transaction: however often this runs,
// on however many portals, each is told of in one mail. What was read in the
// portal in the meantime needs none.
func (s *Service) MailDue(ctx context.Context) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		q := notifydb.New(tx)
		if err := q.OneClaims(ctx); err != nil {
			return err
		}
		mails, err := q.ClaimDue(ctx, clock.Now(ctx))
		if err != nil {
			return err
		}
		if len(mails) == 0 {
			return db.ErrUnchanged
		}
		for _, id := range mails {
			tx.Enqueue(letter{MailID: id}, nil)
		}
		tx.Record(audit.Event{Action: "notification.mail", Payload: map[string][]uuid.UUID{"mails": mails}})
		return nil
	})
	if err != nil {
		return fmt.Errorf("send what is due: %w", err)
	}
	return nil
}
