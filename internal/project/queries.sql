-- name: NextQuoteNumber :one
select nextval('quote_numbers');

-- name: InsertQuote :one
-- Nothing is inserted where the customer is not in scope.
insert into quotes (id, customer_id, number, name, project_type, intro, total, tax_rate, currency, valid_until, start_date, due_date,
                    created_by_employee_id, created_at, updated_at)
select sqlc.arg(id), c.id, sqlc.arg(number), sqlc.arg(name), sqlc.narg(project_type), sqlc.arg(intro), sqlc.narg(total), sqlc.narg(tax_rate),
       coalesce(nullif(sqlc.arg(currency)::text, ''), c.currency), sqlc.narg(valid_until), sqlc.narg(start_date), sqlc.narg(due_date),
       sqlc.narg(created_by_employee_id), sqlc.arg(now), sqlc.arg(now)
from customers c where c.id = sqlc.arg(customer_id)
returning *;

-- name: InsertLine :batchexec
insert into quote_lines (id, customer_id, quote_id, position, description, quantity, unit, unit_price)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: DeleteLines :exec
delete from quote_lines where quote_id = $1;

-- name: QuoteForUpdate :one
select * from quotes where id = $1 for update;

-- name: Quote :one
-- A quote with all that stands in it. Who has read it is for the agency to know.
select sqlc.embed(q), c.name as customer_name, c.timezone,
  coalesce(q.status in ('draft', 'sent') and q.valid_until < (sqlc.arg(now)::timestamptz at time zone c.timezone)::date, false)::boolean as expired,
  coalesce(concat_ws(' ', e.first_name, e.last_name), '')::text as author_name,
  (select coalesce(json_agg(json_build_object('description', l.description, 'quantity', l.quantity, 'unit', l.unit, 'unit_price', l.unit_price)
       order by l.position), '[]')
   from quote_lines l where l.quote_id = q.id)::json as lines,
  (select coalesce(json_agg(json_build_object('id', p.id, 'position', p.position, 'name', p.name, 'status', p.status,
       'progress_percent', p.progress_percent, 'weight', p.weight, 'planned_start', p.planned_start, 'planned_end', p.planned_end,
       'actual_start', p.actual_start, 'actual_end', p.actual_end, 'waiting_on', p.waiting_on,
       'late', p.status <> 'completed' and coalesce(p.planned_end < (sqlc.arg(now)::timestamptz at time zone c.timezone)::date, false))
       order by p.position), '[]')
   from quote_phases p where p.quote_id = q.id)::json as phases,
  (select json_build_object('approved', d.approved, 'version', d.version, 'by', json_build_object('id', d.user_id, 'name', d.name),
       'comment', d.comment, 'address', d.address, 'decided_at', d.decided_at)
   from quote_decisions d where d.quote_id = q.id order by d.version desc limit 1)::json as decision,
  (select coalesce(json_agg(json_build_object('by', json_build_object('id', r.user_id,
       'name', coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)), 'version', r.version, 'read_at', r.read_at)
       order by r.read_at), '[]')
   from quote_reads r join client_portal_users u on u.id = r.user_id where r.quote_id = q.id)::json as reads
from quotes q
  join customers c on c.id = q.customer_id
  left join employees e on e.id = q.created_by_employee_id
where q.id = sqlc.arg(id);

-- name: MarkRead :execrows
insert into quote_reads (customer_id, quote_id, version, user_id, read_at) values ($1, $2, $3, $4, $5)
on conflict do nothing;

-- name: ReviseQuote :exec
-- What was sent before is sent again, whatever was said to it.
update quotes set
  name = sqlc.arg(name), project_type = sqlc.narg(project_type), intro = sqlc.arg(intro), total = sqlc.narg(total), tax_rate = sqlc.narg(tax_rate),
  currency = sqlc.arg(currency), valid_until = sqlc.narg(valid_until), start_date = sqlc.narg(start_date), due_date = sqlc.narg(due_date),
  version = sqlc.arg(version), status = case status when 'draft' then 'draft' else 'sent' end, approved_at = null,
  updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)::timestamptz)
where id = sqlc.arg(id);

-- name: SetQuoteStatus :exec
update quotes set
  status = sqlc.arg(status),
  sent_at = case when sqlc.arg(status) = 'sent' then coalesce(sent_at, sqlc.arg(now)::timestamptz) else sent_at end,
  updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)::timestamptz)
where id = sqlc.arg(id);

-- name: DecideQuote :exec
with decision as (
  insert into quote_decisions (id, customer_id, quote_id, version, approved, user_id, name, address, comment, snapshot, decided_at)
  values (sqlc.arg(id), sqlc.arg(customer_id), sqlc.arg(quote_id), sqlc.arg(version), sqlc.arg(approved), sqlc.arg(user_id), sqlc.arg(name),
          sqlc.arg(address), sqlc.narg(comment), sqlc.arg(snapshot), sqlc.arg(now))
)
update quotes set
  status = case when sqlc.arg(approved)::boolean then 'approved' else 'rejected' end,
  approved_at = case when sqlc.arg(approved) then sqlc.arg(now)::timestamptz end,
  updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now))
