-- name: Members :many
-- Those of the customer's people who are still there, and how they want to hear.
select m.user_id as id, coalesce(s.mail, '{}')::jsonb as mail, coalesce(s.digest_hour, 8)::smallint as digest_hour,
       coalesce(u.timezone, c.timezone) as timezone
from customer_members m
  join customers c on c.id = m.customer_id
  join client_portal_users u on u.id = m.user_id
  left join member_notification_settings s on s.customer_id = m.customer_id and s.user_id = m.user_id
where m.customer_id = @customer_id and m.user_id = any(@ids::uuid[]) and m.is_active and u.is_active and u.email_verified;

-- name: Employees :many
-- Those of the agency's people who are still there and serve the customer.
select e.id, coalesce(s.mail, '{}')::jsonb as mail, coalesce(s.digest_hour, 8)::smallint as digest_hour,
       coalesce(e.timezone, a.timezone) as timezone
from employees e cross join agency a
  left join employee_notification_settings s on s.employee_id = e.id
where e.id = any(@ids::uuid[]) and e.is_active
  and (e.role = 'admin' or exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = @customer_id));

-- name: Add :execrows
insert into notifications (id, customer_id, user_id, employee_id, kind, event_id, subject_type, subject_id, who, text, about, note, path,
                           created_at, mailing, mail_due_at, mail_id)
values (@id, @customer_id, sqlc.narg(user_id), sqlc.narg(employee_id), @kind, @event_id, @subject_type, @subject_id, @who, @text, @about, @note, @path,
        @created_at, sqlc.narg(mailing), sqlc.narg(mail_due_at), sqlc.narg(mail_id))
on conflict do nothing;

-- name: MemberNotifications :many
select id, kind, subject_type, subject_id, customer_id, who, text, about, note, path, created_at, read_at
from notifications
where user_id = @user_id::uuid and customer_id = @customer_id
  and (not @unread::boolean or read_at is null)
  and (created_at, id) < (@before::timestamptz, @before_id::uuid)
order by created_at desc, id desc limit @max_rows;

-- name: EmployeeNotifications :many
select id, kind, subject_type, subject_id, customer_id, who, text, about, note, path, created_at, read_at
from notifications
where employee_id = @employee_id::uuid
  and (not @unread::boolean or read_at is null)
  and (created_at, id) < (@before::timestamptz, @before_id::uuid)
order by created_at desc, id desc limit @max_rows;

-- name: ReadByMember :execrows
update notifications set read_at = @now::timestamptz
where user_id = @user_id::uuid and customer_id = @customer_id and read_at is null and (@everything::boolean or id = any(@ids::uuid[]));

-- name: ReadByEmployee :execrows
update notifications set read_at = @now::timestamptz
where employee_id = @employee_id::uuid and read_at is null and (@everything::boolean or id = any(@ids::uuid[]));

-- name: UnreadByMember :one
-- Whether somebody has anything unread of a subject.
select exists (select from notifications n where n.user_id = @user_id::uuid and n.customer_id = @customer_id
  and n.subject_type = @subject_type and n.subject_id = @subject_id and n.read_at is null);

-- name: UnreadByEmployee :one
select exists (select from notifications n where n.employee_id = @employee_id::uuid
  and n.subject_type = @subject_type and n.subject_id = @subject_id and n.read_at is null);

-- name: SeenByMember :execrows
update notifications set read_at = @now::timestamptz
where user_id = @user_id::uuid and customer_id = @customer_id and subject_type = @subject_type and subject_id = @subject_id and read_at is null;

-- name: SeenByEmployee :execrows
update notifications set read_at = @now::timestamptz
where employee_id = @employee_id::uuid and subject_type = @subject_type and subject_id = @subject_id and read_at is null;

-- name: ForgetOld :execrows
-- What was read is kept for some months, and nothing for longer than a year.
delete from notifications where created_at < @oldest::timestamptz or created_at < @oldest_read::timestamptz and read_at is not null;

-- name: MemberSettings :one
select mail, digest_hour, updated_at from member_notification_settings where customer_id = @customer_id and user_id = @user_id;

