package timetrack

import (
	"context"
	"fmt"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/timetrack/timetrackdb"
)

// approveByItself is the hourly job that approves hours as the customer's terms say.
type approveByItself struct{}

// Kind implements river.JobArgs.
func (approveByItself) Kind() string { return "hours_approve_by_themselves" }

// ApproveByItself tells clients which hours will soon be approved without them, and
// approves those whose time is over. Nothing is approved of which nobody was told.
func (s *Service) ApproveByItself(ctx context.Context) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		soon, err := timetrackdb.New(tx).ApprovesSoon(ctx, clock.Now(ctx))
		if err == nil && len(soon) == 0 {
			return db.ErrUnchanged
		}
		for _, c := range soon {
			what := fmt.Sprintf("%s h in %d entries", Hours(c.Minutes), c.Entries)
			if c.Entries == 1 {
				what = Hours(c.Minutes).String() + " h in one entry"
			}
			tx.Record(about("customer", "time_entry.announce_approval", c.CustomerID, c.CustomerID, map[string]any{"entries": c.Entries, "hours": Hours(c.Minutes)}))
			tell(ctx, tx, notice{CustomerID: c.CustomerID, Event: approvesSoon, SubjectID: c.CustomerID, Note: what})
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("tell which hours will be approved by themselves: %w", err)
	}
	return s.approveDue(ctx)
}

func (s *Service) approveDue(ctx context.Context) error {
	var due []Seen
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := timetrackdb.New(tx).ApprovesNow(ctx, clock.Now(ctx))
		for _, r := range rows {
			due = append(due, Seen{r.ID, api.ETag(r.Revision)})
		}
		return err
	})
	if err != nil || len(due) == 0 {
		return err
	}
	if _, err = s.ApproveEntries(ctx, due); err != nil {
		return fmt.Errorf("approve hours by themselves: %w", err)
	}
	return nil
}
