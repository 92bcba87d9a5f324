package datasource_test

import "github.com/google/uuid"

// monthsFollow tells whether the months that dashboards read hold the same numbers
// as the facts of which they are made.
func (w *world) monthsFollow(id uuid.UUID) {
	w.t.Helper()
	var astray, wrong int
	w.scan(`
		with facts as (
			select day, report, metric, dimensions, value, currency, zone, flags, internal from metric_facts where source_id = $1
		), months as (
			select m.month + d.day - 1 as day, m.report, m.metric, m.dimensions, d.value, m.currency, m.zone, d.flags, m.internal
			from metric_months m, unnest(m.days, m.day_values, m.day_flags) d (day, value, flags) where m.source_id = $1
		), astray as (
			(table facts except all table months) union all (table months except all table facts)
		)
		select (select count(*) from astray), (select count(*) from metric_months m where m.source_id = $1 and (
			m.total <> (select sum(v) from unnest(m.day_values) v) or m.all_flags <> (select bit_or(f) from unnest(m.day_flags) f)))`,
		[]any{id}, &astray, &wrong)
	if astray > 0 || wrong > 0 {
		w.t.Errorf("%d numbers stand only by day or only by month, and %d months add up to something else", astray, wrong)
	}
}
