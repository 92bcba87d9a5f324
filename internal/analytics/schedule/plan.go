package schedule

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
)

// Plan is a schedule as it is set.
type Plan struct {
	Rhythm
	Compare    widget.Comparison `json:"compare,omitempty" enum:"none,previous_period,previous_year" doc:"previous_period when it is left out"`
	Recipients []uuid.UUID       `json:"recipients" maxItems:"100" nullable:"false" doc:"People of the customer's who see the dashboard"`
	IsActive   *bool             `json:"is_active,omitempty" doc:"true when it is left out"`
}

func (p *Plan) check(readers []scheduledb.ReadersRow) error {
	var check fault.Check
	p.Rhythm.check(&check)
	if p.Compare == "" {
		p.Compare = widget.PreviousPeriod
	}
	check.OneOf("compare", string(p.Compare), string(widget.NoComparison), string(widget.PreviousPeriod), string(widget.PreviousYear))
	slices.SortFunc(p.Recipients, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	p.Recipients = slices.Compact(p.Recipients)
	check.That(len(p.Recipients) > 0, "recipients", "Choose at least one person.")
	for _, id := range p.Recipients {
		known := slices.ContainsFunc(readers, func(r scheduledb.ReadersRow) bool { return r.UserID == id })
		check.That(known, "recipients", "Choose people of this customer who see the dashboard.")
	}
	return check.Err()
}

func (p Plan) active() bool { return p.IsActive == nil || *p.IsActive }

// Create has a dashboard's numbers go out.
func (s *Service) Create(ctx context.Context, dashboard uuid.UUID, p Plan) (created Schedule, err error) {
	id := newID()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayPlan(tx.Actor()); err != nil {
			return err
		}
		q := scheduledb.New(tx)
		d, err := q.Dashboard(ctx, dashboard)
		if err != nil {
			return db.Missing(err, "dashboard")
		}
		if err := s.checked(ctx, q, d, &p); err != nil {
			return err
		}
		by, now := tx.Actor().ID, clock.Now(ctx)
		weekday, monthDay := p.stored()
		next, err := nextOf(p.Rhythm, now, d.Timezone)
		if err != nil {
			return err
		}
		err = q.InsertSchedule(ctx, scheduledb.InsertScheduleParams{
			ID: id, CustomerID: d.CustomerID, DashboardID: d.ID, Cadence: string(p.Cadence), Weekday: weekday, MonthDay: monthDay, Hour: int16(p.Hour),
			Compare: string(p.Compare), IsActive: p.active(), Zone: d.Timezone, NextDueAt: next, CreatedByEmployeeID: &by, Now: now,
		})
		if err == nil {
			err = q.AddRecipients(ctx, scheduledb.AddRecipientsParams{CustomerID: d.CustomerID, ScheduleID: id, Users: p.Recipients})
		}
		tx.Record(about("report_schedule.create", "report_schedule", d.CustomerID, id, p.payload(dashboard)))
		announce(tx, d.CustomerID, id, true)
		return err
	})
	if err != nil {
		return created, err
	}
	return s.Schedule(ctx, id)
}

// checked checks a plan against who sees the dashboard.
func (s *Service) checked(ctx context.Context, q *scheduledb.Queries, d scheduledb.DashboardRow, p *Plan) error {
	readers, err := q.Readers(ctx, scheduledb.ReadersParams{CustomerID: d.CustomerID, DashboardID: d.ID})
	if err != nil {
		return err
	}
	return p.check(readers)
}

func (p Plan) payload(dashboard uuid.UUID) map[string]any {
	return map[string]any{
		"dashboard_id": dashboard, "cadence": p.Cadence, "weekday": p.Weekday, "month_day": p.MonthDay, "hour": p.Hour,
		"compare": p.Compare, "recipients": p.Recipients, "is_active": p.active(),
	}
}

func nextOf(r Rhythm, now time.Time, zone string) (time.Time, error) {
	location, err := clock.Zone(zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("the customer's time zone: %w", err)
	}
	return r.after(now, location), nil
}

// announce tells open pages of a change.
func announce(tx *db.Tx, customer, id uuid.UUID, internal bool) {
	tx.Announce(live.Hint{CustomerID: customer, Topic: "report:" + id.String(), Internal: internal})
}

