package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// standardRanges are those that dashboards show most, each with the range before it
// and the same days of last year. They end today, which is not over.
func standardRanges(today time.Time) []upstream.Window {
	until := today.AddDate(0, 0, 1)
	month := today.AddDate(0, 0, 1-today.Day())
	year := time.Date(today.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	var list []upstream.Window
	seen := map[upstream.Window]bool{}
	add := func(from, until time.Time) {
		if w := (upstream.Window{From: from, Until: until}); !seen[w] && until.After(from) {
			seen[w] = true
			list = append(list, w)
		}
	}
	ranges := []upstream.Window{{From: month, Until: until}, {From: month.AddDate(0, -1, 0), Until: month}, {From: year, Until: until}}
	for _, days := range []int{7, 28, 30, 90} {
		ranges = append(ranges,
			upstream.Window{From: today.AddDate(0, 0, -days), Until: today}, // that are over
			upstream.Window{From: until.AddDate(0, 0, -days), Until: until})
	}
	for _, w := range ranges {
		days := daysIn(w)
		add(w.From, w.Until)
		add(w.From.AddDate(0, 0, -days), w.From)
		add(w.From.AddDate(-1, 0, 0), w.Until.AddDate(-1, 0, 0))
	}
	return list
}

// ranges reads what can't be added up over days: of the range that was asked for, or
// of those that dashboards show most. What is stored and can't change any more is not
// asked for again.
func (t *task) ranges(ctx context.Context) error {
	wanted, err := t.wantedRanges(ctx)
	if err != nil {
		return err
	}
	started := time.Now()
	for i, w := range wanted {
		if err := t.open(ctx); err != nil {
			return err
		}
		if err := t.oneRange(ctx, w); err != nil {
			return err
		}
		if time.Since(started) > t.QuickStep/4 && i+1 < len(wanted) {
			return nil // the rest when it is this source's turn again
		}
	}
	return t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		tx.Record(inner("ranges", t.l.ID, map[string]any{"run_id": t.run.ID, "ranges": len(wanted)}))
		if t.run.StartedAt == nil {
			if err := q.StartRun(ctx, datasourcedb.StartRunParams{ID: t.run.ID, FromDay: t.run.FromDay, UntilDay: t.run.UntilDay, Now: t.now}); err != nil {
				return err
			}
		}
		return q.FinishRun(ctx, datasourcedb.FinishRunParams{ID: t.run.ID, Status: runSucceeded, Now: time.Now().UTC()})
	})
}

func (t *task) wantedRanges(ctx context.Context) ([]upstream.Window, error) {
	if t.run.FromDay != nil && t.run.UntilDay != nil {
		return []upstream.Window{{From: *t.run.FromDay, Until: *t.run.UntilDay}}, nil
	}
	read := map[upstream.Window]time.Time{}
	err := t.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := datasourcedb.New(tx).RangesRead(ctx, t.l.ID)
		for _, r := range rows {
			read[upstream.Window{From: r.RangeFrom, Until: r.RangeUntil}] = r.ReadAt
		}
		return err
	})
	now := today(t.now, t.l.zone())
	limits := t.source().Limits()
	var wanted []upstream.Window
	for _, w := range standardRanges(now) {
		at, stored := read[w]
		settled := w.Until.AddDate(0, 0, limits.RestatedDays)
		switch {
		case limits.MonthsBack > 0 && w.From.Before(now.AddDate(0, -limits.MonthsBack, 0)):
		case stored && (at.After(settled.AddDate(0, 0, 1)) || !at.Before(t.run.AskedAt)):
		default:
			wanted = append(wanted, w)
		}
	}
	return wanted, err
}

// oneRange reads one range and puts it in the place of what was known of it.
func (t *task) oneRange(ctx context.Context, w upstream.Window) error {
	var facts []upstream.Fact
	err := t.asking(ctx, func(ctx context.Context) (err error) {
		facts, err = t.source().Ranges(ctx, t.conn, w)
		return err
	})
	if failure, ok := upstream.AsFailure(err); ok && failure.Kind == upstream.Degrade {
		err = nil
	}
	if err != nil {
		return err
	}
	return t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		if err := t.storeRange(ctx, q, t.l, w, facts); err != nil {
			return err
		}
		tx.Record(inner("store_range", t.l.ID, map[string]any{
			"run_id": t.run.ID, "from": w.From.Format(time.DateOnly), "until": w.Until.Format(time.DateOnly), "rows": len(facts),
		}))
		return q.AdvanceRun(ctx, datasourcedb.AdvanceRunParams{ID: t.run.ID, Rows: int64(len(facts)), Changed: int64(len(facts)), Notes: []byte("{}"), Quota: t.quota(), DoneFrom: t.run.DoneFrom, DoneUntil: t.run.DoneUntil})
	})
}

