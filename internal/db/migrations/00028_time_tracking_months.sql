-- The hours of a month, added up: what totals are read from, so that they cost the same
-- for a customer of a hundred entries and of a hundred thousand.
--
-- The rows of a month add up to its entries. Every change of entries adds rows, less than
-- nothing for what was and more for what is, in its own transaction and by a trigger, so
-- that no way to write an entry can forget it and no two changes wait for each other.
-- fold_time_tracking_months makes those months anew from time to time.

-- +goose Up
create table time_tracking_months (
  customer_id uuid not null references customers (id) on delete cascade,
  month date not null check (extract(day from month) = 1),
  quote_id uuid,
  category text,
  billable boolean not null,
  is_retainer boolean not null,
  approval text not null,
  internal boolean not null,
  minutes bigint not null,
  entries bigint not null,
  folded boolean not null default false
);
create index time_tracking_months_read on time_tracking_months (customer_id, month)
  include (quote_id, category, billable, is_retainer, approval, internal, minutes, entries);
create index time_tracking_months_new on time_tracking_months (customer_id, month) where not folded;
select secure_tenant('time_tracking_months');
create policy shown on time_tracking_months as restrictive to portal_client using (not internal) with check (not internal);
revoke update on time_tracking_months from portal_staff, portal_agency, portal_system;
revoke delete on time_tracking_months from portal_staff, portal_agency;
grant select, insert on time_tracking_months to portal_client;

-- +goose StatementBegin
create function keep_time_tracking_months() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into time_tracking_months
    select customer_id, date_trunc('month', date_worked::timestamp)::date, quote_id, category, billable, is_retainer, approval, internal, sum(minutes), count(*)
    from came where deleted_at is null group by 1, 2, 3, 4, 5, 6, 7, 8;
  elsif tg_op = 'UPDATE' then
    insert into time_tracking_months
    select customer_id, date_trunc('month', date_worked::timestamp)::date, quote_id, category, billable, is_retainer, approval, internal,
      sum(minutes * sign), sum(sign)
    from (select *, -1 as sign from went union all select *, 1 from came) changed
    where deleted_at is null group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(minutes * sign) <> 0 or sum(sign) <> 0;
  else -- a customer's end takes its months too
    insert into time_tracking_months
    select customer_id, date_trunc('month', date_worked::timestamp)::date, quote_id, category, billable, is_retainer, approval, internal, -sum(minutes), -count(*)
    from went where deleted_at is null and exists (select from customers c where c.id = went.customer_id) group by 1, 2, 3, 4, 5, 6, 7, 8;
  end if;
  return null;
end $$;
-- +goose StatementEnd
create trigger months_of_new after insert on time_tracking referencing new table as came
  for each statement execute function keep_time_tracking_months();
create trigger months_of_changed after update on time_tracking referencing old table as went new table as came
  for each statement execute function keep_time_tracking_months();
create trigger months_of_removed after delete on time_tracking referencing old table as went
  for each statement execute function keep_time_tracking_months();

-- fold_time_tracking_months makes the months anew that got rows, from their entries: one
-- row of many, and right again whatever wrote to them. Both are of one moment, and one
-- portal at a time does it; what is not yet committed then adds its rows later.
-- +goose StatementBegin
create function fold_time_tracking_months() returns bigint language sql as $$
  select pg_advisory_xact_lock(hashtext('fold_time_tracking_months'));
  with touched as (
    select distinct customer_id, month from time_tracking_months where not folded
  ), gone as (
    delete from time_tracking_months m using touched t where m.customer_id = t.customer_id and m.month = t.month returning 1
  ), made as (
    insert into time_tracking_months
    select t.customer_id, t.month, e.quote_id, e.category, e.billable, e.is_retainer, e.approval, e.internal, sum(e.minutes), count(*), true
    from touched t join time_tracking e on e.customer_id = t.customer_id and e.deleted_at is null
      and e.date_worked >= t.month and e.date_worked < t.month + interval '1 month'
    group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2 -- a customer's lie together
  )
  select count(*) from gone
$$;
-- +goose StatementEnd
revoke all on function fold_time_tracking_months from public;
grant execute on function fold_time_tracking_months to portal_system;

-- Row-level security is forced on the schema's owner too, who would find nothing.
alter table time_tracking no force row level security;
alter table time_tracking_months no force row level security;
insert into time_tracking_months
select customer_id, date_trunc('month', date_worked::timestamp)::date, quote_id, category, billable, is_retainer, approval, internal, sum(minutes), count(*), true
from time_tracking where deleted_at is null group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2;
alter table time_tracking force row level security;
alter table time_tracking_months force row level security;

-- +goose Down
drop trigger months_of_new on time_tracking;
drop trigger months_of_changed on time_tracking;
drop trigger months_of_removed on time_tracking;
drop function keep_time_tracking_months, fold_time_tracking_months;
drop table time_tracking_months;