// Update sets a schedule anew. Reports that were made already stay as they are.
func (s *Service) Update(ctx context.Context, id uuid.UUID, p Plan, ifMatch string) (Schedule, error) {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayPlan(tx.Actor()); err != nil {
			return err
		}
		q := scheduledb.New(tx)
		before, err := q.ScheduleForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "schedule")
		}
		if err := api.CheckMatch(ifMatch, api.ETag(before.UpdatedAt)); err != nil {
			return err
		}
		d, err := q.Dashboard(ctx, before.DashboardID)
		if err != nil {
			return err
		}
		if err := s.checked(ctx, q, d, &p); err != nil {
			return err
		}
		now := clock.Now(ctx)
		weekday, monthDay := p.stored()
		next, err := nextOf(p.Rhythm, now, d.Timezone)
		if err != nil {
			return err
		}
		tx.Record(about("report_schedule.update", "report_schedule", before.CustomerID, id, p.payload(before.DashboardID)))
		announce(tx, before.CustomerID, id, true)
		err = q.UpdateSchedule(ctx, scheduledb.UpdateScheduleParams{
			ID: id, Cadence: string(p.Cadence), Weekday: weekday, MonthDay: monthDay, Hour: int16(p.Hour), Compare: string(p.Compare),
			IsActive: p.active(), Zone: d.Timezone, NextDueAt: next, Now: now,
		})
		if err != nil {
			return err
		}
		if err := q.ClearRecipients(ctx, id); err != nil {
			return err
		}
		return q.AddRecipients(ctx, scheduledb.AddRecipientsParams{CustomerID: before.CustomerID, ScheduleID: id, Users: p.Recipients})
	})
	if err != nil {
		return Schedule{}, err
	}
	return s.Schedule(ctx, id)
}

// Remove ends a schedule. What it sent stays.
func (s *Service) Remove(ctx context.Context, id uuid.UUID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayPlan(tx.Actor()); err != nil {
			return err
		}
		q := scheduledb.New(tx)
		before, err := q.ScheduleForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "schedule")
		}
		tx.Record(about("report_schedule.remove", "report_schedule", before.CustomerID, id, map[string]any{"dashboard_id": before.DashboardID}))
		announce(tx, before.CustomerID, id, true)
		return q.DeleteSchedule(ctx, id)
	})
}

// PlanFilter picks schedules; the zero one is all of the employee's customers.
type PlanFilter struct{ CustomerID, DashboardID *uuid.UUID }

type scheduleCursor struct {
	Customer string    `json:"c"`
	Name     string    `json:"n"`
	ID       uuid.UUID `json:"i"`
}

// Schedules are a page of schedules, by customer and dashboard.
func (s *Service) Schedules(ctx context.Context, f PlanFilter, page api.PageQuery) (list api.Page[Schedule], err error) {
	var after scheduleCursor
	if err := api.DecodeCursor(page.Cursor, &after); err != nil {
		return list, err
	}
	params := scheduledb.SchedulesParams{CustomerID: f.CustomerID, DashboardID: f.DashboardID, Size: int32(page.Limit) + 1}
	if after.ID != uuid.Nil {
		params.AfterCustomer, params.AfterName, params.AfterID = after.Customer, after.Name, &after.ID
	}
	items, err := s.schedules(ctx, params)
	return api.PageOf(items, page.Limit, func(last Schedule) any {
		return scheduleCursor{last.key, last.Dashboard.Name, last.ID}
	}), err
}

// Schedule is one schedule.
func (s *Service) Schedule(ctx context.Context, id uuid.UUID) (Schedule, error) {
	list, err := s.schedules(ctx, scheduledb.SchedulesParams{ID: &id, Size: 1})
	if err == nil && len(list) == 0 {
		err = fault.Missing("schedule")
	}
	if err != nil {
		return Schedule{}, err
	}
	return list[0], nil
}

func (s *Service) schedules(ctx context.Context, params scheduledb.SchedulesParams) (list []Schedule, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		rows, err := scheduledb.New(tx).Schedules(ctx, params)
		for _, row := range rows {
			one, bad := scheduleOf(row)
			if bad != nil {
				return bad
			}
			list = append(list, one)
		}
		return err
	})
	return list, err
}

// Readers are the people of a dashboard's customer whom a schedule can write to.
func (s *Service) Readers(ctx context.Context, dashboard uuid.UUID) (d scheduledb.DashboardRow, people []Recipient, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		q := scheduledb.New(tx)
		if d, err = q.Dashboard(ctx, dashboard); err != nil {
			return db.Missing(err, "dashboard")
		}
		rows, err := q.Readers(ctx, scheduledb.ReadersParams{CustomerID: d.CustomerID, DashboardID: d.ID})
		for _, r := range rows {
			people = append(people, Recipient{r.UserID, r.Name})
		}
		return err
	})
	return d, people, err
}