where quotes.id = sqlc.arg(quote_id);

-- name: TouchQuote :exec
update quotes set status = sqlc.arg(status), updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)::timestamptz)
where id = sqlc.arg(id);

-- name: InsertPhase :batchexec
insert into quote_phases (id, customer_id, quote_id, position, name, weight, planned_start, planned_end, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, sqlc.arg(now), sqlc.arg(now));

-- name: LastPosition :one
select coalesce(max(position), 0)::int from quote_phases where quote_id = $1;

-- name: Phases :many
select * from quote_phases where quote_id = $1 order by position;

-- name: Phase :one
select * from quote_phases where quote_id = $1 and id = $2;

-- name: UpdatePhase :exec
update quote_phases
set name = $2, status = $3, progress_percent = $4, weight = $5, planned_start = $6, planned_end = $7, actual_start = $8, actual_end = $9,
    waiting_on = $10, updated_at = $11
where id = $1;

-- name: DeletePhase :exec
delete from quote_phases where id = $1;

-- name: DeletePhases :exec
delete from quote_phases where quote_id = $1;

-- name: OrderPhases :exec
update quote_phases set position = o.position
from (select id, position::integer from unnest(sqlc.arg(ids)::uuid[]) with ordinality as t (id, position)) o
where quote_phases.quote_id = sqlc.arg(quote_id) and quote_phases.id = o.id;

-- name: InsertUpdate :exec
insert into project_updates (id, customer_id, quote_id, author_employee_id, body, created_at) values ($1, $2, $3, $4, $5, $6);

-- name: InsertDeliverable :exec
insert into deliverables (id, customer_id, quote_id, phase_id, name, note, url, delivered_by_employee_id, delivered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: DeliverableForUpdate :one
select * from deliverables where quote_id = $1 and id = $2 for update;

-- name: Redeliver :exec
update deliverables set note = $2, url = $3, round = $4, delivered_by_employee_id = $5, delivered_at = $6,
  status = 'delivered', decided_by_user_id = null, decided_by_name = null, decided_at = null, comment = null
where id = $1;

-- name: DecideDeliverable :exec
update deliverables set status = $2, decided_by_user_id = $3, decided_by_name = $4, decided_at = $5, comment = $6 where id = $1;

-- name: EmployeeName :one
select concat_ws(' ', first_name, last_name)::text from employees where id = $1;

-- name: PersonName :one
-- The name of an employee, or of somebody of a customer's.
select coalesce(
  (select concat_ws(' ', e.first_name, e.last_name) from employees e where e.id = $1),
  (select coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email) from client_portal_users u where u.id = $1), '')::text;

-- name: CustomerReaders :many
-- The people of the quote's customer who have one of the roles.
select m.user_id from customer_members m
  join quotes q on q.customer_id = m.customer_id
  join client_portal_users u on u.id = m.user_id
where q.id = sqlc.arg(quote_id) and m.role = any(sqlc.arg(roles)::text[]) and m.is_active and u.is_active and u.email_verified
order by m.user_id;

-- name: AgencyReaders :many
-- Who wrote the quote, and the managers who serve its customer; admins when there is nobody.
with serving as (
  select e.id from quotes q
    join customer_employees ce on ce.customer_id = q.customer_id
    join employees e on e.id = ce.employee_id and e.is_active
  where q.id = $1 and (e.role = 'manager' or e.id = q.created_by_employee_id)
  union
  select e.id from quotes q join employees e on e.id = q.created_by_employee_id and e.is_active and e.role = 'admin' where q.id = $1
)
select id from serving
union all
select e.id from employees e where e.role = 'admin' and e.is_active and not exists (select from serving);

-- name: CustomerReader :one
-- A person of the quote's customer, as long as they are one.
select u.email, coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)::text as name, coalesce(u.timezone, c.timezone) as timezone, m.customer_id
from quotes q
  join customer_members m on m.customer_id = q.customer_id and m.user_id = sqlc.arg(reader_id) and m.is_active
  join client_portal_users u on u.id = m.user_id and u.is_active
  join customers c on c.id = q.customer_id and c.is_active
where q.id = sqlc.arg(quote_id);

-- name: AgencyReader :one
-- An employee who may still read of the quote.
select e.email, concat_ws(' ', e.first_name, e.last_name)::text as name, coalesce(e.timezone, a.timezone) as timezone, q.customer_id
from quotes q
  join employees e on e.id = sqlc.arg(reader_id) and e.is_active
  cross join agency a
where q.id = sqlc.arg(quote_id)
  and (e.role = 'admin' or exists (select from customer_employees ce where ce.customer_id = q.customer_id and ce.employee_id = e.id));

