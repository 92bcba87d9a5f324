-- name: Setting :one
-- What an entry refers to, as far as it is in scope: no row without the customer.
select c.name as customer_name, c.currency, c.timezone,
  q.id as quote_id, q.name as quote_name, q.number as quote_number,
  t.id as ticket_id, t.number as ticket_number,
  e.id as employee_id, e.email as employee_email, coalesce(concat_ws(' ', e.first_name, e.last_name), '')::text as employee_name, e.is_active as employee_active
from customers c
  left join quotes q on q.customer_id = c.id and q.id = sqlc.narg(quote_id)
  left join client_tickets t on t.customer_id = c.id and t.id = sqlc.narg(ticket_id)
  left join employees e on e.id = sqlc.narg(employee_id)
where c.id = sqlc.arg(customer_id);

-- name: InsertEntry :one
insert into time_tracking (id, customer_id, quote_id, project_id, ticket_id, employee_id, employee_email, task_description, minutes, date_worked,
                           billable, hourly_rate, currency, category, is_retainer, retainer_id, retainer_period_start, retainer_period_end,
                           internal, pending_since, created_at, updated_at)
values (sqlc.arg(id), sqlc.arg(customer_id), sqlc.narg(quote_id), sqlc.narg(project_id), sqlc.narg(ticket_id), sqlc.narg(employee_id),
        sqlc.narg(employee_email), sqlc.arg(task_description), sqlc.arg(minutes), sqlc.arg(date_worked), sqlc.arg(billable), sqlc.narg(hourly_rate),
        sqlc.arg(currency), sqlc.narg(category), sqlc.arg(is_retainer), sqlc.narg(retainer_id), sqlc.narg(retainer_period_start),
        sqlc.narg(retainer_period_end), sqlc.arg(internal), sqlc.arg(now), sqlc.arg(now), sqlc.arg(now))
returning *;

-- name: InsertSource :execrows
insert into time_entry_sources (source, external_id, customer_id, entry_id, created_at) values ($1, $2, $3, $4, $5)
on conflict (source, external_id) do nothing;

-- name: EntryForUpdate :one
select * from time_tracking where id = $1 and deleted_at is null for update;

-- name: UpdateEntry :exec
-- A changed entry waits for approval again, whatever was said to it.
update time_tracking set
  quote_id = sqlc.narg(quote_id), project_id = sqlc.narg(project_id), ticket_id = sqlc.narg(ticket_id), employee_id = sqlc.narg(employee_id),
  employee_email = sqlc.narg(employee_email), task_description = sqlc.arg(task_description), minutes = sqlc.arg(minutes),
  date_worked = sqlc.arg(date_worked), billable = sqlc.arg(billable), hourly_rate = sqlc.narg(hourly_rate), currency = sqlc.arg(currency),
  category = sqlc.narg(category), is_retainer = sqlc.arg(is_retainer), retainer_id = sqlc.narg(retainer_id),
  retainer_period_start = sqlc.narg(retainer_period_start), retainer_period_end = sqlc.narg(retainer_period_end), internal = sqlc.arg(internal),
  approval = 'pending', approved_by_client_user_id = null, approved_at = null, rejected_by_user_id = null, rejected_at = null,
  rejection_reason = null, decided_by_name = null, revision = sqlc.arg(revision), pending_since = sqlc.arg(now), auto_approval_told_at = null, updated_at = sqlc.arg(now),
  deleted_at = sqlc.narg(deleted_at)
where id = sqlc.arg(id);

