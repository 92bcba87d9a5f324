-- What the agency does and reads. Row-level security says which customers'
-- tickets an employee reaches.

-- name: LockForDesk :one
select ct.id, ct.customer_id, t.number, ct.title, ct.category, ct.priority, ct.status, ct.resolution, ct.resolved_at, ct.resolved_by,
       ct.internal_notes, ct.assigned_to, t.assignee_id, ct.updated_at, ct.comment_count, t.version,
       t.awaited_since, t.first_response_due_at, t.first_responded_at, t.answer_due_at
from client_tickets ct join tickets t on t.id = ct.ticket_id
where ct.id = @id
for update of ct, t;

-- name: SaveForDesk :exec
with saved as (
  update client_tickets set category = @category, priority = @priority, status = @status, resolution = @resolution,
    resolved_at = @resolved_at, resolved_by = @resolved_by, internal_notes = @internal_notes, assigned_to = @assigned_to,
    comment_count = @comment_count, updated_at = @updated_at
  where client_tickets.id = @id
  returning id, ticket_id, customer_id
), history as (
  insert into ticket_changes (id, customer_id, client_ticket_id, changed_by, field, old_value, new_value, created_at)
  select c.id, s.customer_id, s.id, @changed_by, c.field, nullif(c.old_value, ''), nullif(c.new_value, ''), @now::timestamptz
  from saved s, (select unnest(@change_ids::uuid[]) as id, unnest(@fields::text[]) as field,
                        unnest(@old_values::text[]) as old_value, unnest(@new_values::text[]) as new_value) c
)
update tickets t set assignee_id = @assignee_id, awaited_since = @awaited_since, first_response_due_at = @first_response_due_at,
  first_responded_at = @first_responded_at, answer_due_at = @answer_due_at, version = t.version + 1, updated_at = @now
from saved s where t.id = s.ticket_id;

-- name: AddDeskComment :exec
insert into ticket_comments (id, customer_id, client_ticket_id, author_employee_id, body, internal, created_at)
values (@id, @customer_id, @ticket_id, @author_id::uuid, @body, @internal, @now);

-- name: CustomerOf :one
select ct.customer_id from client_tickets ct where ct.id = @id;

-- name: Assignee :one
-- An employee who can be on this customer's tickets.
select e.id, concat_ws(' ', e.first_name, e.last_name)::text as name from employees e
where e.is_active and (e.id::text = lower(@who) or lower(e.email) = lower(@who))
  and (e.role = 'admin' or exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = @customer_id));

-- name: Assignees :many
select e.id, concat_ws(' ', e.first_name, e.last_name)::text as name from employees e
where e.is_active
  and (e.role = 'admin' or exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = @customer_id))
order by 2, 1;

-- name: EmployeeByEmail :one
select id from employees where lower(email) = lower(@email);

-- name: DeskCustomers :many
select id, name from customers order by name, id;

-- name: DeskCounts :one
select count(*) as open,
       count(*) filter (where assignee_id = @me::uuid) as mine,
       count(*) filter (where assignee_id is null) as unassigned,
       count(*) filter (where answer_due_at < @now::timestamptz) as overdue
from tickets where answer_due_at is not null and (sqlc.narg(customer_id)::uuid is null or customer_id = sqlc.narg(customer_id));

-- name: DeskTicket :one
select ct.id, t.number, ct.customer_id, co.name as customer_name, ct.title, ct.status, ct.priority, ct.category, ct.quote_id, ct.created_by_user_id,
       coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email, '') as created_by_name,
       t.assignee_id, ct.assigned_to, ct.comment_count, ct.created_at, ct.updated_at, ct.description, ct.internal_notes,
       ct.resolution, ct.resolved_at, ct.resolved_by, q.name as quote_name,
       t.answer_due_at, t.first_response_due_at, t.first_responded_at, t.version,
  (select coalesce(json_agg(json_build_object('id', c.id, 'body', c.body, 'internal', c.internal, 'created_at', c.created_at, 'author', json_build_object(
       'kind', case when c.author_user_id is null then 'staff' else 'client' end,
       'name', coalesce(nullif(concat_ws(' ', e.first_name, e.last_name), ''), nullif(concat_ws(' ', cu.first_name, cu.last_name), ''), cu.email))
     ) order by c.created_at, c.id), '[]')
   from ticket_comments c
     left join client_portal_users cu on cu.id = c.author_user_id
     left join employees e on e.id = c.author_employee_id
   where c.client_ticket_id = ct.id)::json as comments,
  (select coalesce(json_agg(json_build_object('id', a.id, 'comment_id', a.comment_id, 'file_name', a.file_name, 'content_type', a.content_type,
       'size_bytes', a.size_bytes, 'internal', a.internal, 'created_at', a.created_at) order by a.created_at, a.id), '[]')
   from ticket_attachments a where a.client_ticket_id = ct.id)::json as attachments,
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
where ct.id = @id;

-- name: NoticeFacts :one
-- What a notification tells of: a comment, a change, or the ticket itself.
select ct.customer_id, t.number, ct.title, ct.status,
       coalesce(c.body, '')::text as body, coalesce(h.new_value, '')::text as became,
       coalesce(c.created_at, h.created_at, ct.created_at)::timestamptz as happened_at,
       coalesce(h.changed_by, nullif(concat_ws(' ', e.first_name, e.last_name), ''), nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email, '')::text as who
