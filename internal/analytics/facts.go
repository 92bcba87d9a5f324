package analytics

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/widget"
)

// span is a source's days that are read: of the range, or of what is compared with.
type span struct {
	source      uuid.UUID
	before      bool
	from, until widget.Day
}

// spans are the days to be read of each source of a kind.
func spans(d *widget.Data, kind string, only *uuid.UUID) (list []span) {
	for _, s := range d.Sources {
		if s.Type != kind || only != nil && *only != s.SourceID {
			continue
		}
		list = append(list, span{s.SourceID, false, d.Range.From, d.Range.Until()})
		if d.Before == nil {
			continue
		}
		if before := d.Compared(s); before.From.Before(before.Until().Time) {
			list = append(list, span{s.SourceID, true, before.From, before.Until()})
		}
	}
	return list
}

// wanted is the arguments of a statement about months of facts: one entry of each
// list for every metric, source and span.
type wanted struct {
	n                []int32 // which query of the plan
	keys             []string
	metrics, reports []string
	filtered, values []string
	prefixes         []bool
	spans            []span
	sources          []uuid.UUID
	from, until      []time.Time
	since            []time.Time // the first day of the first month
	whole, cut       []time.Time // the months from whole until cut are wanted whole
	grains           []string
}

func (a *wanted) add(n int, q widget.DayQuery, s span, grain widget.Grain) {
	dimension, value, prefix := "", "", false
	if q.Filter != nil {
		dimension = q.Filter.Dimension
		value, prefix = strings.CutSuffix(q.Filter.Value, "*")
	}
	a.n, a.keys = append(a.n, int32(n)), append(a.keys, q.Key)
	a.metrics, a.reports = append(a.metrics, q.Metric), append(a.reports, q.Report)
	a.filtered, a.values, a.prefixes = append(a.filtered, dimension), append(a.values, value), append(a.prefixes, prefix)
	a.spans, a.sources = append(a.spans, s), append(a.sources, s.source)
	a.from, a.until = append(a.from, s.from.Time), append(a.until, s.until.Time)
	since := s.from.MonthStart(0)
	whole, cut := since, s.until.MonthStart(0)
	if since.Before(s.from.Time) {
		whole = s.from.MonthStart(1)
	}
	if grain == widget.ByDay || grain == widget.ByWeek {
		cut = whole
	}
	a.since, a.whole, a.cut = append(a.since, since.Time), append(a.whole, whole.Time), append(a.cut, cut.Time)
	a.grains = append(a.grains, string(grain))
}

// months joins what is wanted with the months of facts in which some of it stands, as
// steps (s) of the grain that is wanted. Of a month that is wanted whole its total is
// read, and of others the days. Where provisional days are to be told apart, each of
// them is a step of its own.
const months = `metric_months m
    on m.source_id = w.source_id and m.report = w.report and m.metric = w.metric and m.month >= w.since and m.month < w.last
    and (w.filtered = '' or case when w.prefix then starts_with(m.dimensions->>w.filtered, w.value) else m.dimensions->>w.filtered = w.value end)
  cross join lateral (
    select m.month >= w.whole and m.month < w.cut and not (w.apart and m.all_flags & 1 = 1) as whole
  ) is_
  cross join lateral (
    select case w.grain when '' then w.first else m.month end as step, m.total as value, m.all_flags as flags where is_.whole
    union all
    select case when w.grain = 'day' or w.apart and each.flags & 1 = 1 then d.day when w.grain = 'week' then w.first + (d.day - w.first) / 7 * 7
                when w.grain = 'month' then greatest(m.month, w.first) else w.first end, each.value, each.flags
    from unnest(m.days, m.day_values, m.day_flags) as each (day, value, flags) cross join lateral (select m.month + each.day - 1 as day) d
    where not is_.whole and d.day >= w.first and d.day < w.last
  ) s`

const daysSQL = `
with w as materialized (
  select *, true as apart from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::uuid[], $7::date[], $8::date[], $9::date[], $10::text[],
                      $11::date[], $12::date[]) with ordinality
    as w (metric, report, filtered, value, prefix, source_id, since, first, last, grain, whole, cut, i)
)
select w.i - 1, s.step, coalesce(m.currency, ''), sum(s.value), bit_or(s.flags)
from w join ` + months + `
where m.customer_id = $13
group by 1, 2, 3`

// queueDays reads the days of a plan into d.
func queueDays(b *pgx.Batch, customer uuid.UUID, plan widget.Plan, d *widget.Data) {
	var a wanted
	for i, q := range plan.Days {
		for _, s := range spans(d, widget.SourceType(q.Metric), nil) {
			a.add(i, q, s, q.Grain)
		}
	}
	if len(a.n) == 0 {
		return
	}
	b.Queue(daysSQL, a.metrics, a.reports, a.filtered, a.values, a.prefixes, a.sources, a.since, a.from, a.until, a.grains, a.whole, a.cut, customer).
		Query(func(rows pgx.Rows) error {
			var i int
			var f widget.DayFact
			var value exactly
			_, err := pgx.ForEachRow(rows, []any{&i, &f.Day.Time, &f.Currency, &value, &f.Flags}, func() error {
				f.Source, f.Before, f.Value = a.spans[i].source, a.spans[i].before, value.Decimal
				d.AddDay(a.keys[i], f)
				return nil
			})
			return err
		})
}

// exactly is a number as it comes from the database: a dashboard is thousands of them,
// and decimal's own way is by their text.
type exactly struct{ decimal.Decimal }

// ScanNumeric implements pgtype.NumericScanner.
func (e *exactly) ScanNumeric(n pgtype.Numeric) error {
	if n.Int == nil || n.NaN {
		return errors.New("not a number")
	}
	e.Decimal = decimal.NewFromBigInt(n.Int, n.Exp)
	return nil
}

