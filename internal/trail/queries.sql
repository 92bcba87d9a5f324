-- name: Names :many
-- What the ids of a page's events stand for, as far as the reader's scope goes. A
-- quote and its phases are the agency's own until sent_at, which is null for a draft.
-- reader_id is who may be kept from single dashboards, and clients see those that are
-- switched on. Who was kept from a dashboard is forgotten with it, so that nobody who
-- may have been is told the name of its reports.
select 'quote'::text as kind, q.id, (q.number || ', ' || q.name)::text as name, q.sent_at
from quotes q where q.id = any (sqlc.arg(ids)::uuid[])
union all
select 'phase', p.id, p.name || ' of ' || q.name, q.sent_at
from quote_phases p join quotes q on q.customer_id = p.customer_id and q.id = p.quote_id
where p.id = any (sqlc.arg(ids)::uuid[])
union all
select 'ticket', c.id, t.number || ', ' || c.title, null
from client_tickets c join tickets t on t.customer_id = c.customer_id and t.id = c.ticket_id
where c.id = any (sqlc.arg(ids)::uuid[])
union all
select 'customer', id, name, null from customers where id = any (sqlc.arg(ids)::uuid[])
union all
select 'stakeholder', id, first_name || ' ' || last_name, null
from customer_stakeholders where id = any (sqlc.arg(ids)::uuid[])
union all
select 'invitation', id, email, null from invitations where id = any (sqlc.arg(ids)::uuid[])
union all
select 'user', id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email), null
from client_portal_users where id = any (sqlc.arg(ids)::uuid[])
union all
select 'employee', id, first_name || ' ' || last_name, null
from employees where id = any (sqlc.arg(ids)::uuid[])
union all
select 'data_source', id, source_name, null from analytics_data_sources where id = any (sqlc.arg(ids)::uuid[])
union all
select 'time_entry', id, left(task_description, 120), null from time_tracking where id = any (sqlc.arg(ids)::uuid[])
union all
select 'retainer', id, name, null from retainers where id = any (sqlc.arg(ids)::uuid[])
union all
select 'dashboard', d.id, d.dashboard_name, null from analytics_dashboard_configs d
where d.id = any (sqlc.arg(ids)::uuid[]) and (d.is_active or sqlc.arg(inactive_too)::boolean)
  and not exists (select from dashboard_denials n where n.dashboard_id = d.id and n.user_id = sqlc.narg(reader_id)::uuid)
union all
select 'export', e.id, 'of ' || d.dashboard_name, null
from dashboard_exports e join analytics_dashboard_configs d on d.customer_id = e.customer_id and d.id = e.dashboard_id
where e.id = any (sqlc.arg(ids)::uuid[]) and (d.is_active or sqlc.arg(inactive_too)::boolean)
  and not exists (select from dashboard_denials n where n.dashboard_id = d.id and n.user_id = sqlc.narg(reader_id)::uuid)
union all
select 'report', r.id, r.dashboard_name || ', ' || to_char(r.range_from, 'FMDD Mon') || ' to ' || to_char(r.range_to, 'FMDD Mon YYYY'), null
from scheduled_reports r
where r.id = any (sqlc.arg(ids)::uuid[]) and (r.dashboard_id is not null or sqlc.narg(reader_id)::uuid is null)
  and not exists (select from dashboard_denials n where n.dashboard_id = r.dashboard_id and n.user_id = sqlc.narg(reader_id)::uuid);

-- name: AgencyNames :many
-- The same of what clients have no part in.
select 'report_schedule'::text as kind, s.id, ('of ' || d.dashboard_name)::text as name
from report_schedules s join analytics_dashboard_configs d on d.customer_id = s.customer_id and d.id = s.dashboard_id
where s.id = any (sqlc.arg(ids)::uuid[]);

-- name: CustomerExists :one
select exists (select from customers where id = $1);

-- name: Customers :many
select id, name from customers order by lower(name), id;

-- name: People :many
-- Who may have acted for a customer: its own people, and the employees who serve it.
-- Without a customer, all employees.
select u.id, coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)::text as name, false as agency
from customer_members m join client_portal_users u on u.id = m.user_id
where m.customer_id = sqlc.narg(customer_id)::uuid
union all
select e.id, e.first_name || ' ' || e.last_name, true
from employees e
where sqlc.narg(customer_id)::uuid is null
   or e.id in (select a.employee_id from customer_employees a where a.customer_id = sqlc.narg(customer_id)::uuid)
order by agency, name, id;

-- name: Seal :one
-- The newest signed checkpoint, if there is one, and what waits for the next.
select coalesce(c.size, 0)::bigint as size, coalesce(c.root, '')::bytea as root, c.signed_at,
  (select count(*) from audit_pending) as waiting,
  exists (select from audit_pending p where p.occurred_at < sqlc.arg(late_before)::timestamptz) as late
from (select) one
left join lateral (
  select size, root, signed_at from audit_checkpoints where note is not null order by size desc limit 1
) c on true;
