package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/news"
	"clientportal/internal/notify/notifydb"
)

// Notification is what a person is told of an event: "Who Text About", and a note.
type Notification struct {
	ID          uuid.UUID  `json:"id"`
	Kind        news.Kind  `json:"kind"`
	SubjectType string     `json:"subject_type" example:"ticket"`
	SubjectID   uuid.UUID  `json:"subject_id"`
	CustomerID  uuid.UUID  `json:"customer_id"`
	Who         string     `json:"who" example:"Sam Okafor"`
	Text        string     `json:"text" example:"asked about"`
	About       string     `json:"about" example:"DG-213"`
	Note        string     `json:"note"`
	Path        string     `json:"path" doc:"Of the page that it leads to" example:"/tickets/0197c1d0-0000-7000-8000-000000000001"`
	CreatedAt   time.Time  `json:"created_at"`
	ReadAt      *time.Time `json:"read_at"`
}

type position struct {
	At time.Time `json:"at"`
	ID uuid.UUID `json:"id"`
}

// start is before every list: nothing is newer.
var start = position{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), uuid.Max}

// Notifications are the actor's own, newest first; with unread only those. Of
// several companies they are those of the one that the actor acts in.
func (s *Service) Notifications(ctx context.Context, unread bool, cursor string, limit int) (page api.Page[Notification], err error) {
	who, err := person(ctx)
	if err != nil {
		return page, err
	}
	after := start
	if err := api.DecodeCursor(cursor, &after); err != nil {
		return page, err
	}
	var items []Notification
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		items, err = own(ctx, tx, who, unread, after, limit+1)
		return err
	})
	return api.PageOf(items, limit, func(n Notification) any { return position{n.CreatedAt, n.ID} }), err
}

func own(ctx context.Context, tx *db.Tx, who actor.Actor, unread bool, after position, limit int) (list []Notification, err error) {
	q := notifydb.New(tx)
	if who.Kind == actor.Staff {
		rows, err := q.EmployeeNotifications(ctx, notifydb.EmployeeNotificationsParams{
			EmployeeID: who.ID, Unread: unread, Before: after.At, BeforeID: after.ID, MaxRows: int32(limit),
		})
		for _, r := range rows {
			list = append(list, notification(notifydb.MemberNotificationsRow(r)))
		}
		return list, err
	}
	rows, err := q.MemberNotifications(ctx, notifydb.MemberNotificationsParams{
		UserID: who.ID, CustomerID: who.CustomerID(), Unread: unread, Before: after.At, BeforeID: after.ID, MaxRows: int32(limit),
	})
	for _, r := range rows {
		list = append(list, notification(r))
	}
	return list, err
}

func notification(r notifydb.MemberNotificationsRow) Notification {
	return Notification{
		r.ID, news.Kind(r.Kind), r.SubjectType, r.SubjectID, r.CustomerID, r.Who, r.Text, r.About, r.Note, r.Path, r.CreatedAt, r.ReadAt,
	}
}

// MarkRead marks those of the actor's notifications as read, or with no ids all.
// Ids of others do nothing.
func (s *Service) MarkRead(ctx context.Context, ids []uuid.UUID) error {
	who, err := person(ctx)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		return recordRead(tx, who, func() (int64, error) { return markRead(ctx, tx, who, ids) })
	})
	if err != nil {
		return fmt.Errorf("mark notifications as read: %w", err)
	}
	return nil
}

func markRead(ctx context.Context, tx *db.Tx, who actor.Actor, ids []uuid.UUID) (int64, error) {
	q, now, all := notifydb.New(tx), clock.Now(ctx), len(ids) == 0
	if who.Kind == actor.Staff {
		return q.ReadByEmployee(ctx, notifydb.ReadByEmployeeParams{EmployeeID: who.ID, Now: now, Everything: all, Ids: ids})
	}
	return q.ReadByMember(ctx, notifydb.ReadByMemberParams{UserID: who.ID, CustomerID: who.CustomerID(), Now: now, Everything: all, Ids: ids})
}
