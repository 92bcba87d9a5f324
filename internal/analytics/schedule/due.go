package schedule

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/clock"
	"clientportal/internal/db"
)

// sweep is the job that looks, each minute, for schedules whose moment has come.
type sweep struct{}

// Kind implements river.JobArgs.
func (sweep) Kind() string { return "report_due" }

type sweepWorker struct {
	river.WorkerDefaults[sweep]
	*Service
}

// Work begins a report of each schedule that is due.
func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[sweep]) error {
	return w.BeginDue(ctx)
}

// BeginDue begins a report of each schedule whose moment has come. Of moments that
// passed while no portal ran, it is the last one.
func (s *Service) BeginDue(ctx context.Context) error {
	for {
		found := 0
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			q := scheduledb.New(tx)
			rows, err := q.Due(ctx, clock.Now(ctx))
			if err != nil {
				return err
			}
			if found = len(rows); found == 0 {
				return db.ErrUnchanged
			}
			for _, row := range rows {
				if err := begin(ctx, tx, q, row); err != nil {
					return fmt.Errorf("schedule %s: %w", row.ReportSchedule.ID, err)
				}
			}
			return nil
		})
		if err != nil || found == 0 {
			return err
		}
	}
}

// begin makes the row of a report, and sets the schedule to its next moment.
func begin(ctx context.Context, tx *db.Tx, q *scheduledb.Queries, row scheduledb.DueRow) error {
	s, now := row.ReportSchedule, clock.Now(ctx)
	zone, err := clock.Zone(row.Timezone)
	if err != nil {
		zone = time.UTC // the portal's tables no longer have it
	}
	rhythm := rhythmOf(s)
	next := rhythm.after(now, zone)
	moved := map[string]any{"next_due_at": next, "timezone": row.Timezone}
	if s.NextDueAt.After(now) || !row.CustomerIsActive { // the customer moved to another zone, or has left
		tx.Record(about("report_schedule.reckon", "report_schedule", s.CustomerID, s.ID, moved))
		return q.MoveOn(ctx, scheduledb.MoveOnParams{ID: s.ID, NextDueAt: next, Zone: row.Timezone})
	}
	due := s.NextDueAt
	for later := rhythm.after(due, zone); !later.After(now); later = rhythm.after(due, zone) {
		due = later
	}
	id, covered := newID(), rhythm.covers(widget.DayOf(due.In(zone)))
	added, err := q.InsertReport(ctx, scheduledb.InsertReportParams{
		ID: id, CustomerID: s.CustomerID, ScheduleID: &s.ID, DashboardID: &s.DashboardID, DashboardName: row.DashboardName, DueAt: due,
		RangeFrom: covered.From.Time, RangeTo: covered.To.Time, RangePreset: string(covered.Preset), Compare: s.Compare, Now: now,
	})
	if err != nil {
		return err
	}
	if added > 0 {
		tx.Record(about("report.begin", "report", s.CustomerID, id, map[string]any{"schedule_id": s.ID, "due_at": due}))
		tx.Enqueue(making{ReportID: id}, nil)
	}
	tx.Record(about("report_schedule.reckon", "report_schedule", s.CustomerID, s.ID, moved))
	return q.MoveOn(ctx, scheduledb.MoveOnParams{ID: s.ID, NextDueAt: next, Zone: row.Timezone})
}

// making is the job that reads a report's numbers, and holds or sends it.
type making struct {
	ReportID uuid.UUID `json:"report_id"`
}

// Kind implements river.JobArgs.
func (making) Kind() string { return "report_make" }

type makingWorker struct {
	river.WorkerDefaults[making]
	*Service
}

// Work makes the report. It waits for people who are still being counted.
func (w *makingWorker) Work(ctx context.Context, job *river.Job[making]) error {
	wait, err := w.Make(ctx, job.Args.ReportID)
	if err == nil && wait {
		return river.JobSnooze(time.Minute)
	}
	return err
}

// AddWorkers registers what scheduled reports do later.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &sweepWorker{Service: s})
	river.AddWorker(workers, &makingWorker{Service: s})
	river.AddWorker(workers, &letterWorker{Service: s})
}

// PeriodicJobs are what scheduled reports do by themselves.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(time.Minute),
			func() (river.JobArgs, *river.InsertOpts) { return sweep{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true}),
	}
}