-- name: EmployeeSettings :one
select mail, digest_hour, updated_at from employee_notification_settings where employee_id = @employee_id;

-- name: SaveMemberSettings :exec
-- What waits for a mail that is no longer wanted waits no more.
with saved as (
  insert into member_notification_settings (customer_id, user_id, mail, digest_hour, updated_at)
  values (@customer_id::uuid, @user_id::uuid, @mail, @digest_hour, @now)
  on conflict (customer_id, user_id) do update set mail = excluded.mail, digest_hour = excluded.digest_hour, updated_at = excluded.updated_at
)
update notifications set mailing = null, mail_due_at = null
where notifications.user_id = @user_id::uuid and notifications.customer_id = @customer_id and mailing is not null and mail_id is null
  and kind = any(@refused::text[]);

-- name: SaveEmployeeSettings :exec
with saved as (
  insert into employee_notification_settings (employee_id, mail, digest_hour, updated_at)
  values (@employee_id::uuid, @mail, @digest_hour, @now)
  on conflict (employee_id) do update set mail = excluded.mail, digest_hour = excluded.digest_hour, updated_at = excluded.updated_at
)
update notifications set mailing = null, mail_due_at = null
where notifications.employee_id = @employee_id::uuid and mailing is not null and mail_id is null and kind = any(@refused::text[]);

-- name: OneClaims :exec
-- What is due to somebody is one mail: two portals that claim at the same time would
-- take a part of it each.
select pg_advisory_xact_lock(hashtext('notifications'));

-- name: ClaimDue :many
-- Gives everything that waits for a person's mail to that mail, as soon as the
-- first of it is due. Rows that are being read just now wait for the next time.
with due as materialized (
  select g.customer_id, g.user_id, g.employee_id, g.mailing, gen_random_uuid() as mail_id
  from (select distinct case when n.user_id is not null then n.customer_id end as customer_id, n.user_id, n.employee_id, n.mailing
        from notifications n
        where n.mailing is not null and n.mail_id is null and n.read_at is null and n.mail_due_at <= @now::timestamptz) g
), waiting as materialized (
  select n.id, due.mail_id
  from due join notifications n on n.mailing = due.mailing and n.mail_id is null and n.read_at is null
    and (n.user_id = due.user_id and n.customer_id = due.customer_id or n.employee_id = due.employee_id)
  for update of n skip locked
), claimed as (
  update notifications n set mail_id = w.mail_id from waiting w where n.id = w.id and n.mail_id is null
  returning n.mail_id
)
select distinct mail_id::uuid from claimed;

-- name: Mailed :many
-- What a mail tells, as far as its reader is still there and may read of it.
select n.id, n.customer_id, n.user_id, n.employee_id, n.kind, n.who, n.text, n.about, n.note, n.path, n.created_at, n.mailing,
       c.name as customer_name,
       coalesce(u.email, e.email, '')::text as email,
       concat_ws(' ', coalesce(u.first_name, e.first_name), coalesce(u.last_name, e.last_name))::text as name,
       coalesce(case when u.id is not null then coalesce(u.timezone, c.timezone) else e.timezone end, a.timezone)::text as timezone
from notifications n
  cross join agency a
  join customers c on c.id = n.customer_id
  left join client_portal_users u on u.id = n.user_id and u.is_active and u.email_verified
    and exists (select from customer_members m where m.customer_id = n.customer_id and m.user_id = u.id and m.is_active)
  left join employees e on e.id = n.employee_id and e.is_active
    and (e.role = 'admin' or exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = n.customer_id))
where n.mail_id = @mail_id::uuid and (u.id is not null or e.id is not null)
order by n.created_at, n.id;

-- name: MemberName :one
select coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)::text
from customer_members m join client_portal_users u on u.id = m.user_id
where m.customer_id = @customer_id and m.user_id = @user_id;

-- name: EmployeeName :one
select concat_ws(' ', e.first_name, e.last_name)::text from employees e where e.id = @employee_id;
