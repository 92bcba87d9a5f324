package schedule

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Release sends a report that is held, with the numbers as they are by then. The note
// tells its readers why they are not whole; it may be empty.
func (s *Service) Release(ctx context.Context, id uuid.UUID, note string) error {
	var check fault.Check
	note = check.Text("note", "the note", note, 0, 2000)
	if err := check.Err(); err != nil {
		return err
	}
	return s.decide(ctx, id, func(tx *db.Tx, q *scheduledb.Queries, row scheduledb.ScheduledReport) error {
		by, now := tx.Actor().ID, clock.Now(ctx)
		tx.Record(about("report.release", "report", row.CustomerID, id, map[string]any{"note": note, "reasons": row.Reasons}))
		tx.Enqueue(making{ReportID: id}, nil)
		return q.Release(ctx, scheduledb.ReleaseParams{ID: id, Note: note, By: &by, Now: &now})
	})
}

// Drop gives a held report up.
func (s *Service) Drop(ctx context.Context, id uuid.UUID) error {
	return s.decide(ctx, id, func(tx *db.Tx, q *scheduledb.Queries, row scheduledb.ScheduledReport) error {
		tx.Record(about("report.drop", "report", row.CustomerID, id, map[string]any{"reasons": row.Reasons}))
		return q.Drop(ctx, scheduledb.DropParams{ID: id, Reasons: []string{}, Now: clock.Now(ctx)})
	})
}

// decide is what one of the agency does about a report that is held.
func (s *Service) decide(ctx context.Context, id uuid.UUID, do func(*db.Tx, *scheduledb.Queries, scheduledb.ScheduledReport) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayPlan(tx.Actor()); err != nil {
			return err
		}
		q := scheduledb.New(tx)
		row, err := q.ReportForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "report")
		}
		if row.Status != Held {
			return fault.New(fault.Conflict, "This report is not held any more.")
		}
		announce(tx, row.CustomerID, id, true)
		return do(tx, q, row)
	})
}

// SendAgain writes once more to somebody whose mail may not have gone out.
func (s *Service) SendAgain(ctx context.Context, id, user uuid.UUID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayPlan(tx.Actor()); err != nil {
			return err
		}
		q := scheduledb.New(tx)
		row, err := q.ReportForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "report")
		}
		m, err := q.MailToSend(ctx, scheduledb.MailToSendParams{ReportID: id, UserID: user})
		if err != nil {
			return db.Missing(err, "mail")
		}
		now := clock.Now(ctx)
		if m.Status != mailSending || now.Sub(m.ChangedAt) < uncertain {
			return fault.New(fault.Conflict, "There is nothing to be sent again: the mail went out, or is on its way.")
		}
		tx.Record(about("report.send_again", "report", row.CustomerID, id, map[string]any{"user_id": user}))
		tx.Enqueue(letterTo{ReportID: id, UserID: user, Since: now.UnixMicro()}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}})
		announce(tx, row.CustomerID, id, true)
		return q.MoveMail(ctx, scheduledb.MoveMailParams{ReportID: id, UserID: user, Status: mailWaiting, Now: now})
	})
}
