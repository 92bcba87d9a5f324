package datasource

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// width is how many days are read at once.
func (t *task) width() int {
	if t.l.WindowDays > 0 {
		return int(t.l.WindowDays)
	}
	return max(1, t.source().Limits().WindowDays)
}

// parts are a window in parts of the width that the source takes.
func (t *task) parts(w upstream.Window) (parts []upstream.Window) {
	for from := w.From; from.Before(w.Until); {
		until := from.AddDate(0, 0, t.width())
		if until.After(w.Until) {
			until = w.Until
		}
		parts = append(parts, upstream.Window{From: from, Until: until})
		from = until
	}
	return parts
}

// window reads one window and stores it, in halves where it is too much at once. A
// failure beside no error says that a part of it can't be had.
func (t *task) window(ctx context.Context, w upstream.Window) (degraded *upstream.Failure, err error) {
	if err := t.open(ctx); err != nil {
		return nil, err
	}
	var g *gathered
	t.began = time.Now()
	err = t.asking(ctx, func(ctx context.Context) error {
		g = gather(w, t.internal)
		if err := t.source().Read(ctx, t.conn, w, g); err != nil {
			return err
		}
		return g.broken
	})
	if err != nil && time.Since(t.began) >= unitTime {
		t.l.WindowDays = int32(max(1, daysIn(w)/2)) // the next try asks for less
	}
	failure, ok := upstream.AsFailure(err)
	switch {
	case ok && failure.Kind == upstream.Smaller && daysIn(w) > 1:
		half := daysIn(w) / 2
		t.l.WindowDays = int32(half)
		middle := w.From.AddDate(0, 0, half)
		halves := []upstream.Window{{From: w.From, Until: middle}, {From: middle, Until: w.Until}}
		if t.run.Kind == backfillRun {
			slices.Reverse(halves) // its checkpoint moves backwards
		}
		first, err := t.window(ctx, halves[0])
		if err != nil {
			return nil, err
		}
		second, err := t.window(ctx, halves[1])
		if second == nil {
			second = first
		}
		return second, err
	case ok && failure.Kind == upstream.Degrade:
		degraded = failure
	case err != nil:
		return nil, err
	}
	return degraded, t.keep(ctx, g)
}

// internal reports whether a metric is for the agency only.
func (t *task) internal(name string) bool {
	m, ok := t.registry.Find(name)
	return ok && m.Hidden
}

// keep stores what was read of a window, and how far the run has come with it.
func (t *task) keep(ctx context.Context, g *gathered) error {
	if err := t.ensureMonths(ctx, g.window); err != nil {
		return err
	}
	zone, currency := g.sameUnits()
	others, err := json.Marshal(orEmpty(t.notes.others))
	if err != nil {
		return err
	}
	others = []byte(redactedWords(string(others), t.conn.Credentials))
	return t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		done, err := g.replace(ctx, tx, t.l.CustomerID, t.l.ID)
		if err != nil {
			return err
		}
		p := datasourcedb.StoredParams{ID: t.l.ID, More: done.more, WindowDays: t.l.WindowDays, Zone: zone, Currency: currency}
		advance := datasourcedb.AdvanceRunParams{
			ID: t.run.ID, DoneUntil: &g.window.Until, Rows: int64(len(g.rows)), Changed: done.changed, Notes: others, Quota: t.quota(),
			WorkedMs: time.Since(t.began).Milliseconds(),
		}
		switch t.run.Kind {
		case syncRun:
			p.CompleteFrom, p.CompleteTo = &g.window.From, &g.window.Until
		case backfillRun:
			advance.DoneFrom, advance.DoneUntil = &g.window.From, t.run.UntilDay
			if err := q.CompleteFrom(ctx, datasourcedb.CompleteFromParams{ID: t.l.ID, FromDay: g.window.From, UntilDay: g.window.Until}); err != nil {
				return err
			}
		}
		if err := q.Stored(ctx, p); err != nil {
			return err
		}
		tx.Record(inner("store", t.l.ID, map[string]any{
			"run_id": t.run.ID, "from": g.window.From.Format(time.DateOnly), "until": g.window.Until.Format(time.DateOnly),
			"rows": len(g.rows), "changed": done.changed,
		}))
		return q.AdvanceRun(ctx, advance)
	})
}

// ensureMonths makes the store's partitions, apart from the transaction that fills
// them: making one keeps everybody from reading for a moment.
func (s *Service) ensureMonths(ctx context.Context, w upstream.Window) error {
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		return datasourcedb.New(tx).EnsureMonths(ctx, datasourcedb.EnsureMonthsParams{First: w.From, Last: w.Until})
	})
}

func (t *task) quota() []byte {
	if t.notes.quota == nil {
		return nil
	}
	b, err := json.Marshal(t.notes.quota)
	if err != nil {
		return nil // it is for people to read, and not worth a run
	}
	return b
}
