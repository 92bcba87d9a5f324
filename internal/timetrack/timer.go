package timetrack

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/timetrack/timetrackdb"
)

// longestRun is how long a timer can run and be believed: after that, somebody has
// forgotten it.
const longestRun = 16 * time.Hour

// Timer is the clock that runs for an employee, on the server: a closed browser does
// not stop it.
type Timer struct {
	Customer        Named      `json:"customer"`
	QuoteID         *uuid.UUID `json:"quote_id"`
	QuoteName       *string    `json:"quote_name" doc:"Of the project"`
	TicketID        *uuid.UUID `json:"ticket_id"`
	TicketNumber    *string    `json:"ticket_number"`
	TaskDescription string     `json:"task_description"`
	Category        *string    `json:"category"`
	Billable        bool       `json:"billable"`
	IsRetainer      bool       `json:"is_retainer"`
	StartedAt       time.Time  `json:"started_at"`
	Minutes         int        `json:"minutes" doc:"So far"`

	zone *time.Location
}

// TimerInput is what somebody begins to work on.
type TimerInput struct {
	CustomerID      uuid.UUID  `json:"customer_id" format:"uuid"`
	QuoteID         *uuid.UUID `json:"quote_id,omitempty" format:"uuid" doc:"The project"`
	TicketID        *uuid.UUID `json:"ticket_id,omitempty" format:"uuid"`
	TaskDescription string     `json:"task_description,omitempty" maxLength:"4000" doc:"Needed when it stops, at the latest"`
	Category        string     `json:"category,omitempty" maxLength:"400"`
	Billable        *bool      `json:"billable,omitempty" doc:"True when not given"`
	IsRetainer      bool       `json:"is_retainer,omitempty"`
}

// TimerStop is how a timer ends.
type TimerStop struct {
	TaskDescription *string `json:"task_description,omitempty" maxLength:"4000" doc:"In place of what was said at the start"`
	Category        *string `json:"category,omitempty" maxLength:"400"`
	Minutes         *int    `json:"minutes,omitempty" doc:"What was worked, in place of the time that it ran: on the day of its start"`
}

// RunningTimer is the reader's own timer, nil when none runs.
func (s *Service) RunningTimer(ctx context.Context) (t *Timer, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if err := mayLog(tx.Actor()); err != nil {
			return err
		}
		running, err := readTimer(ctx, tx)
		if err == nil {
			t = &running
		}
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return t, err
}

func readTimer(ctx context.Context, tx *db.Tx) (Timer, error) {
	row, err := timetrackdb.New(tx).Timer(ctx, tx.Actor().ID)
	if err != nil {
		return Timer{}, err
	}
	zone, err := clock.Zone(row.Zone)
	if err != nil {
		zone = time.UTC
	}
	t := row.Timer
	return Timer{
		Customer: Named{t.CustomerID, row.CustomerName}, QuoteID: t.QuoteID, QuoteName: row.QuoteName, TicketID: t.TicketID, TicketNumber: row.TicketNumber,
		TaskDescription: t.TaskDescription, Category: t.Category, Billable: t.Billable, IsRetainer: t.IsRetainer, StartedAt: t.StartedAt,
		Minutes: minutesBetween(t.StartedAt, clock.Now(ctx)), zone: zone,
	}, nil
}

// StartTimer starts the reader's timer. One runs at a time.
func (s *Service) StartTimer(ctx context.Context, in TimerInput) (t Timer, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		who := tx.Actor()
		if err := mayLog(who); err != nil {
			return err
		}
		q, now := timetrackdb.New(tx), clock.Now(ctx)
		var check fault.Check
		description := check.Text("task_description", "what you work on", in.TaskDescription, 0, maxDescription)
		category := check.Text("category", "the category", in.Category, 0, 100)
		d := &draft{customer: in.CustomerID, quote: in.QuoteID, ticket: in.TicketID, worker: &who.ID}
		if err := d.settle(ctx, q, &check); err != nil {
			return err
		}
		started, err := q.StartTimer(ctx, timetrackdb.StartTimerParams{
			EmployeeID: who.ID, CustomerID: in.CustomerID, QuoteID: in.QuoteID, TicketID: in.TicketID, TaskDescription: description,
			Category: maybe.Of(category), Billable: in.Billable == nil || *in.Billable, IsRetainer: in.IsRetainer, StartedAt: now,
		})
		if err != nil {
			return err
		}
		if started == 0 {
			return fault.New(fault.Conflict, "A timer runs already. Stop it or discard it first.")
		}
		tx.Record(timerEvent("timer.start", in.CustomerID, who.ID, nil))
		t, err = readTimer(ctx, tx)
		return err
	})
	return t, err
}

