package datasource

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// maxPart is how long a dimension's value may be.
const maxPart = 500

// factOf makes the fact of a source's own metric, or says what is wrong with it.
func factOf(m OwnMetric, day time.Time, value decimal.Decimal, currency string, dimensions map[string]string, zone string) (upstream.Fact, *RefusedRow) {
	kind, _, _ := strings.Cut(m.Name, ".")
	f := upstream.Fact{Report: kind, Day: day, Metric: m.Name, Value: value, Zone: zone}
	if m.Unit == "money" {
		f.Currency = strings.ToUpper(strings.TrimSpace(currency))
		if f.Currency == "" && m.Currency != nil {
			f.Currency = *m.Currency
		}
		if !currencyCode.MatchString(f.Currency) {
			return f, &RefusedRow{Field: "currency", Message: "Say which currency it is: three letters, such as EUR."}
		}
	}
	for name, part := range dimensions {
		switch {
		case !slices.Contains(m.Dimensions, name):
			return f, &RefusedRow{Field: "dimensions." + name, Message: m.Name + " has no such dimension."}
		case utf8.RuneCountInString(part) > maxPart:
			return f, &RefusedRow{Field: "dimensions." + name, Message: fmt.Sprintf("Use at most %d characters.", maxPart)}
		}
		if f.Dimensions == nil {
			f.Dimensions = map[string]string{}
		}
		f.Dimensions[name] = part
	}
	return f, nil
}

func readDay(text, layout string) (time.Time, *RefusedRow) {
	day, err := time.Parse(layout, strings.TrimSpace(text))
	if err != nil {
		example := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC).Format(layout)
		return day, &RefusedRow{Field: "day", Message: fmt.Sprintf("%.30q is no day. Days are written like %s.", text, example)}
	}
	if day.Before(firstDay) || day.After(time.Now().AddDate(1, 0, 0)) {
		return day, &RefusedRow{Field: "day", Message: "That day is too far away."}
	}
	return day, nil
}

func factKey(f upstream.Fact) string {
	parts, _ := json.Marshal(f.Dimensions) // of strings: always marshals
	return f.Day.Format(time.DateOnly) + "\x00" + f.Metric + "\x00" + string(parts) + "\x00" + f.Currency
}

// merge puts facts in the place of those for the same day, metric and dimensions,
// and leaves all others.
func (s *Service) merge(ctx context.Context, tx *db.Tx, customer, source uuid.UUID, facts []upstream.Fact, own []OwnMetric, kind, by string, refused int) error {
	q, now := datasourcedb.New(tx), clock.Now(ctx)
	run := datasourcedb.InsertRunParams{
		ID: newID(), CustomerID: customer, SourceID: source, Kind: kind, Status: runSucceeded, AskedBy: by,
		Rows: int64(len(facts)), Notes: fmt.Appendf(nil, `{"refused": %d}`, refused), AskedAt: now, StartedAt: &now, FinishedAt: &now,
	}
	if refused > 0 {
		run.Status = runPartial
	}
	if len(facts) == 0 {
		run.Status = runFailed
		return q.InsertRun(ctx, run)
	}
	w := spanOf(facts)
	hidden := map[string]bool{}
	for _, m := range own {
		hidden[m.Name] = m.Hidden
	}
	g := gather(w, func(metric string) bool { return hidden[metric] })
	for _, f := range facts {
		if err := g.Put(f); err != nil {
			return err
		}
	}
	changed, more, err := g.merge(ctx, tx, customer, source)
	if err != nil {
		return err
	}
	run.FromDay, run.UntilDay, run.DoneUntil, run.Changed = &w.From, &w.Until, &w.Until, changed
	if err := q.InsertRun(ctx, run); err != nil {
		return err
	}
	zone, currency := g.sameUnits()
	if err := q.Stored(ctx, datasourcedb.StoredParams{ID: source, More: more, CompleteTo: &w.Until, Zone: zone, Currency: currency}); err != nil {
		return err
	}
	announce(tx, customer, source)
	return q.Succeeded(ctx, datasourcedb.SucceededParams{ID: source, Now: now, Unavailable: []string{}, SyncErrors: []string{}})
}

// spanOf is the window of days that facts are of.
func spanOf(facts []upstream.Fact) (w upstream.Window) {
	for i, f := range facts {
		if i == 0 || f.Day.Before(w.From) {
			w.From = f.Day
		}
		if next := f.Day.AddDate(0, 0, 1); next.After(w.Until) {
			w.Until = next
		}
	}
	return w
}

// merge writes the rows in the place of the same ones, those that differ.
func (g *gathered) merge(ctx context.Context, tx *db.Tx, customer, source uuid.UUID) (changed, more int64, err error) {
	if err := g.stage(ctx, tx, func(reportDay) bool { return true }); err != nil {
		return 0, 0, err
	}
	const same = `f.source_id = $1 and f.report = s.report and f.day = s.day and f.metric = s.metric and f.day >= $2 and f.day < $3
		and f.dimensions is not distinct from s.dimensions and f.currency is not distinct from s.currency`
	if _, err := tx.Exec(ctx, `delete from metric_staging s using metric_facts f where `+same+
		` and f.value = s.value and f.internal = s.internal`, source, g.window.From, g.window.Until); err != nil {
		return 0, 0, err
	}
	gone, err := tx.Exec(ctx, `delete from metric_facts f using metric_staging s where `+same, source, g.window.From, g.window.Until)
	if err != nil {
		return 0, 0, err
	}
	written, err := g.insert(ctx, tx, customer, source)
	if err != nil || written == 0 {
		return 0, 0, err
	}
	reports, days := columns(maps.Keys(g.sums))
	return written, written - gone.RowsAffected(), datasourcedb.New(tx).KeepMonths(ctx, datasourcedb.KeepMonthsParams{Source: source, Reports: reports, Days: days})
}
