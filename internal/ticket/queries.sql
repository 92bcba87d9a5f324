-- What clients do and read. Every statement names the company, besides the
-- row-level security under it: so the indexes by company give the order.

-- name: Terms :many
select p.priority, p.first_response_minutes, p.next_response_minutes, a.timezone from sla_policies p cross join agency a;

-- name: CreateTicket :one
-- No row: the quote is not one that this company can see.
with customer as (
  update customers set last_ticket_number = last_ticket_number + 1
  where customers.id = @customer_id
    and (sqlc.narg(quote_id)::uuid is null
         or exists (select from quotes q where q.customer_id = @customer_id and q.id = sqlc.narg(quote_id)))
  returning ticket_prefix || '-' || last_ticket_number as number
), agency_side as (
  insert into tickets (id, customer_id, number, first_response_due_at, awaited_since, answer_due_at, created_at, updated_at)
  select @id, @customer_id, customer.number, @due_at::timestamptz, @now, @due_at, @now, @now from customer
  returning id, number
), client_side as (
  insert into client_tickets (id, ticket_id, customer_id, number, quote_id, created_by_user_id, title, description, category, priority, created_at, updated_at)
  select @id, s.id, @customer_id, s.number, sqlc.narg(quote_id), @author_id, @title, @description, sqlc.narg(category), @priority, @now::timestamptz, @now
  from agency_side s
), follower as (
  insert into ticket_followers (customer_id, client_ticket_id, user_id, created_at)
  select @customer_id, s.id, @author_id, @now from agency_side s
)
select number from agency_side;

-- name: AddComment :one
-- A client's comment. What waited for the client goes on, what was resolved is
-- open again, and a clock that stood still starts; one that runs already is not
-- put off by asking twice. A closed ticket takes nothing: became is null.
with before as (
  select id, ticket_id, status, priority from client_tickets
  where client_tickets.id = @ticket_id and client_tickets.customer_id = @customer_id
  for update
), after as (
  update client_tickets ct set
    status = case b.status when 'waiting_for_client' then 'in_progress' when 'resolved' then 'open' else b.status end,
    resolved_at = case when b.status = 'resolved' then null else ct.resolved_at end,
    resolved_by = case when b.status = 'resolved' then null else ct.resolved_by end,
    comment_count = ct.comment_count + 1,
    updated_at = greatest(ct.updated_at + interval '1 microsecond', @now)
  from before b where ct.id = b.id and b.status <> 'closed'
  returning ct.id, ct.status
), comment as (
  insert into ticket_comments (id, customer_id, client_ticket_id, author_user_id, body, created_at)
  select @id, @customer_id, a.id, @author_id::uuid, @body, @now::timestamptz from after a
), change as (
  insert into ticket_changes (id, customer_id, client_ticket_id, changed_by, field, old_value, new_value, created_at)
  select @change_id, @customer_id, a.id, @author_name, 'status', b.status, a.status, @now
  from after a join before b on b.id = a.id where a.status <> b.status
), follower as (
  insert into ticket_followers (customer_id, client_ticket_id, user_id, created_at)
  select @customer_id, a.id, @author_id, @now from after a
  on conflict do nothing
), clock as (
  update tickets t set
    awaited_since = case when b.status = a.status then t.awaited_since else @now end,
    first_response_due_at = case when b.status = a.status or t.first_responded_at is not null then t.first_response_due_at
      else (@first_due::jsonb ->> b.priority)::timestamptz end,
    answer_due_at = case when b.status = a.status then t.answer_due_at
      else (case when t.first_responded_at is null then @first_due::jsonb else @next_due::jsonb end ->> b.priority)::timestamptz end,
    version = t.version + 1,
    updated_at = @now
  from after a join before b on b.id = a.id where t.id = b.ticket_id
)
select b.status as was, a.status as became from before b left join after a on a.id = b.id;

-- name: LockTicket :one
select ct.id, ct.customer_id, t.number, ct.title, ct.description, ct.category, ct.priority, ct.status, ct.resolved_at, ct.resolved_by,
       ct.updated_at, t.awaited_since, t.first_response_due_at, t.first_responded_at, t.answer_due_at
from client_tickets ct join tickets t on t.id = ct.ticket_id
where ct.id = @id and ct.customer_id = @customer_id
for update;

-- name: SaveTicket :exec
with saved as (
  update client_tickets set title = @title, description = @description, category = @category, priority = @priority, status = @status,
    resolved_at = @resolved_at, resolved_by = @resolved_by, updated_at = @updated_at
  where client_tickets.id = @id
  returning id, ticket_id, customer_id
), history as (
  insert into ticket_changes (id, customer_id, client_ticket_id, changed_by, field, old_value, new_value, created_at)
  select c.id, s.customer_id, s.id, @changed_by, c.field, nullif(c.old_value, ''), nullif(c.new_value, ''), @now::timestamptz
  from saved s, (select unnest(@change_ids::uuid[]) as id, unnest(@fields::text[]) as field,
                        unnest(@old_values::text[]) as old_value, unnest(@new_values::text[]) as new_value) c
)
update tickets t set awaited_since = @awaited_since, first_response_due_at = @first_response_due_at, answer_due_at = @answer_due_at,
  version = t.version + 1, updated_at = @now
from saved s where t.id = s.ticket_id;

