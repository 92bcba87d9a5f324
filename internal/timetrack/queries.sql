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
  rejection_reason = null, decided_by_name = null, revision = sqlc.arg(revision), pending_since = sqlc.arg(now), updated_at = sqlc.arg(now),
  deleted_at = sqlc.narg(deleted_at)
where id = sqlc.arg(id);

-- name: InsertRevision :exec
insert into time_entry_revisions (customer_id, entry_id, revision, action, minutes, date_worked, approval, retainer_id, deleted, entry, by_kind, by_name, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: PlaceEntry :exec
update time_tracking set retainer_id = sqlc.narg(retainer_id), retainer_period_start = sqlc.narg(starts), retainer_period_end = sqlc.narg(ends)
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
-- Retainers with their terms and periods, and the rows of the periods from the first
-- open one on, or all.
select r.id,
  (select coalesce(json_agg(t order by t.number), '[]') from retainer_terms t where t.retainer_id = r.id)::json as terms,
  (select coalesce(json_agg(p order by p.number), '[]') from retainer_periods p where p.retainer_id = r.id)::json as periods,
  (select coalesce(json_agg(l order by l.number), '[]') from retainer_ledger l
   where l.retainer_id = r.id and (sqlc.arg(whole)::boolean or l.period >= coalesce(
     (select min(o.number) from retainer_periods o where o.retainer_id = r.id and o.closed_at is null), 0)))::json as rows
from retainers r where r.id = any(sqlc.arg(ids)::uuid[]);

-- name: RowsOfEntry :many
select * from retainer_ledger where entry_id = $1 order by retainer_id, number;

-- name: InsertPeriod :batchexec
insert into retainer_periods (customer_id, retainer_id, number, starts_on, ends_on, opened_at) values ($1, $2, $3, $4, $5, $6);

-- name: ClosePeriod :batchexec
update retainer_periods set closed_at = $3, closed_by_name = $4 where retainer_id = $1 and number = $2 and closed_at is null;

-- name: InsertRow :batchexec
insert into retainer_ledger (customer_id, retainer_id, number, period, kind, minutes, day, origin, entry_id, amount, note, actor_name, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: CountRows :exec
update retainers set ledger_rows = $2, ledger_at = $3 where id = $1;

-- name: LockCustomer :one
select name, currency, timezone from customers where id = $1 for no key update;

-- name: OverlappingRetainer :one
select name from retainers
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

-- name: Retainers :many
select sqlc.embed(r), c.name as customer_name, c.timezone, q.name as quote_name
from retainers r join customers c on c.id = r.customer_id left join quotes q on q.customer_id = r.customer_id and q.id = r.quote_id
where (sqlc.narg(customer_id)::uuid is null or r.customer_id = sqlc.narg(customer_id)) and (sqlc.narg(id)::uuid is null or r.id = sqlc.narg(id))
order by c.name, r.customer_id, r.quote_id nulls first, r.starts_on, r.id;

-- name: EmployeeNames :many
select id, concat_ws(' ', first_name, last_name)::text as name from employees where id = any(sqlc.arg(ids)::uuid[]);

-- name: EntriesWithoutRetainer :many
-- Retainer hours of these days that are in no ledger yet, or in that of all projects
-- where a project has its own now.
select * from time_tracking
where customer_id = sqlc.arg(customer_id) and deleted_at is null and is_retainer and retainer_id is null
  and date_worked >= sqlc.arg(starts_on) and (sqlc.narg(ends_on)::date is null or date_worked <= sqlc.narg(ends_on))
  and (sqlc.narg(quote_id)::uuid is null or quote_id = sqlc.narg(quote_id))
order by date_worked, id
for update;

-- name: WaitingHours :many
-- What does not count as used, by retainer and day: pending and rejected hours.
select retainer_id::uuid as retainer_id, date_worked, approval, sum(minutes)::integer as minutes
from time_tracking
where retainer_id = any(sqlc.arg(ids)::uuid[]) and deleted_at is null and approval <> 'approved'
group by retainer_id, date_worked, approval;
