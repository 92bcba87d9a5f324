package datasource

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/metric"
)

// askBound is how long the reader of a range that is not stored waits for the system.
const askBound = 20 * time.Second

// distinct is what the system itself counted for the whole range. Where that is not
// stored, it is asked, with a bound.
func (r *reader) distinct(ctx context.Context, m metric.Metric) (values, error) {
	found, stored, err := r.rangeStored(ctx, m)
	if err != nil || stored {
		return found, err
	}
	if r.l.ConnectionStatus != "connected" || r.l.blocked() || r.flags.Unavailable {
		return found, nil
	}
	if err := r.fetchRange(ctx); err != nil {
		r.flags.Pending = true
		return found, r.askLater(ctx)
	}
	found, _, err = r.rangeStored(ctx, m)
	return found, err
}

func (r *reader) rangeStored(ctx context.Context, m metric.Metric) (found values, stored bool, err error) {
	found = values{}
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `
			select coalesce(dimensions ->> $6, ''), coalesce(currency, ''), sum(value), bit_or(flags),
				bool_or(read_at < $7::timestamptz)
			from metric_ranges
			where source_id = $1 and metric = $2 and report = $3 and range_from = $4 and range_until = $5
				and case when $6 = '' then dimensions is null else dimensions ? $6 end
			group by 1, 2`, r.l.ID, m.Name, m.ReportFor(r.dimension), r.window.From, r.window.Until, r.dimension, r.l.freshSince(r.window))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var at slot
			var value decimal.Decimal
			var flags int16
			var old bool
			if err := rows.Scan(&at.dimension, &at.currency, &value, &flags, &old); err != nil {
				return err
			}
			found[at], stored = value, !old
			r.flags.add(flags)
		}
		return rows.Err()
	})
	return found, stored, err
}

// freshSince is when a range must have been read for its numbers to be those that the
// days have: not before the last sync, unless the days are settled by then.
func (l loaded) freshSince(w upstream.Window) time.Time {
	if l.LastSyncAt == nil {
		return time.Time{}
	}
	settled := w.Until.AddDate(0, 0, settledAfter)
	if settled.Before(*l.LastSyncAt) {
		return settled
	}
	return l.LastSyncAt.Add(-time.Hour) // ranges are read right after the days
}

// settledAfter is how many days after its end a range is as it stays, whatever the
// source.
const settledAfter = 30

// fetchRange asks the system for the range, for somebody who waits.
func (r *reader) fetchRange(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(actor.As(ctx, "data source range"), askBound)
	defer cancel()
	conn, err := r.connect(ctx, r.l, &notes{})
	if err != nil {
		return err
	}
	var facts []upstream.Fact
	err = r.renewed(ctx, r.l, conn, func() (err error) {
		facts, err = r.types[r.l.SourceType].Ranges(ctx, conn, r.window)
		return err
	})
	if err != nil {
		return err
	}
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Record(inner("store_range", r.l.ID, map[string]any{"from": r.window.From.Format(time.DateOnly), "until": r.window.Until.Format(time.DateOnly), "rows": len(facts)}))
		return r.storeRange(ctx, datasourcedb.New(tx), r.l, r.window, facts)
	})
}

func (r *reader) askLater(ctx context.Context) error {
	return r.DB.Write(actor.As(ctx, "data source range"), func(tx *db.Tx) error {
		return r.AskRange(ctx, tx, r.l.ID, r.window.From, r.window.Until)
	})
}