-- name: InsertRevision :exec
insert into time_entry_revisions (customer_id, entry_id, revision, action, minutes, date_worked, approval, retainer_id, deleted, internal, entry, by_kind, by_name, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: PlaceEntry :exec
update time_tracking set retainer_id = sqlc.narg(retainer_id), retainer_period_start = sqlc.narg(starts), retainer_period_end = sqlc.narg(ends),
  revision = sqlc.arg(revision), updated_at = sqlc.arg(now)
where id = sqlc.arg(id);

-- name: RetainerOn :one
-- The retainer that an entry of this day and project is taken from: the project's own
-- goes before that of all projects.
select id from retainers
where customer_id = sqlc.arg(customer_id) and starts_on <= sqlc.arg(day) and (ends_on is null or ends_on >= sqlc.arg(day))
  and (quote_id is null or quote_id = sqlc.narg(quote_id)::uuid)
order by quote_id nulls last, starts_on desc
limit 1;

-- name: LockRetainer :one
select r.*, c.timezone, c.name as customer_name from retainers r join customers c on c.id = r.customer_id where r.id = $1 for update of r;

-- name: Books :many
-- Retainers with their terms and periods; the rows from the first period on that is
-- open, or was at a moment or the end of a day, up to the period of the day, each or
-- added up by day; those of some closed periods before them, drawn together; all rows of
-- some entries; and by day what is not approved, if it is asked for.
select sqlc.embed(r), c.name as customer_name, c.timezone, q.name as quote_name,
  (select coalesce(json_agg(t order by t.number), '[]') from (
     select t.*, concat_ws(' ', e.first_name, e.last_name) as agreed_by
     from retainer_terms t left join employees e on e.id = t.agreed_by_employee_id where t.retainer_id = r.id) t)::json as terms,
  (select coalesce(json_agg(p order by p.number), '[]') from (
     select number, starts_on, ends_on, opened_at, closed_at, closed_by_name
     from retainer_periods where customer_id = r.customer_id and retainer_id = r.id) p)::json as periods,
  (case when sqlc.arg(by_day)::boolean then (
     select coalesce(json_agg(l order by l.number), '[]') from (
       select min(number) as number, period, kind, sum(minutes) as minutes, day, origin, sum(amount) as amount, max(recorded_at) as recorded_at
       from retainer_ledger where retainer_id = r.id and period between bound.first and bound.last group by period, kind, day, origin) l)
   else (
     select coalesce(json_agg(l order by l.number), '[]') from (
       select number, period, kind, minutes, day, origin, entry_id, amount, nullif(note, '') as note, recorded_at
       from retainer_ledger where retainer_id = r.id and period between bound.first and bound.last) l) end)::json as rows,
  (select coalesce(json_agg(d order by d.period), '[]') from (
     select p.number as period, each.* from retainer_periods p cross join lateral (
       select l.kind, sum(l.minutes) as minutes, case when l.day >= p.ends_on then p.ends_on else p.starts_on end as day,
         sum(l.amount) as amount, max(l.recorded_at) as recorded_at
       from retainer_ledger l where l.retainer_id = p.retainer_id and l.period = p.number group by l.kind, 3) each
     where p.customer_id = r.customer_id and p.retainer_id = r.id
       and p.number >= bound.first - sqlc.arg(drawn)::integer and p.number < bound.first) d)::json as drawn,
  (select coalesce(json_agg(l order by l.number), '[]') from retainer_ledger l
   where cardinality(sqlc.arg(entries)::uuid[]) > 0 and l.retainer_id = r.id and l.entry_id = any(sqlc.arg(entries)::uuid[]))::json as past,
  (select coalesce(json_agg(w), '[]') from (
     select date_worked as day, approval, sum(minutes) as minutes from time_tracking
     where retainer_id = r.id and deleted_at is null and approval <> 'approved' and sqlc.arg(waiting)::boolean
     group by date_worked, approval) w)::json as waiting
from retainers r
  join customers c on c.id = r.customer_id
  left join quotes q on q.customer_id = r.customer_id and q.id = r.quote_id
  cross join lateral (
    select coalesce(min(p.number) filter (where p.closed_at is null or p.closed_at > sqlc.narg(known)::timestamptz or p.ends_on > sqlc.narg(day)::date),
                    max(p.number)) as first,
           max(p.number) filter (where sqlc.narg(day)::date is null or p.starts_on <= sqlc.narg(day)::date) as last
    from retainer_periods p where p.customer_id = r.customer_id and p.retainer_id = r.id) bound
where (sqlc.narg(customer_id)::uuid is null or r.customer_id = sqlc.narg(customer_id)) and (sqlc.narg(ids)::uuid[] is null or r.id = any(sqlc.narg(ids)))
order by c.name, r.customer_id, r.quote_id nulls first, r.starts_on, r.id;

-- name: AddToLedger :exec
-- Opens periods and adds rows; a twin that had the same in mind breaks a key.
with opened as (
  insert into retainer_periods (customer_id, retainer_id, number, starts_on, ends_on, opened_at, closed_at, closed_by_name)
  select sqlc.arg(customer_id), sqlc.arg(id), p.number, p.starts_on, p.ends_on, sqlc.arg(now), p.closed_at,
         case when p.closed_at is not null then sqlc.arg(actor_name)::text end
  from jsonb_to_recordset(sqlc.arg(periods)::jsonb) as p (number integer, starts_on date, ends_on date, closed_at timestamptz)
), added as (
  insert into retainer_ledger (customer_id, retainer_id, number, period, kind, minutes, day, origin, entry_id, amount, note, actor_name, recorded_at)
  select sqlc.arg(customer_id), sqlc.arg(id), l.number, l.period, l.kind, l.minutes, l.day, l.origin, l.entry_id, l.amount, l.note,
         sqlc.arg(actor_name), sqlc.arg(now)
  from jsonb_to_recordset(sqlc.arg(rows)::jsonb)
    as l (number integer, period integer, kind text, minutes integer, day date, origin integer, entry_id uuid, amount numeric, note text)
)
update retainers set ledger_rows = sqlc.arg(ledger_rows), ledger_at = sqlc.arg(now) where id = sqlc.arg(id);

-- name: ClosePeriods :execrows
update retainer_periods set closed_at = sqlc.arg(now), closed_by_name = sqlc.arg(actor_name)
where retainer_id = sqlc.arg(retainer_id) and number = any(sqlc.arg(numbers)::integer[]) and closed_at is null;

-- name: LockCustomer :one
select name, currency, timezone from customers where id = $1 for no key update;

-- name: OverlappingRetainer :one
select name, starts_on, ends_on from retainers
where customer_id = sqlc.arg(customer_id) and id <> sqlc.arg(id) and quote_id is not distinct from sqlc.narg(quote_id)::uuid
  and (ends_on is null or ends_on >= sqlc.arg(starts_on)::date) and (sqlc.narg(ends_on)::date is null or starts_on <= sqlc.narg(ends_on))
order by starts_on limit 1;

-- name: InsertRetainer :exec
insert into retainers (id, customer_id, quote_id, name, starts_on, ends_on, currency, ledger_at, created_at, updated_at)
values (sqlc.arg(id), sqlc.arg(customer_id), sqlc.narg(quote_id), sqlc.arg(name), sqlc.arg(starts_on), sqlc.narg(ends_on), sqlc.arg(currency), sqlc.arg(now), sqlc.arg(now), sqlc.arg(now));

-- name: InsertTerms :exec
insert into retainer_terms (customer_id, retainer_id, number, effective_from, minutes_per_period, period, rollover_cap_minutes,
  rollover_expires_after_periods, deficit, overage_rate, pending_consumes, rejected_consumes, auto_approve_after_days, consent_block_minutes,
  closes_after_days, agreed_by_employee_id, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: RetainerName :one
select name from retainers where id = $1;

-- name: EntriesWithoutRetainer :many
-- Retainer hours of these days that are in no ledger yet.
select id from time_tracking
where customer_id = sqlc.arg(customer_id) and deleted_at is null and is_retainer and retainer_id is null
  and date_worked >= sqlc.arg(starts_on) and (sqlc.narg(ends_on)::date is null or date_worked <= sqlc.narg(ends_on))
  and (sqlc.narg(quote_id)::uuid is null or quote_id = sqlc.narg(quote_id))
order by date_worked, id;

-- name: EntriesForDecision :many
-- Entries whose rows are held, in the order of their ids, with what they refer to.
select sqlc.embed(t), c.name as customer_name, c.currency as customer_currency, c.timezone, q.id as project, q.name as quote_name, q.number as quote_number,
  ct.number as ticket_number, coalesce(concat_ws(' ', e.first_name, e.last_name), '')::text as employee_name
from time_tracking t
  join customers c on c.id = t.customer_id
  left join quotes q on q.customer_id = t.customer_id and q.id = t.quote_id
  left join client_tickets ct on ct.customer_id = t.customer_id and ct.id = t.ticket_id
  left join employees e on e.id = t.employee_id
where t.id = any(sqlc.arg(ids)::uuid[]) and t.deleted_at is null
order by t.id
for update of t;

-- name: DecideEntry :exec
with revision as (
  insert into time_entry_revisions (customer_id, entry_id, revision, action, minutes, date_worked, approval, retainer_id, deleted, internal, entry, by_kind, by_name, created_at)
  select t.customer_id, t.id, sqlc.arg(revision), sqlc.arg(action), t.minutes, t.date_worked, sqlc.arg(approval), t.retainer_id, false, t.internal, sqlc.arg(entry)::jsonb,
         sqlc.arg(by_kind), sqlc.arg(by_name), sqlc.arg(now)
  from time_tracking t where t.id = sqlc.arg(id)
)
update time_tracking set
  approval = sqlc.arg(approval), approved_by_client_user_id = sqlc.narg(approved_by), approved_at = sqlc.narg(approved_at),
  rejected_by_user_id = sqlc.narg(rejected_by), rejected_at = sqlc.narg(rejected_at), rejection_reason = sqlc.narg(rejection_reason),
  decided_by_name = sqlc.narg(decided_by_name), revision = sqlc.arg(revision), pending_since = sqlc.arg(now), auto_approval_told_at = null, updated_at = sqlc.arg(now)
where time_tracking.id = sqlc.arg(id);

-- name: InsertMessage :exec
insert into time_entry_messages (id, customer_id, entry_id, author_user_id, author_employee_id, author_name, body, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: Messages :many
select id, author_name, author_employee_id, body, created_at from time_entry_messages where entry_id = $1 order by created_at, id;

-- name: HasMessages :one
select exists (select from time_entry_messages where entry_id = $1);

-- name: Revisions :many
select revision, action, by_kind, by_name, entry, created_at from time_entry_revisions where entry_id = $1 order by revision;

-- name: DueRetainers :many
-- Retainers of which a period has begun, or ended, that nobody has opened or closed
-- yet. Days are looked at where they come first; the customer's own decide later.
select r.id from retainers r
  left join lateral (select max(p.ends_on) as ends, min(p.ends_on) filter (where p.closed_at is null) as open_until
                     from retainer_periods p where p.retainer_id = r.id) p on true
where p.ends is null and r.starts_on <= sqlc.arg(now)::timestamptz::date + 1
   or p.ends <= sqlc.arg(now)::timestamptz::date + 1 and (r.ends_on is null or p.ends <= r.ends_on)
   or p.open_until <= sqlc.arg(now)::timestamptz::date + 1
order by r.id;

-- name: UpdateRetainer :exec
update retainers set name = sqlc.arg(name), ends_on = sqlc.narg(ends_on), revision = revision + 1, updated_at = sqlc.arg(now) where id = sqlc.arg(id);

-- name: UndecidedSince :many
select * from time_tracking
where retainer_id = sqlc.arg(retainer_id) and deleted_at is null and approval <> 'approved' and date_worked >= sqlc.arg(since)
order by date_worked, id;

-- name: Deciders :many
-- The people of a customer who have one of the roles.
select m.user_id from customer_members m join client_portal_users u on u.id = m.user_id
where m.customer_id = sqlc.arg(customer_id) and m.role = any(sqlc.arg(roles)::text[]) and m.is_active and u.is_active and u.email_verified
order by m.user_id;

-- name: Serving :many
-- Who worked, and the managers who serve the customer; admins when there is nobody.
with serving as (
  select e.id from employees e
  where e.is_active and (e.id = sqlc.narg(worker)::uuid or e.role = 'manager' and exists (
    select from customer_employees ce where ce.customer_id = sqlc.arg(customer_id) and ce.employee_id = e.id))
)
select id from serving
union all
select e.id from employees e where e.role = 'admin' and e.is_active and not exists (select from serving);

-- name: WaitingInPeriod :one
-- The minutes of a period's days that do not count as used as long as they wait.
select coalesce(sum(minutes), 0)::integer from time_tracking
where retainer_id = sqlc.arg(retainer_id)::uuid and deleted_at is null and approval = 'pending'
  and date_worked >= sqlc.arg(starts) and date_worked < sqlc.arg(ends) and id <> sqlc.arg(but);

-- name: NoteAlert :execrows
insert into retainer_alerts (customer_id, retainer_id, period, percent, id, told_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing;

-- name: AskBlock :execrows
insert into overage_blocks (id, customer_id, retainer_id, period, minutes, rate, amount, currency, reason, asked_by_name, asked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (retainer_id, period) where status = 'asked' do nothing;

-- name: Block :one
select sqlc.embed(b), r.name as retainer_name, p.starts_on, p.ends_on
from overage_blocks b join retainers r on r.id = b.retainer_id join retainer_periods p on p.retainer_id = b.retainer_id and p.number = b.period
where b.id = $1;

-- name: BlockForUpdate :one
select * from overage_blocks where id = $1 for update;

-- name: Blocks :many
select sqlc.embed(b), r.name as retainer_name, p.starts_on, p.ends_on
from overage_blocks b join retainers r on r.id = b.retainer_id join retainer_periods p on p.retainer_id = b.retainer_id and p.number = b.period
where (sqlc.narg(customer_id)::uuid is null or b.customer_id = sqlc.narg(customer_id)) and (sqlc.narg(status)::text is null or b.status = sqlc.narg(status))
order by b.asked_at desc, b.id desc limit 200;

-- name: DecideBlock :exec
update overage_blocks set status = $2, revision = revision + 1, decided_by_user_id = $3, decided_by_name = $4, decided_at = $5, comment = $6 where id = $1;

-- name: WithdrawBlocks :exec
update overage_blocks set status = 'withdrawn', revision = revision + 1, decided_at = sqlc.arg(now)
where retainer_id = sqlc.arg(retainer_id) and period = sqlc.arg(period) and status = 'asked';

-- name: Alerts :many
select a.retainer_id, a.percent, a.told_at, p.starts_on from retainer_alerts a join retainer_periods p on p.retainer_id = a.retainer_id and p.number = a.period
where a.retainer_id = $1 order by a.period desc, a.percent desc;

-- name: ApprovesSoon :many
-- Hours of which the client is to be told that they will be approved by themselves.
with terms as (
  select distinct on (r.id) r.id, r.customer_id, t.auto_approve_after_days as days
  from retainers r join customers c on c.id = r.customer_id
    join retainer_terms t on t.retainer_id = r.id and t.effective_from <= (sqlc.arg(now)::timestamptz at time zone c.timezone)::date
  order by r.id, t.effective_from desc, t.number desc
), told as (
  update time_tracking e set auto_approval_told_at = sqlc.arg(now)
  from terms
  where e.retainer_id = terms.id and e.approval = 'pending' and e.deleted_at is null and e.auto_approval_told_at is null
    and e.pending_since + make_interval(days => terms.days - least(terms.days, 2)) <= sqlc.arg(now)
  returning e.customer_id, e.minutes
)
select customer_id, count(*)::integer as entries, sum(minutes)::integer as minutes from told group by customer_id order by customer_id;

-- name: ApprovesNow :many
-- Hours that nobody decided on in time, although the client was told.
with terms as (
  select distinct on (r.id) r.id, t.auto_approve_after_days as days
  from retainers r join customers c on c.id = r.customer_id
    join retainer_terms t on t.retainer_id = r.id and t.effective_from <= (sqlc.arg(now)::timestamptz at time zone c.timezone)::date
  order by r.id, t.effective_from desc, t.number desc
)
select e.id, e.revision from time_tracking e join terms on e.retainer_id = terms.id
where e.approval = 'pending' and e.deleted_at is null
  and e.pending_since + make_interval(days => terms.days) <= sqlc.arg(now)::timestamptz
  and e.auto_approval_told_at + make_interval(days => least(terms.days, 2)) <= sqlc.arg(now)::timestamptz
order by e.id limit 500;

-- name: EntriesAsOf :many
-- What the entries of some days were at a moment, as far as they were there.
select r.entry, r.revision
from (select distinct t.entry_id from time_entry_revisions t
      where t.customer_id = sqlc.arg(customer_id) and t.date_worked >= sqlc.arg(since) and t.date_worked < sqlc.arg(until)) c
  cross join lateral (
    select l.* from time_entry_revisions l
    where l.customer_id = sqlc.arg(customer_id) and l.entry_id = c.entry_id and l.created_at <= sqlc.arg(as_of) order by l.revision desc limit 1) r
where not r.deleted and r.date_worked >= sqlc.arg(since) and r.date_worked < sqlc.arg(until)
order by r.date_worked, r.entry_id;

-- name: Customer :one
select name, currency, timezone from customers where id = $1;

-- name: WaitingHoursAsOf :many
-- By retainer and day, what was not approved at a moment: of what has changed since, the
-- revision that held then; the rest is as it is now.
with changed as (
  select distinct n.customer_id, n.entry_id from time_entry_revisions n
  where n.customer_id = any(sqlc.arg(customers)::uuid[]) and n.created_at > sqlc.arg(as_of) and n.revision > 1
), waits as (
  select t.retainer_id, t.date_worked, t.approval, t.minutes from time_tracking t
  where t.retainer_id = any(sqlc.arg(ids)::uuid[]) and t.deleted_at is null and t.approval <> 'approved'
    and not exists (select from time_entry_revisions l where l.customer_id = t.customer_id and l.entry_id = t.id and l.created_at > sqlc.arg(as_of))
  union all
  select l.retainer_id, l.date_worked, l.approval, l.minutes
  from changed c cross join lateral (
    select * from time_entry_revisions r
    where r.customer_id = c.customer_id and r.entry_id = c.entry_id and r.created_at <= sqlc.arg(as_of)
    order by r.revision desc limit 1) l
  where l.retainer_id = any(sqlc.arg(ids)::uuid[]) and not l.deleted and l.approval <> 'approved'
)
select w.retainer_id::uuid as retainer_id, w.date_worked, w.approval, sum(w.minutes)::integer as minutes
from waits w group by w.retainer_id, w.date_worked, w.approval;

-- name: FoldMonths :one
select fold_time_tracking_months();