func (s *Service) storeRange(ctx context.Context, q *datasourcedb.Queries, l loaded, w upstream.Window, facts []upstream.Fact) error {
	if err := q.DropRange(ctx, datasourcedb.DropRangeParams{SourceID: l.ID, RangeFrom: w.From, RangeUntil: w.Until}); err != nil {
		return err
	}
	rows := make([]datasourcedb.AddRangeParams, len(facts))
	for i, f := range facts {
		m, _ := s.registry.Find(f.Metric)
		rows[i] = datasourcedb.AddRangeParams{
			CustomerID: l.CustomerID, SourceID: l.ID, RangeFrom: w.From, RangeUntil: w.Until, Report: f.Report, Metric: f.Metric,
			Value: f.Value, Zone: f.Zone, Flags: int16(f.Flags), Internal: m.Hidden, ReadAt: time.Now().UTC(),
		}
		if f.Currency != "" {
			rows[i].Currency = &f.Currency
		}
		if len(f.Dimensions) > 0 {
			b, err := json.Marshal(cleaned(f.Dimensions))
			if err != nil {
				return err
			}
			rows[i].Dimensions = b
		}
	}
	if len(rows) == 0 {
		return nil
	}
	var failed error
	q.AddRange(ctx, rows).Exec(func(_ int, err error) {
		if failed == nil {
			failed = err
		}
	})
	return failed
}

// rangeAsk is the job that has a source asked for a range.
type rangeAsk struct {
	SourceID uuid.UUID `json:"source_id"`
	From     string    `json:"from"`
	Until    string    `json:"until"`
}

// Kind implements river.JobArgs.
func (rangeAsk) Kind() string { return "data_source_range" }

// rangeAgain is how soon a range that was asked for may be asked for again.
const rangeAgain = 10 * time.Minute

// AskRange has a source asked for the days from up to, and without, until. It
// records an event; where that range has been asked for already, it returns
// db.ErrUnchanged.
func (s *Service) AskRange(ctx context.Context, tx *db.Tx, source uuid.UUID, from, until time.Time) error {
	asked, err := datasourcedb.New(tx).RangeAsked(ctx, datasourcedb.RangeAskedParams{
		SourceID: source, FromDay: &from, UntilDay: &until, Since: clock.Now(ctx).Add(-rangeAgain),
	})
	if err != nil {
		return fmt.Errorf("ask for a range: %w", err)
	}
	if asked || !until.After(from) {
		return db.ErrUnchanged
	}
	tx.Enqueue(rangeAsk{source, from.Format(time.DateOnly), until.Format(time.DateOnly)},
		&river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: rangeAgain}})
	tx.Record(about("ask_range", tx.Actor().CustomerID(), source, map[string]string{"from": from.Format(time.DateOnly), "until": until.Format(time.DateOnly)}))
	return nil
}

type rangeAsker struct {
	river.WorkerDefaults[rangeAsk]
	*Service
}

// Work leaves the range to be read, and wakes the source.
func (w *rangeAsker) Work(ctx context.Context, job *river.Job[rangeAsk]) error {
	window, err := parseWindow(job.Args.From, job.Args.Until)
	if err != nil {
		return river.JobCancel(err)
	}
	err = w.DB.Write(ctx, func(tx *db.Tx) error {
		l, err := lock(ctx, datasourcedb.New(tx), job.Args.SourceID)
		if err != nil {
			return err
		}
		if _, known := w.known(l.SourceType); !known || l.ConnectionStatus != "connected" {
			return db.ErrUnchanged
		}
		run, err := w.queue(ctx, tx, l, rangesRun, "a dashboard", &window)
		if err != nil {
			return err
		}
		tx.Record(inner("queue_range", l.ID, map[string]any{"run_id": run.ID}))
		return wake(ctx, tx, l.ID)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

func parseWindow(from, until string) (w upstream.Window, err error) {
	if w.From, err = time.Parse(time.DateOnly, from); err == nil {
		w.Until, err = time.Parse(time.DateOnly, until)
	}
	return w, err
}