// Parts are ranked by the first of their query's metrics in the range. Those past
// the limit, and those that the range lacks, become one.
const partsSQL = `
with w as materialized (
  select *, false as apart from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::uuid[], $7::date[], $8::date[], $9::date[],
                       $10::text[], $11::date[], $12::date[], $13::int[], $14::text[], $15::text[], $16::bool[], $17::bool[], $18::int[]) with ordinality
    as w (metric, report, filtered, value, prefix, source_id, since, first, last, grain, whole, cut, n, key, dimension, before, lead, most, i)
), g as (
  select w.i, m.dimensions->>w.dimension as part, m.currency, s.step, sum(s.value) as value, bit_or(s.flags) as flags
  from w join ` + months + `
  where m.customer_id = $19
  group by 1, 2, 3, 4
), s as materialized (
  select w.n, w.key, w.before, w.lead, w.most, w.source_id, coalesce(g.part, '') as part, coalesce(g.currency, '') as currency, g.step, g.value, g.flags
  from g join w using (i)
), r as (
  select n, part, row_number() over (partition by n order by sum(value) desc, part) as rank from s where lead and not before group by n, part
)
select s.n, s.key, s.before, s.source_id, case when r.rank <= s.most then s.part else '' end, coalesce(r.rank > s.most, true), s.step, s.currency,
       sum(s.value), bit_or(s.flags)
from s left join r on r.n = s.n and r.part = s.part
group by 1, 2, 3, 4, 5, 6, 7, 8
order by 1, min(r.rank) nulls last`

// queueParts reads the parts of a plan into d.
func queueParts(b *pgx.Batch, customer uuid.UUID, plan widget.Plan, d *widget.Data) {
	var a wanted
	var dimensions []string
	var before, leads []bool
	var most []int32
	for i, q := range plan.Parts {
		for j, m := range q.Metrics {
			for _, s := range spans(d, widget.SourceType(m.Metric), q.SourceID) {
				if s.before && q.Grain != "" {
					continue
				}
				a.add(i, m, s, q.Grain)
				dimensions = append(dimensions, q.Dimension)
				before, leads, most = append(before, s.before), append(leads, j == 0), append(most, int32(q.Limit))
			}
		}
	}
	if len(a.n) == 0 {
		return
	}
	b.Queue(partsSQL, a.metrics, a.reports, a.filtered, a.values, a.prefixes, a.sources, a.since, a.from, a.until, a.grains, a.whole, a.cut,
		a.n, a.keys, dimensions, before, leads, most, customer).
		Query(func(rows pgx.Rows) error {
			var n int
			var f widget.PartFact
			_, err := pgx.ForEachRow(rows, []any{&n, &f.Key, &f.Before, &f.Source, &f.Part, &f.Other, &f.Day.Time, &f.Currency, &f.Value, &f.Flags}, func() error {
				d.AddPart(plan.Parts[n].Key, f)
				return nil
			})
			return err
		})
}

const rangesSQL = `
select source_id, metric, range_from, range_until, dimensions, value, zone, flags from metric_ranges
where customer_id = $1 and source_id = any($2) and metric = any($3)
  and (range_from = $4 and range_until = $5 or range_from = $6 and range_until = $7)`

// queueRanges reads what sources have said of exactly these ranges into d.
func queueRanges(b *pgx.Batch, customer uuid.UUID, plan widget.Plan, d *widget.Data) {
	if len(plan.Ranges) == 0 {
		return
	}
	before := d.Range
	if d.Before != nil {
		before = *d.Before
	}
	ids := make([]uuid.UUID, len(d.Sources))
	for i, s := range d.Sources {
		ids[i] = s.SourceID
	}
	b.Queue(rangesSQL, customer, ids, plan.Ranges, d.Range.From.Time, d.Range.Until().Time, before.From.Time, before.Until().Time).
		Query(func(rows pgx.Rows) error {
			list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f widget.RangeFact, err error) {
				var dimensions map[string]string
				err = row.Scan(&f.Source, &f.Metric, &f.From.Time, &f.Until.Time, &dimensions, &f.Value, &f.Zone, &f.Flags)
				for f.Dimension, f.Part = range dimensions {
					if len(dimensions) > 1 { // no widget splits people by two at once
						f.Metric = ""
					}
				}
				return f, err
			})
			for _, f := range list {
				d.AddRange(f)
			}
			return err
		})
}

const workSQL = `
select kind, id, title, day from (
  (select 'ticket' as kind, ct.id, ct.title, (ct.resolved_at at time zone $2)::date as day
  from client_tickets ct
  where ct.customer_id = $1 and ct.status in ('resolved', 'closed')
    and ct.resolved_at >= ($3::date)::timestamp at time zone $2 and ct.resolved_at < ($4::date)::timestamp at time zone $2
  order by ct.resolved_at desc limit 100)
  union all
  select 'phase', q.id, q.name || ': ' || p.name, p.actual_end
  from quote_phases p join quotes q on q.customer_id = p.customer_id and q.id = p.quote_id
  where p.customer_id = $1 and p.status = 'completed' and p.actual_end >= $3 and p.actual_end < $4
) done order by day desc, kind, title limit 100`

// queueWork reads what was done in the range into d.
func queueWork(b *pgx.Batch, customer uuid.UUID, zone string, d *widget.Data) {
	b.Queue(workSQL, customer, zone, d.Range.From.Time, d.Range.Until().Time).Query(func(rows pgx.Rows) (err error) {
		d.Work, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a widget.Annotation, err error) {
			err = row.Scan(&a.Kind, &a.ID, &a.Title, &a.Day.Time)
			return a, err
		})
		slices.Reverse(d.Work)
		return err
	})
}
