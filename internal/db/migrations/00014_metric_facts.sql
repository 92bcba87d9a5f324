-- Numbers of other systems: facts by day, and what can't be added up, by range.
--
-- A fact's row says whose day it is (zone) and, of money, in which currency. Its
-- flags are upstream.Flags. Reports of a day are replaced whole, so facts have no
-- key of their own: (source_id, report, day) is what is deleted and written.
-- They do not refer to their source by a foreign key: it is locked while they are
-- written, and making a month's partition would lock its whole table after this one,
-- the other way round. Sources are disconnected and never deleted; a customer is
-- deleted with all that is theirs.

-- +goose Up
create table metric_facts (
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  day date not null,
  report text not null,
  metric text not null,
  dimensions jsonb,                     -- null for a total
  value numeric not null,
  currency text check (currency ~ '^[A-Z]{3}$'),
  zone text not null,
  flags smallint not null default 0,
  internal boolean not null default false   -- of a metric that no client sees
) partition by range (day);
create index metric_facts_read on metric_facts (source_id, metric, report, day) include (value);
create index metric_facts_replace on metric_facts (source_id, report, day);
select secure_tenant('metric_facts');
create policy visible on metric_facts as restrictive to portal_client using (not internal);
grant select on metric_facts to portal_client;

-- What no month's partition takes: nothing is lost for want of one.
create table metric_facts_other partition of metric_facts default;

-- A partition has its parent's policies, and is reached through its parent only.
-- +goose StatementBegin
create function secure_partition(t regclass) returns void language plpgsql as $$
begin
  perform secure_tenant(t);
  execute format('revoke all on %s from portal_staff, portal_agency, portal_system', t);
end $$;
-- +goose StatementEnd
select secure_partition('metric_facts_other');
-- ensure_metric_months makes the partitions of the months from..until. The working
-- roles own nothing, so it runs as the owner of the schema.
-- +goose StatementBegin
create function ensure_metric_months(first date, last date) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  m date := date_trunc('month', first);
  name text;
begin
  if last > first + interval '20 years' then
    raise exception 'too many months';
  end if;
  while m <= last loop
    name := 'metric_facts_' || to_char(m, 'YYYYMM');
    if to_regclass(name) is null then
      perform pg_advisory_xact_lock(hashtext('ensure_metric_months'));
      -- to_regclass may remember what was not there before the lock.
      if not exists (select from pg_class c where c.relname = name and c.relnamespace = 'public'::regnamespace) then
        execute format('create table %I partition of metric_facts for values from (%L) to (%L)', name, m, (m + interval '1 month')::date);
        perform secure_partition(name::regclass);
      end if;
    end if;
    m := m + interval '1 month';
  end loop;
end $$;
-- +goose StatementEnd
revoke all on function ensure_metric_months from public;
grant execute on function ensure_metric_months to portal_staff, portal_agency, portal_system;

create table metric_ranges (
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  range_from date not null,
  range_until date not null,            -- the day after the last
  report text not null,
  metric text not null,
  dimensions jsonb,
  value numeric not null,
  currency text check (currency ~ '^[A-Z]{3}$'),
  zone text not null,
  flags smallint not null default 0,
  internal boolean not null default false,
  read_at timestamptz not null,
  check (range_until > range_from),
  foreign key (customer_id, source_id) references analytics_data_sources (customer_id, id) on delete cascade
);
create index metric_ranges_read on metric_ranges (source_id, range_from, range_until, metric);
select secure_tenant('metric_ranges');
create policy visible on metric_ranges as restrictive to portal_client using (not internal);
grant select on metric_ranges to portal_client;

-- +goose Down
drop table metric_ranges, metric_facts;
drop function ensure_metric_months, secure_partition;