-- name: ProjectUpdate :one
select u.*, concat_ws(' ', e.first_name, e.last_name)::text as author
from project_updates u join employees e on e.id = u.author_employee_id where u.quote_id = $1 and u.id = $2;

-- name: Deliverable :one
select d.*, concat_ws(' ', e.first_name, e.last_name)::text as delivered_by
from deliverables d join employees e on e.id = d.delivered_by_employee_id where d.quote_id = $1 and d.id = $2;

-- name: ProjectFacts :one
-- What stands on a project's page, beside what its quote says.
select
  (select coalesce(json_agg(u), '[]') from (
     select u.id, u.body, concat_ws(' ', e.first_name, e.last_name) as author, u.created_at,
       (select coalesce(json_agg(json_build_object('id', a.id, 'file_name', a.file_name, 'content_type', a.content_type,
          'size_bytes', a.size_bytes, 'round', a.round, 'created_at', a.created_at) order by a.created_at, a.id), '[]')
        from project_attachments a where a.update_id = u.id) as attachments
     from project_updates u join employees e on e.id = u.author_employee_id
     where u.quote_id = sqlc.arg(id) order by u.created_at desc, u.id desc limit 20) u)::json as updates,
  (select coalesce(json_agg(json_build_object('id', d.id, 'phase_id', d.phase_id, 'name', d.name, 'note', d.note, 'url', d.url, 'status', d.status,
       'round', d.round, 'delivered_by', concat_ws(' ', e.first_name, e.last_name), 'delivered_at', d.delivered_at,
       'decided_by', d.decided_by_name, 'decided_at', d.decided_at, 'comment', d.comment,
       'attachments', (select coalesce(json_agg(json_build_object('id', a.id, 'file_name', a.file_name, 'content_type', a.content_type,
          'size_bytes', a.size_bytes, 'round', a.round, 'created_at', a.created_at) order by a.created_at, a.id), '[]')
        from project_attachments a where a.deliverable_id = d.id)) order by d.delivered_at, d.id), '[]')
   from deliverables d join employees e on e.id = d.delivered_by_employee_id where d.quote_id = sqlc.arg(id))::json as deliverables,
  (select coalesce(json_agg(t), '[]') from (
     select ct.id, n.number, ct.title, ct.status, ct.updated_at
     from client_tickets ct join tickets n on n.id = ct.ticket_id
     where ct.customer_id = sqlc.arg(customer_id) and ct.quote_id = sqlc.arg(id) and ct.status in ('open', 'in_progress', 'waiting_for_client')
     order by ct.updated_at desc, ct.id desc limit 20) t)::json as open_tickets,
  round(coalesce(sum(h.minutes), 0) / 60.0, 2)::numeric as hours,
  round(coalesce(sum(h.minutes) filter (where h.billable), 0) / 60.0, 2)::numeric as billable_hours,
  round(coalesce(sum(h.minutes) filter (where h.approval = 'approved'), 0) / 60.0, 2)::numeric as approved_hours
from time_tracking h
where h.customer_id = sqlc.arg(customer_id) and h.quote_id = sqlc.arg(id) and h.deleted_at is null and not h.internal and h.approval <> 'rejected';

-- name: AddAttachments :exec
insert into project_attachments (id, customer_id, quote_id, update_id, deliverable_id, round, uploaded_by, file_name, content_type, size_bytes, sha256, storage_key, created_at)
select f.id, @customer_id, @quote_id, sqlc.narg(update_id), sqlc.narg(deliverable_id), sqlc.narg(round), @uploaded_by, f.file_name, f.content_type, f.size_bytes, f.sha256, f.storage_key, @now
from (select unnest(@ids::uuid[]) as id, unnest(@file_names::text[]) as file_name, unnest(@content_types::text[]) as content_type,
             unnest(@sizes::bigint[]) as size_bytes, unnest(@hashes::bytea[]) as sha256, unnest(@storage_keys::text[]) as storage_key) f;

-- name: Attachment :one
-- A file of a project that the reader sees.
select a.id, a.customer_id, a.file_name, a.content_type, a.size_bytes, a.storage_key
from project_attachments a join projects p on p.id = a.quote_id
where a.quote_id = $1 and a.id = $2;

-- name: ProjectExists :one
select true from projects where id = $1;

-- name: DeliverableFiles :many
select id, file_name, content_type, size_bytes, round, created_at from project_attachments
where deliverable_id = $1 order by created_at, id;

-- name: UpdateBy :one
-- Whether this update of the project was posted by this employee.
select true from project_updates where quote_id = $1 and id = $2 and author_employee_id = $3;

-- name: StoredFiles :many
select storage_key from project_attachments where storage_key = any(@keys::text[]);

-- name: ProjectCounts :many
select status, count(*) from quotes
where status in ('approved', 'in_progress', 'completed') or status = 'cancelled' and approved_at is not null
group by status;
