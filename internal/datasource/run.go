package datasource

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// The kinds of runs.
const (
	syncRun     = "sync"
	backfillRun = "backfill"
	rangesRun   = "ranges"
	importRun   = "import"
	pushRun     = "push"
)

// The statuses of runs.
const (
	runQueued    = "queued"
	runRunning   = "running"
	runSucceeded = "succeeded"
	runPartial   = "partial"
	runFailed    = "failed"
	runCancelled = "cancelled"
)

// Run is one thing that was, or is to be, done with a source.
type Run struct {
	ID          uuid.UUID       `json:"id"`
	SourceID    uuid.UUID       `json:"source_id"`
	Kind        string          `json:"kind" enum:"sync,backfill,ranges,import,push"`
	Status      string          `json:"status" enum:"queued,running,succeeded,partial,failed,cancelled"`
	AskedBy     string          `json:"asked_by"`
	From        *Day            `json:"from" doc:"The first day that it reads"`
	To          *Day            `json:"to" doc:"The last day that it reads"`
	DoneFrom    *Day            `json:"done_from" doc:"Of a backfill, which reads its newest days first: the first day that was read and stored"`
	DoneTo      *Day            `json:"done_to" doc:"The last day that was read and stored"`
	DaysDone    int             `json:"days_done"`
	DaysTotal   int             `json:"days_total"`
	SecondsLeft *int64          `json:"seconds_left" doc:"Of a backfill, by the pace of the windows that are done; null while that says too little"`
	Rows        int64           `json:"rows" doc:"Numbers that were read"`
	Changed     int64           `json:"changed" doc:"Numbers that were written, since they were new or different"`
	DurationMS  *int64          `json:"duration_ms"`
	Quota       json.RawMessage `json:"quota" doc:"What the system said is left, in its own words"`
	Notes       json.RawMessage `json:"notes"`
	ErrorKind   string          `json:"error_kind"`
	ErrorCode   string          `json:"error_code" doc:"The system's own"`
	Error       string          `json:"error" doc:"What went wrong, and how to put it right"`
	AskedAt     time.Time       `json:"asked_at"`
	StartedAt   *time.Time      `json:"started_at"`
	FinishedAt  *time.Time      `json:"finished_at"`
}

// Open reports whether the run is yet to end.
func (r Run) Open() bool { return r.Status == runQueued || r.Status == runRunning }

func runOf(row datasourcedb.SyncRun) Run {
	r := Run{
		ID: row.ID, SourceID: row.SourceID, Kind: row.Kind, Status: row.Status, AskedBy: row.AskedBy,
		From: dayOrNil(row.FromDay), To: lastDay(row.UntilDay), DoneFrom: dayOrNil(row.DoneFrom), DoneTo: lastDay(row.DoneUntil), Rows: row.Rows, Changed: row.Changed, Quota: row.Quota, Notes: row.Notes,
		ErrorKind: row.FailureKind, ErrorCode: row.FailureCode, Error: row.FailureStaff,
		AskedAt: row.AskedAt, StartedAt: row.StartedAt, FinishedAt: row.FinishedAt,
	}
	if row.FromDay != nil && row.UntilDay != nil {
		r.DaysTotal = daysIn(upstream.Window{From: *row.FromDay, Until: *row.UntilDay})
		if row.DoneUntil != nil {
			r.DaysDone = max(0, daysIn(upstream.Window{From: *cmp.Or(row.DoneFrom, row.FromDay), Until: *row.DoneUntil}))
		}
	}
	r.SecondsLeft = secondsLeft(r, row.WorkedMs)
	if row.StartedAt != nil && row.FinishedAt != nil {
		took := row.FinishedAt.Sub(*row.StartedAt).Milliseconds()
		r.DurationMS = &took
	}
	if r.Quota == nil {
		r.Quota = json.RawMessage("null")
	}
	return r
}

// enoughDone is the part of a backfill, one in so many days, that has to be done before
// its pace says anything of the rest.
const enoughDone = 10

// secondsLeft is how long a backfill will take for the days that are left, by what the
// others took; waiting in between is no part of it.
func secondsLeft(r Run, workedMS int64) *int64 {
	if r.Kind != backfillRun || !r.Open() || r.DaysDone*enoughDone < r.DaysTotal || r.DaysDone == 0 || workedMS == 0 {
		return nil
	}
	left := workedMS * int64(r.DaysTotal-r.DaysDone) / int64(r.DaysDone) / 1000
	return &left
}

// position is where a page of runs ends.
type position struct {
	At time.Time `json:"t"`
	ID uuid.UUID `json:"i"`
}

// Runs are a page of a source's history, newest first.
func (s *Service) Runs(ctx context.Context, source uuid.UUID, page api.PageQuery) (api.Page[Run], error) {
	who, _ := actor.From(ctx)
	if err := mayRead(who); err != nil {
		return api.Page[Run]{}, err
	}
	p := datasourcedb.RunsParams{SourceID: source, UpTo: int32(page.Limit + 1)}
	var after position
	if err := api.DecodeCursor(page.Cursor, &after); err != nil {
		return api.Page[Run]{}, err
	}
	if page.Cursor != "" {
		p.Before, p.BeforeID = &after.At, &after.ID
	}
	var items []Run
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		if _, err := load(ctx, q, source); err != nil {
			return err
		}
		rows, err := q.Runs(ctx, p)
		for _, row := range rows {
			items = append(items, runOf(row))
		}
		return err
	})
	if err != nil {
		return api.Page[Run]{}, fmt.Errorf("list the runs of a data source: %w", err)
	}
	return api.PageOf(items, page.Limit, func(r Run) any { return position{r.AskedAt, r.ID} }), nil
}