-- name: TouchTicket :exec
-- What is internal moves only the agency's version.
with touched as (
  update client_tickets set updated_at = case when @internal::boolean then client_tickets.updated_at
    else greatest(client_tickets.updated_at + interval '1 microsecond', @now::timestamptz) end
  where client_tickets.id = @id
  returning ticket_id
)
update tickets t set version = t.version + 1, updated_at = @now from touched where t.id = touched.ticket_id;

-- name: AddAttachments :exec
insert into ticket_attachments (id, customer_id, client_ticket_id, comment_id, uploaded_by, file_name, content_type, size_bytes, sha256, storage_key, internal, created_at)
select f.id, @customer_id, @ticket_id, sqlc.narg(comment_id), @uploaded_by, f.file_name, f.content_type, f.size_bytes, f.sha256, f.storage_key, @internal, @now
from (select unnest(@ids::uuid[]) as id, unnest(@file_names::text[]) as file_name, unnest(@content_types::text[]) as content_type,
             unnest(@sizes::bigint[]) as size_bytes, unnest(@hashes::bytea[]) as sha256, unnest(@storage_keys::text[]) as storage_key) f;

-- name: Attachment :one
select a.id, a.customer_id, a.client_ticket_id, a.comment_id, a.file_name, a.content_type, a.size_bytes, a.storage_key, a.internal, a.created_at
from ticket_attachments a where a.id = @id;

-- name: CommentBy :one
-- Whether this comment of the ticket was written by this person.
select c.internal from ticket_comments c
where c.id = @id and c.client_ticket_id = @ticket_id and coalesce(c.author_user_id, c.author_employee_id) = @author_id::uuid;

-- name: Follow :execrows
insert into ticket_followers (customer_id, client_ticket_id, user_id, created_at)
select ct.customer_id, ct.id, @user_id, @now from client_tickets ct where ct.id = @ticket_id and ct.customer_id = @customer_id
on conflict do nothing;

-- name: Unfollow :execrows
delete from ticket_followers f where f.client_ticket_id = @ticket_id and f.customer_id = @customer_id and f.user_id = @user_id;

-- name: TicketExists :one
select true from client_tickets ct where ct.id = @id and ct.customer_id = @customer_id;

-- name: Counts :many
-- Tickets are never removed, so the closed ones, which are most, need not be
-- counted: they are what is left of all the numbers that were given.
with counted as (
  select one.status::text as status,
    (select count(*) from client_tickets ct where ct.customer_id = @customer_id and ct.status = one.status) as count
  from unnest(array['open', 'in_progress', 'waiting_for_client', 'resolved']) as one (status)
)
select status, count from counted
union all
select 'closed', c.last_ticket_number - (select sum(count) from counted)::bigint from customers c where c.id = @customer_id;

-- name: Projects :many
-- What a new ticket may be about.
select q.id, q.name from quotes q
where q.customer_id = @customer_id and q.status in ('approved', 'in_progress', 'completed')
order by q.updated_at desc, q.id desc limit 100;

-- name: Ticket :one
select ct.id, t.number, ct.title, ct.status, ct.priority, ct.category, ct.quote_id, ct.created_by_user_id,
       coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email, '') as created_by_name,
       ct.assigned_to, ct.comment_count, ct.created_at, ct.updated_at, ct.description, ct.resolution, ct.resolved_at,
       q.name as quote_name, co.name as customer_name, t.first_responded_at,
  (select coalesce(json_agg(json_build_object('id', c.id, 'body', c.body, 'created_at', c.created_at, 'author', json_build_object(
       'kind', case when c.author_user_id is null then 'staff' else 'client' end,
       'name', coalesce(nullif(concat_ws(' ', e.first_name, e.last_name), ''), nullif(concat_ws(' ', cu.first_name, cu.last_name), ''), cu.email))
     ) order by c.created_at, c.id), '[]')
   from ticket_comments c
     left join client_portal_users cu on cu.id = c.author_user_id
     left join employees e on e.id = c.author_employee_id
   where c.client_ticket_id = ct.id and not c.internal)::json as comments,
  (select coalesce(json_agg(json_build_object('id', a.id, 'comment_id', a.comment_id, 'file_name', a.file_name, 'content_type', a.content_type,
       'size_bytes', a.size_bytes, 'created_at', a.created_at) order by a.created_at, a.id), '[]')
   from ticket_attachments a where a.client_ticket_id = ct.id and not a.internal)::json as attachments,
  (select coalesce(json_agg(json_build_object('changed_by', h.changed_by, 'field', h.field, 'old_value', h.old_value, 'new_value', h.new_value,
       'created_at', h.created_at) order by h.created_at, h.id), '[]')
   from ticket_changes h where h.client_ticket_id = ct.id)::json as changes,
  (select coalesce(json_agg(json_build_object('id', f.user_id, 'name', coalesce(nullif(concat_ws(' ', fu.first_name, fu.last_name), ''), fu.email))
       order by f.created_at, f.user_id), '[]')
   from ticket_followers f join client_portal_users fu on fu.id = f.user_id where f.client_ticket_id = ct.id)::json as followers
from client_tickets ct
  join tickets t on t.id = ct.ticket_id
  join customers co on co.id = ct.customer_id
  left join client_portal_users u on u.id = ct.created_by_user_id
  left join quotes q on q.id = ct.quote_id
where ct.id = @id and ct.customer_id = @customer_id;
