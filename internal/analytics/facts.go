package analytics

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

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

// wanted is the arguments of a statement about facts: one entry of each list for
// every metric, source and span.
type wanted struct {
	n                    []int32 // which query of the plan
	keys                 []string
	metrics, reports     []string
	dimensions, filtered []string
	values               []string
	prefixes             []bool
	sources              []uuid.UUID
	before, leads        []bool
	from, until          []widget.Day
	grains               []string
	most                 []int32
	first, last          widget.Day // of all, so that months outside are not looked at
}

func (a *wanted) add(n int, q widget.DayQuery, s span) {
	dimension, value, prefix := "", "", false
	if q.Filter != nil {
		dimension = q.Filter.Dimension
		value, prefix = strings.CutSuffix(q.Filter.Value, "*")
	}
	a.n, a.keys = append(a.n, int32(n)), append(a.keys, q.Key)
	a.metrics, a.reports = append(a.metrics, q.Metric), append(a.reports, q.Report)
	a.filtered, a.values, a.prefixes = append(a.filtered, dimension), append(a.values, value), append(a.prefixes, prefix)
	a.sources, a.before = append(a.sources, s.source), append(a.before, s.before)
	a.from, a.until = append(a.from, s.from), append(a.until, s.until)
	if a.first.IsZero() || s.from.Before(a.first.Time) {
		a.first = s.from
	}
	if s.until.After(a.last.Time) {
		a.last = s.until
	}
}

// The rows of the list are numbered, so that rows are put together by a number.
const daysSQL = `
with w as materialized (
  select row_number() over () as i, * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::uuid[], $8::bool[], $9::date[], $10::date[])
    as w(n, metric, report, dimension, value, prefix, source_id, before, first, last)
), s as (
  select w.i, f.day, f.currency, sum(f.value) as value, bit_or(f.flags) as flags
  from w join metric_facts f on f.source_id = w.source_id and f.metric = w.metric and f.report = w.report and f.day >= w.first and f.day < w.last
  where f.customer_id = $11 and f.day >= $12 and f.day < $13
    and (w.dimension = '' or case when w.prefix then starts_with(f.dimensions->>w.dimension, w.value) else f.dimensions->>w.dimension = w.value end)
  group by w.i, f.day, f.currency
)
select w.n, w.source_id, w.before, s.day, coalesce(s.currency, ''), s.value, s.flags from s join w using (i)`

// queueDays reads the days of a plan into d.
func queueDays(b *pgx.Batch, customer uuid.UUID, plan widget.Plan, d *widget.Data) {
	var a wanted
	for i, q := range plan.Days {
		for _, s := range spans(d, widget.SourceType(q.Metric), nil) {
			a.add(i, q, s)
		}
	}
	if len(a.n) == 0 {
		return
	}
	b.Queue(daysSQL, a.n, a.metrics, a.reports, a.filtered, a.values, a.prefixes, a.sources, a.before, days(a.from), days(a.until), customer, a.first.Time, a.last.Time).
		Query(func(rows pgx.Rows) error {
			var n int
			var f widget.DayFact
			_, err := pgx.ForEachRow(rows, []any{&n, &f.Source, &f.Before, &f.Day.Time, &f.Currency, &f.Value, &f.Flags}, func() error {
				d.AddDay(plan.Days[n].Key, f)
				return nil
			})
			return err
		})
}

// Parts are ranked by the first of their query's metrics in the range. Those past
// the limit, and those that the range lacks, become one.
const partsSQL = `
with w as materialized (
  select row_number() over () as i, * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[],
                       $9::uuid[], $10::bool[], $11::bool[], $12::date[], $13::date[], $14::text[], $15::int[])
    as w(n, key, metric, report, dimension, filtered, value, prefix, source_id, before, lead, first, last, grain, most)
), g as (
  select w.i, f.dimensions->>w.dimension as part, f.currency,
         case w.grain when '' then w.first when 'day' then f.day when 'week' then w.first + (f.day - w.first) / 7 * 7
                      else greatest(date_trunc('month', f.day::timestamp)::date, w.first) end as step,
         sum(f.value) as value, bit_or(f.flags) as flags
  from w join metric_facts f on f.source_id = w.source_id and f.metric = w.metric and f.report = w.report and f.day >= w.first and f.day < w.last
  where f.customer_id = $16 and f.day >= $17 and f.day < $18
    and (w.filtered = '' or case when w.prefix then starts_with(f.dimensions->>w.filtered, w.value) else f.dimensions->>w.filtered = w.value end)
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
	for i, q := range plan.Parts {
		for j, m := range q.Metrics {
			for _, s := range spans(d, widget.SourceType(m.Metric), q.SourceID) {
				if s.before && q.Grain != "" {
					continue
				}
				a.add(i, m, s)
				a.dimensions, a.leads = append(a.dimensions, q.Dimension), append(a.leads, j == 0)
				a.grains, a.most = append(a.grains, string(q.Grain)), append(a.most, int32(q.Limit))
			}
		}
	}
	if len(a.n) == 0 {
		return
	}
	b.Queue(partsSQL, a.n, a.keys, a.metrics, a.reports, a.dimensions, a.filtered, a.values, a.prefixes, a.sources, a.before, a.leads,
		days(a.from), days(a.until), a.grains, a.most, customer, a.first.Time, a.last.Time).
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
  select 'ticket' as kind, ct.id, ct.title, (ct.resolved_at at time zone $2)::date as day
  from client_tickets ct
  where ct.customer_id = $1 and ct.status in ('resolved', 'closed')
    and ct.resolved_at >= ($3::date)::timestamp at time zone $2 and ct.resolved_at < ($4::date)::timestamp at time zone $2
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

func days(list []widget.Day) []time.Time {
	out := make([]time.Time, len(list))
	for i, d := range list {
		out[i] = d.Time
	}
	return out
}