// StopTimer logs what the reader's timer has run: an entry, or one for each day where
// it ran past midnight.
func (s *Service) StopTimer(ctx context.Context, in TimerStop) (entries []Entry, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := s.endTimer(ctx, tx, "timer.stop")
		if err != nil {
			return err
		}
		set(&t.TaskDescription, in.TaskDescription)
		category := maybe.Value(t.Category)
		set(&category, in.Category)
		stretches := t.stretches(clock.Now(ctx))
		if in.Minutes != nil {
			stretches = []stretch{{dayAt(t.StartedAt, t.zone), *in.Minutes}}
		} else if clock.Now(ctx).Sub(t.StartedAt) > longestRun {
			return fault.InvalidField("minutes", "The timer has run for %d hours. Write how many minutes were worked.", int(clock.Now(ctx).Sub(t.StartedAt).Hours()))
		}
		for _, part := range stretches {
			entry, err := logIn(ctx, tx, EntryInput{
				CustomerID: t.Customer.ID, QuoteID: t.QuoteID, TicketID: t.TicketID, TaskDescription: t.TaskDescription, Minutes: &part.minutes,
				DateWorked: part.day, Billable: &t.Billable, Category: category, IsRetainer: t.IsRetainer,
			})
			if err != nil {
				return err
			}
			entries = append(entries, entry)
		}
		return nil
	})
	return entries, s.asking(ctx, err)
}

// DiscardTimer forgets what the reader's timer has run.
func (s *Service) DiscardTimer(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := s.endTimer(ctx, tx, "timer.discard")
		return err
	})
}

// endTimer takes the reader's timer away.
func (s *Service) endTimer(ctx context.Context, tx *db.Tx, action string) (Timer, error) {
	who := tx.Actor()
	if err := mayLog(who); err != nil {
		return Timer{}, err
	}
	none := fault.New(fault.Conflict, "No timer of yours runs.")
	t, err := readTimer(ctx, tx)
	if errors.Is(err, pgx.ErrNoRows) {
		return t, none
	}
	if err != nil {
		return t, err
	}
	stopped, err := timetrackdb.New(tx).StopTimer(ctx, timetrackdb.StopTimerParams{EmployeeID: who.ID, StartedAt: t.StartedAt})
	if err == nil && stopped == 0 {
		return t, none
	}
	tx.Record(timerEvent(action, t.Customer.ID, who.ID, map[string]any{"started_at": t.StartedAt, "minutes": t.Minutes}))
	return t, err
}

// stretch is the part of a timer's run that falls on one day.
type stretch struct {
	day     Day
	minutes int
}

// stretches are the run day by day, in the employee's zone. All minutes of the run
// are in one of them; a run that is shorter than a minute counts as one.
func (t Timer) stretches(until time.Time) []stretch {
	var parts []stretch
	from, left := t.StartedAt.In(t.zone), max(1, minutesBetween(t.StartedAt, until))
	for {
		midnight := time.Date(from.Year(), from.Month(), from.Day()+1, 0, 0, 0, 0, t.zone)
		if !midnight.Before(until) {
			break
		}
		if minutes := min(left, minutesBetween(from, midnight)); minutes > 0 {
			parts = append(parts, stretch{dayAt(from, t.zone), minutes})
			left -= minutes
		}
		from = midnight
	}
	if left > 0 {
		parts = append(parts, stretch{dayAt(from, t.zone), left})
	}
	return parts
}

func dayAt(t time.Time, zone *time.Location) Day { return dayIn(zone.String(), t) }

// minutesBetween is rounded to the nearest minute.
func minutesBetween(from, to time.Time) int {
	return int((to.Sub(from) + 30*time.Second) / time.Minute)
}

// timerEvent is one of the agency's own: no client sees when somebody works.
func timerEvent(action string, customer, employee uuid.UUID, payload map[string]any) audit.Event {
	if payload == nil {
		payload = map[string]any{}
	}
	payload["customer_id"] = customer
	return audit.Event{Action: action, Payload: payload, Subject: audit.Subject{Type: "employee", ID: employee}}
}