// SyncNow has a source read at once. A sync that waits or runs already is that one.
func (s *Service) SyncNow(ctx context.Context, id uuid.UUID) (Run, error) {
	return s.askFor(ctx, id, "sync", syncRun, nil)
}

// Backfill has the days from one to another read again, both included.
func (s *Service) Backfill(ctx context.Context, id uuid.UUID, from, to string) (Run, error) {
	w, err := parseRange(from, to, "from", "to")
	if err != nil {
		return Run{}, err
	}
	return s.askFor(ctx, id, "backfill", backfillRun, &w)
}

func (s *Service) askFor(ctx context.Context, id uuid.UUID, action, kind string, w *upstream.Window) (Run, error) {
	who, err := manager(ctx)
	if err != nil {
		return Run{}, err
	}
	var asked Run
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		source, known := s.known(l.SourceType)
		switch {
		case !known:
			return fault.New(fault.Conflict, "This source is not read: numbers are brought to it.")
		case l.ConnectionStatus != "connected":
			return fault.New(fault.Conflict, "Connect the source first.")
		}
		if w != nil {
			if *w, err = within(*w, source.Limits(), today(clock.Now(ctx), l.zone())); err != nil {
				return err
			}
		}
		if asked, err = s.queue(ctx, tx, l, kind, who.Name, w); err != nil {
			return err
		}
		tx.Record(about(action, l.CustomerID, id, map[string]any{"run_id": asked.ID, "from": asked.From, "to": asked.To}))
		announce(tx, l.CustomerID, id)
		return wake(ctx, tx, id)
	})
	if err != nil {
		return Run{}, fmt.Errorf("%s data source: %w", action, err)
	}
	return asked, nil
}

// within is the part of a window that a source has numbers of.
func within(w upstream.Window, limits upstream.Limits, today time.Time) (upstream.Window, error) {
	if w.From.After(today) {
		return w, fault.InvalidField("from", "That day is yet to come.")
	}
	has := upstream.Window{From: firstDay, Until: today.AddDate(0, 0, 1)}
	if limits.MonthsBack > 0 {
		has.From = today.AddDate(0, -limits.MonthsBack, 0)
	}
	clipped := clip(w, has)
	if !clipped.Until.After(clipped.From) {
		return w, fault.InvalidField("to", "The system reports no more than %d months back.", limits.MonthsBack)
	}
	return clipped, nil
}

// queue leaves a run to be done.
func (s *Service) queue(ctx context.Context, tx *db.Tx, l loaded, kind, by string, w *upstream.Window) (Run, error) {
	p := datasourcedb.AskRunParams{ID: newID(), CustomerID: l.CustomerID, SourceID: l.ID, Kind: kind, AskedBy: by, AskedAt: clock.Now(ctx)}
	if w != nil {
		p.FromDay, p.UntilDay = &w.From, &w.Until
	}
	row, err := datasourcedb.New(tx).AskRun(ctx, p)
	if err != nil {
		return Run{}, err
	}
	return runOf(row), nil
}

// backfillMonths is how far back a source is read when it is connected first.
const backfillMonths = 13

// begin has a source that was just connected read: the last days, then, unless that
// was done before, the months before them. Until an account is chosen, it waits.
func (s *Service) begin(ctx context.Context, tx *db.Tx, l loaded, by string) error {
	if !l.chosen() {
		return nil
	}
	source, _ := s.known(l.SourceType)
	if _, err := s.queue(ctx, tx, l, syncRun, by, nil); err != nil {
		return err
	}
	if l.CompleteTo == nil {
		now := today(clock.Now(ctx), l.zone())
		w, err := within(upstream.Window{From: now.AddDate(0, -backfillMonths, 0), Until: now.AddDate(0, 0, 1)}, source.Limits(), now)
		if err != nil {
			return err
		}
		if _, err := s.queue(ctx, tx, l, backfillRun, by, &w); err != nil {
			return err
		}
	}
	p := datasourcedb.SetNextSyncParams{ID: l.ID, NextSyncAt: nextSync(l.SyncFrequency, int(l.SyncHour), zoneOf(l.customerZone), clock.Now(ctx))}
	if err := datasourcedb.New(tx).SetNextSync(ctx, p); err != nil {
		return err
	}
	return wake(ctx, tx, l.ID)
}

// CancelBackfill ends the backfills of a source, and the work on them at once. What was
// read stays.
func (s *Service) CancelBackfill(ctx context.Context, id uuid.UUID) error {
	if _, err := manager(ctx); err != nil {
		return err
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		kind := backfillRun
		tx.Record(about("cancel_backfill", l.CustomerID, id, nil))
		announce(tx, l.CustomerID, id)
		if err := q.CancelRuns(ctx, datasourcedb.CancelRunsParams{SourceID: id, Kind: &kind, Now: clock.Now(ctx)}); err != nil {
			return err
		}
		if err := q.EndWork(ctx, id); err != nil {
			return err
		}
		open, err := q.OpenRuns(ctx, id)
		if err != nil || len(open) == 0 {
			return err
		}
		return wake(ctx, tx, id) // for what else is to be done
	})
	if err != nil {
		return fmt.Errorf("cancel the backfill of a data source: %w", err)
	}
	return nil
}

// wake has a source worked on at once, unless somebody works on it: they look for
// more when they are done.
func wake(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	now := clock.Now(ctx)
	row, err := datasourcedb.New(tx).Claim(ctx, datasourcedb.ClaimParams{ID: id, Now: now, Until: now.Add(waits)})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	enqueue(tx, id, *row.Lease, row.Slow || row.Failures > 0)
	return nil
}
