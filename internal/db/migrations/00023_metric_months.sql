-- A month of facts in one row: what dashboards read. A year of one metric is some
-- twelve rows and not 365, whatever range is asked for.
--
-- They are made of metric_facts, in the transaction that writes those, by
-- keep_metric_months. The days of the month, their values and their flags stand side
-- by side, in no order; total and all_flags are what they come to, for metrics that can be
-- added up.

-- +goose Up
create table metric_months (
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  month date not null check (extract(day from month) = 1),
  report text not null,
  metric text not null,
  dimensions jsonb,
  currency text,
  zone text not null,
  internal boolean not null,
  days smallint[] not null,
  day_values numeric[] not null,
  day_flags smallint[] not null,
  total numeric not null,
  all_flags smallint not null,
  check (cardinality(days) = cardinality(day_values) and cardinality(days) = cardinality(day_flags))
);
create index metric_months_read on metric_months (source_id, report, month, metric);
select secure_tenant('metric_months');
create policy visible on metric_months as restrictive to portal_client using (not internal);
grant select on metric_months to portal_client;

-- keep_metric_months makes the months of these days of a source's reports anew; the
-- two lists go together. Each month's facts are one partition's, found by an index:
-- hence a month at a time.
-- +goose StatementBegin
create function keep_metric_months(source uuid, reports text[], days date[]) returns void language plpgsql as $$
declare
  touched record;
begin
  for touched in
    select distinct t.report, date_trunc('month', t.day::timestamp)::date as month,
      (date_trunc('month', t.day::timestamp) + interval '1 month')::date as until
    from unnest(reports, days) t (report, day)
  loop
    delete from metric_months m where m.source_id = source and m.report = touched.report and m.month = touched.month;
    insert into metric_months (customer_id, source_id, month, report, metric, dimensions, currency, zone, internal, days, day_values, day_flags, total, all_flags)
    select f.customer_id, f.source_id, touched.month, f.report, f.metric, f.dimensions, f.currency, f.zone, f.internal,
      array_agg(extract(day from f.day)::smallint), array_agg(f.value), array_agg(f.flags), sum(f.value), bit_or(f.flags)
    from metric_facts f
    where f.source_id = source and f.report = touched.report and f.day >= touched.month and f.day < touched.until
    group by f.customer_id, f.source_id, f.report, f.metric, f.dimensions, f.currency, f.zone, f.internal;
  end loop;
end $$;
-- +goose StatementEnd
revoke all on function keep_metric_months from public;
grant execute on function keep_metric_months to portal_staff, portal_agency, portal_system;

insert into metric_months (customer_id, source_id, month, report, metric, dimensions, currency, zone, internal, days, day_values, day_flags, total, all_flags)
select customer_id, source_id, date_trunc('month', day::timestamp)::date, report, metric, dimensions, currency, zone, internal,
  array_agg(extract(day from day)::smallint), array_agg(value), array_agg(flags), sum(value), bit_or(flags)
from metric_facts
group by 1, 2, 3, 4, 5, 6, 7, 8, 9;

-- +goose Down
drop function keep_metric_months;
drop table metric_months;
