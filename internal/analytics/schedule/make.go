package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/export"
	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// patience is how long a report waits for people who are still being counted.
const patience = 15 * time.Minute

// The states of a report.
const (
	Waiting = "waiting"
	Held    = "held"
	Sent    = "sent"
	Dropped = "dropped"
)

// Make reads a report's numbers, and holds or sends it. It asks to be called again
// when a source is still being asked for some of them. A report that is no longer
// waiting is left alone.
func (s *Service) Make(ctx context.Context, id uuid.UUID) (wait bool, err error) {
	row, err := s.row(ctx, id)
	if err != nil || row.Status != Waiting {
		return false, err
	}
	report, err := s.read(ctx, row)
	if fault.CodeOf(err) == fault.NotFound {
		return false, s.drop(ctx, id, "The dashboard is not shown any more.")
	}
	if err != nil {
		return false, err
	}
	if row.ReleasedAt != nil { // somebody has decided that it goes out as it is
		return false, s.freeze(ctx, row, report)
	}
	if report.Pending() && clock.Now(ctx).Sub(row.UpdatedAt) < patience {
		return true, nil
	}
	if reasons := whyHeld(report); len(reasons) > 0 {
		return false, s.hold(ctx, id, reasons)
	}
	return false, s.freeze(ctx, row, report)
}

func (s *Service) row(ctx context.Context, id uuid.UUID) (row scheduledb.ReportRow, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		row, err = scheduledb.New(tx).Report(ctx, id)
		return db.Missing(err, "report")
	})
	return row, err
}

// read reads the numbers of a report as they are now.
func (s *Service) read(ctx context.Context, row scheduledb.ReportRow) (analytics.Report, error) {
	if row.DashboardID == nil {
		return analytics.Report{}, fault.Missing("dashboard")
	}
	return s.Dashboards.SeenByClients(ctx, row.CustomerID, *row.DashboardID, covered(row.RangeFrom, row.RangeTo, row.RangePreset), widget.Comparison(row.Compare))
}

func covered(from, to time.Time, preset string) widget.Range {
	return widget.Range{From: widget.Day{Time: from}, To: widget.Day{Time: to}, Preset: widget.Preset(preset)}
}

// whyHeld is why a report should not go out by itself: in words, one for each source
// that is behind.
func whyHeld(r analytics.Report) (reasons []string) {
	live := 0
	for _, f := range r.Freshness {
		if f.Coming != nil {
			reasons = append(reasons, f.Name+": "+f.Coming.Label+" still to come.")
			continue
		}
		switch f.State {
		case analytics.Stale, analytics.Failing, analytics.NeverSynced:
			reasons = append(reasons, f.Name+": "+f.Note)
		case analytics.Fresh:
			live++
		}
	}
	if live == 0 && len(reasons) == 0 {
		reasons = append(reasons, "No source of numbers is connected.")
	}
	return reasons
}

// step changes a waiting report; another portal may have been faster.
func (s *Service) step(ctx context.Context, id uuid.UUID, do func(tx *db.Tx, q *scheduledb.Queries, row scheduledb.ScheduledReport) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := scheduledb.New(tx)
		row, err := q.ReportForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "report")
		}
		if row.Status != Waiting {
			return db.ErrUnchanged
		}
		announce(tx, row.CustomerID, id, true)
		return do(tx, q, row)
	})
}

func (s *Service) drop(ctx context.Context, id uuid.UUID, reason string) error {
	return s.step(ctx, id, func(tx *db.Tx, q *scheduledb.Queries, row scheduledb.ScheduledReport) error {
		tx.Record(about("report.drop", "report", row.CustomerID, id, map[string]any{"reason": reason}))
		return q.Drop(ctx, scheduledb.DropParams{ID: id, Reasons: []string{reason}, Now: clock.Now(ctx)})
	})
}

func (s *Service) hold(ctx context.Context, id uuid.UUID, reasons []string) error {
	return s.step(ctx, id, func(tx *db.Tx, q *scheduledb.Queries, row scheduledb.ScheduledReport) error {
		tx.Record(about("report.hold", "report", row.CustomerID, id, map[string]any{"reasons": reasons}))
		if err := q.Hold(ctx, scheduledb.HoldParams{ID: id, Reasons: reasons, Now: clock.Now(ctx)}); err != nil {
			return err
		}
		return s.tellAgency(ctx, tx, row, reasons)
	})
}

// freeze keeps the numbers as they are and the document of them, and has them sent.
func (s *Service) freeze(ctx context.Context, row scheduledb.ReportRow, report analytics.Report) error {
	head, err := s.Paper(ctx)
	if err != nil {
		return err
	}
	document, err := export.Document(head, report, row.Note)
	if err != nil {
		return fmt.Errorf("draw report %s: %w", row.ID, err)
	}
	frozen, err := json.Marshal(report)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("reports/%s/%s-%s.pdf", row.CustomerID, row.ID, newID())
	if err := s.Files.WriteAll(ctx, key, document, &blob.WriterOptions{ContentType: "application/pdf"}); err != nil {
		return fmt.Errorf("keep report %s: %w", row.ID, err)
	}
	kept := false
	err = s.step(ctx, row.ID, func(tx *db.Tx, q *scheduledb.Queries, now scheduledb.ScheduledReport) error {
		kept = true
		size := int32(len(document))
		err := q.Freeze(ctx, scheduledb.FreezeParams{ID: row.ID, Report: frozen, FileKey: &key, FileBytes: &size, Now: ref(clock.Now(ctx))})
		if err != nil {
			return err
		}
		announce(tx, now.CustomerID, row.ID, false)
		return s.tellReaders(ctx, tx, q, now)
	})
	if err != nil || !kept { // it is another's file that counts
		err = errors.Join(err, s.Files.Delete(context.WithoutCancel(ctx), key))
	}
	return err
}

func ref[T any](v T) *T { return &v }