from client_tickets ct
  join tickets t on t.id = ct.ticket_id
  left join ticket_comments c on c.client_ticket_id = ct.id and c.id = @item_id::uuid
  left join ticket_changes h on h.client_ticket_id = ct.id and h.id = @item_id
  left join employees e on e.id = c.author_employee_id
  left join client_portal_users u on u.id = case when c.id is null then ct.created_by_user_id else c.author_user_id end
where ct.id = @ticket_id and (@item_id = '00000000-0000-0000-0000-000000000000'::uuid or c.id is not null or h.id is not null);

-- name: PastEvents :many
-- What happened to tickets in a time, and who did it. A status that came with a
-- comment is told by the comment.
select e.event::text as event, e.ticket_id, e.item_id, coalesce(e.employee_id, e.user_id, '00000000-0000-0000-0000-000000000000')::uuid as actor_id,
       (e.employee_id is not null)::boolean as by_staff
from (
  select 'created' as event, ct.id as ticket_id, '00000000-0000-0000-0000-000000000000'::uuid as item_id, ct.created_at, null::uuid as employee_id, ct.created_by_user_id as user_id
  from client_tickets ct
  union all
  select case when c.internal then 'noted' else 'commented' end, c.client_ticket_id, c.id, c.created_at, c.author_employee_id, c.author_user_id
  from ticket_comments c
  union all
  select case h.field when 'status' then 'moved' else 'assigned' end, h.client_ticket_id, h.id, h.created_at, by_staff.id, by_client.user_id
  from ticket_changes h
    left join lateral (select em.id from employees em where concat_ws(' ', em.first_name, em.last_name) = h.changed_by limit 1) by_staff on true
    left join lateral (select m.user_id from customer_members m join client_portal_users u on u.id = m.user_id
                       where m.customer_id = h.customer_id and concat_ws(' ', u.first_name, u.last_name) = h.changed_by limit 1) by_client on true
  where h.field = 'status' and not exists (select from ticket_comments c where c.client_ticket_id = h.client_ticket_id and c.created_at = h.created_at)
     or h.field = 'assigned_to' and h.new_value is not null
) e
where e.created_at >= @since::timestamptz and e.created_at < @until::timestamptz
order by e.created_at;

-- name: MailedFollowers :many
select f.user_id from ticket_followers f
  join customer_members m on m.customer_id = f.customer_id and m.user_id = f.user_id
  join client_portal_users u on u.id = f.user_id
where f.client_ticket_id = @ticket_id and m.is_active and u.is_active and u.email_verified
order by f.created_at, f.user_id;

-- name: MailedEmployees :many
-- Who has the ticket; else, unless only they are asked for, those who serve the
-- customer; else the agency's admins, so that no ticket goes unheard.
with able as (
  select e.id, e.id = t.assignee_id as assigned,
    exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = t.customer_id) as serves
  from tickets t, employees e
  where t.id = @ticket_id and e.is_active
    and (e.role = 'admin' or exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = t.customer_id))
)
select able.id from able
where able.assigned
   or (not @only_assignee::boolean and not exists (select from able a where a.assigned)
       and (able.serves or not exists (select from able a where a.serves)))
order by able.id;

-- name: FollowerToMail :one
select ct.customer_id, u.email, concat_ws(' ', u.first_name, u.last_name)::text as name, coalesce(u.timezone, c.timezone) as timezone, u.id = ct.created_by_user_id as opened_it
from client_tickets ct
  join customers c on c.id = ct.customer_id
  join customer_members m on m.customer_id = ct.customer_id and m.user_id = @reader_id
  join client_portal_users u on u.id = m.user_id
where ct.id = @ticket_id and m.is_active and u.is_active and u.email_verified;

-- name: EmployeeToMail :one
select t.customer_id, e.email, concat_ws(' ', e.first_name, e.last_name)::text as name, coalesce(e.timezone, a.timezone) as timezone, coalesce(e.id = t.assignee_id, false)::boolean as has_it
from tickets t cross join agency a join employees e on e.id = @reader_id
where t.id = @ticket_id and e.is_active
  and (e.role = 'admin' or exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = t.customer_id));

-- name: MailedChange :one
select changed_by, field, new_value, created_at from ticket_changes where id = @id and client_ticket_id = @ticket_id;

-- name: StoredFiles :many
select storage_key from ticket_attachments where storage_key = any(@keys::text[]);

-- name: ReplyKey :one
select sealed from reply_key;

-- name: AddReplyKey :execrows
insert into reply_key (sealed) values (@sealed) on conflict do nothing;

-- name: MemberReplying :one
-- The member of the ticket's customer with this address.
select u.id, concat_ws(' ', u.first_name, u.last_name)::text as name, m.role, m.customer_id
from client_tickets ct
  join customers c on c.id = ct.customer_id and c.is_active
  join customer_members m on m.customer_id = ct.customer_id and m.is_active
  join client_portal_users u on u.id = m.user_id and u.is_active and u.email_verified
where ct.id = @ticket_id and lower(u.email) = lower(@email::text);

-- name: EmployeeReplying :one
-- The employee with this address, as far as they may work on the ticket.
select e.id, concat_ws(' ', e.first_name, e.last_name)::text as name, e.role,
       array(select ce.customer_id from customer_employees ce where ce.employee_id = e.id)::uuid[] as customer_ids
from tickets t join employees e on e.is_active
where t.id = @ticket_id and lower(e.email) = lower(@email::text)
  and (e.role = 'admin' or exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = t.customer_id));
