-- name: Dashboard :one
select d.id, d.customer_id, d.dashboard_name, d.is_active, c.name as customer_name, c.timezone
from analytics_dashboard_configs d join customers c on c.id = d.customer_id where d.id = $1;

-- name: Readers :many
-- The people of the customer who see the dashboard.
select m.user_id, coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)::text as name, u.email
from customer_members m join client_portal_users u on u.id = m.user_id and u.is_active
where m.customer_id = sqlc.arg(customer_id) and m.is_active
  and (m.role = 'admin' or not exists (select from dashboard_denials n where n.dashboard_id = sqlc.arg(dashboard_id) and n.user_id = m.user_id))
order by name, m.user_id;

-- name: InsertSchedule :exec
insert into report_schedules (id, customer_id, dashboard_id, cadence, weekday, month_day, hour, compare, is_active, zone, next_due_at, created_by_employee_id, created_at, updated_at)
values (sqlc.arg(id), sqlc.arg(customer_id), sqlc.arg(dashboard_id), sqlc.arg(cadence), sqlc.narg(weekday), sqlc.narg(month_day), sqlc.arg(hour), sqlc.arg(compare),
        sqlc.arg(is_active), sqlc.arg(zone), sqlc.arg(next_due_at), sqlc.arg(created_by_employee_id), sqlc.arg(now), sqlc.arg(now));

-- name: UpdateSchedule :exec
update report_schedules set cadence = sqlc.arg(cadence), weekday = sqlc.narg(weekday), month_day = sqlc.narg(month_day), hour = sqlc.arg(hour),
  compare = sqlc.arg(compare), is_active = sqlc.arg(is_active), zone = sqlc.arg(zone), next_due_at = sqlc.arg(next_due_at),
  updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)::timestamptz)
where id = sqlc.arg(id);

-- name: DeleteSchedule :exec
delete from report_schedules where id = $1;

-- name: ClearRecipients :exec
delete from report_recipients where schedule_id = $1;

-- name: AddRecipients :exec
insert into report_recipients (customer_id, schedule_id, user_id)
select sqlc.arg(customer_id), sqlc.arg(schedule_id), unnest(sqlc.arg(users)::uuid[]);

-- name: Schedules :many
-- A page of them by customer and dashboard.
select sqlc.embed(s), c.name as customer_name, lower(c.name)::text as customer_key, c.timezone, d.dashboard_name, array(
    select jsonb_build_object('user_id', r.user_id, 'name', coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email))
    from report_recipients r join client_portal_users u on u.id = r.user_id where r.schedule_id = s.id order by u.last_name, u.first_name, u.id
  )::jsonb[] as recipients
from report_schedules s join customers c on c.id = s.customer_id join analytics_dashboard_configs d on d.id = s.dashboard_id
where (sqlc.narg(customer_id)::uuid is null or s.customer_id = sqlc.narg(customer_id))
  and (sqlc.narg(dashboard_id)::uuid is null or s.dashboard_id = sqlc.narg(dashboard_id))
  and (sqlc.narg(id)::uuid is null or s.id = sqlc.narg(id))
  and (sqlc.narg(after_id)::uuid is null or (lower(c.name), d.dashboard_name, s.id) > (sqlc.arg(after_customer)::text, sqlc.arg(after_name)::text, sqlc.narg(after_id)::uuid))
order by lower(c.name), d.dashboard_name, s.id
limit sqlc.arg(size);

-- name: ScheduleForUpdate :one
select * from report_schedules where id = $1 for update;

-- name: Due :many
-- Schedules whose moment has come, or whose customer has moved to another zone. Two
-- portals take different ones.
select sqlc.embed(s), c.timezone, c.is_active as customer_is_active, d.dashboard_name
from report_schedules s join customers c on c.id = s.customer_id join analytics_dashboard_configs d on d.id = s.dashboard_id
where s.is_active and (s.next_due_at <= sqlc.arg(now) or s.zone <> c.timezone)
order by s.next_due_at, s.id
limit 20
for update of s skip locked;

-- name: MoveOn :exec
update report_schedules set next_due_at = $2, zone = $3 where id = $1;

-- name: InsertReport :execrows
insert into scheduled_reports (id, customer_id, schedule_id, dashboard_id, dashboard_name, due_at, range_from, range_to, range_preset, compare, status, created_at, updated_at)
values (sqlc.arg(id), sqlc.arg(customer_id), sqlc.arg(schedule_id), sqlc.arg(dashboard_id), sqlc.arg(dashboard_name), sqlc.arg(due_at), sqlc.arg(range_from), sqlc.arg(range_to),
        sqlc.arg(range_preset), sqlc.arg(compare), 'waiting', sqlc.arg(now), sqlc.arg(now))
on conflict (schedule_id, due_at) do nothing;

-- name: ReportForUpdate :one
select * from scheduled_reports where id = $1 for update;

-- name: Hold :exec
update scheduled_reports set status = 'held', reasons = sqlc.arg(reasons), updated_at = sqlc.arg(now) where id = sqlc.arg(id);

-- name: Drop :exec
update scheduled_reports set status = 'dropped', reasons = reasons || sqlc.arg(reasons)::text[], updated_at = sqlc.arg(now) where id = sqlc.arg(id);

-- name: Release :exec
update scheduled_reports set status = 'waiting', note = sqlc.arg(note), released_by_employee_id = sqlc.arg(by), released_at = sqlc.arg(now), updated_at = sqlc.arg(now)
where id = sqlc.arg(id);

-- name: Freeze :exec
update scheduled_reports set status = 'sent', report = sqlc.arg(report), file_key = sqlc.arg(file_key), file_bytes = sqlc.arg(file_bytes),
  sent_at = sqlc.arg(now), updated_at = sqlc.arg(now)
where id = sqlc.arg(id);

-- name: ChosenReaders :many
-- Whom the report's schedule names, and why somebody gets nothing.
select r.user_id, (case
    when not m.is_active or not u.is_active then 'no longer active'
    when m.role <> 'admin' and exists (select from dashboard_denials n where n.dashboard_id = p.dashboard_id and n.user_id = r.user_id) then 'does not see the dashboard'
    else '' end)::text as left_out
from scheduled_reports p
  join report_recipients r on r.schedule_id = p.schedule_id
  join customer_members m on m.customer_id = r.customer_id and m.user_id = r.user_id
  join client_portal_users u on u.id = r.user_id
where p.id = $1 order by r.user_id;

-- name: AddMail :exec
insert into report_mails (customer_id, report_id, user_id, status, reason, changed_at)
values (sqlc.arg(customer_id), sqlc.arg(report_id), sqlc.arg(user_id), sqlc.arg(status), sqlc.arg(reason), sqlc.arg(now))
on conflict (report_id, user_id) do nothing;

-- name: MailToSend :one
-- The mail with what is in it, as long as its reader is there.
select m.status, m.changed_at, u.email, coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)::text as name,
       p.customer_id, p.dashboard_name, p.note, p.report, p.file_key, c.name as customer_name,
       (u.is_active and cm.is_active and c.is_active)::boolean as there
from report_mails m
  join scheduled_reports p on p.id = m.report_id and p.status = 'sent'
  join customers c on c.id = p.customer_id
  join customer_members cm on cm.customer_id = m.customer_id and cm.user_id = m.user_id
  join client_portal_users u on u.id = m.user_id
where m.report_id = sqlc.arg(report_id) and m.user_id = sqlc.arg(user_id)
for update of m;

-- name: MoveMail :exec
update report_mails set status = sqlc.arg(status), reason = sqlc.arg(reason), changed_at = sqlc.arg(now)
where report_id = sqlc.arg(report_id) and user_id = sqlc.arg(user_id);

-- name: AgencyReaders :many
-- Who made the schedule, and the managers who serve its customer; admins when there is nobody.
with serving as (
  select e.id from customer_employees ce join employees e on e.id = ce.employee_id and e.is_active
  where ce.customer_id = sqlc.arg(customer_id) and e.role = 'manager'
  union
  select e.id from report_schedules s join employees e on e.id = s.created_by_employee_id and e.is_active
    left join customer_employees ce on ce.employee_id = e.id and ce.customer_id = s.customer_id
  where s.id = sqlc.narg(schedule_id) and (e.role = 'admin' or ce.employee_id is not null)
)
select id from serving
union all
select e.id from employees e where e.role = 'admin' and e.is_active and not exists (select from serving);

-- name: Reports :many
-- A page of reports, the last due first. reader_id is who may be kept from dashboards;
-- name is a part of the dashboard's.
select p.id, p.customer_id, c.name as customer_name, p.schedule_id, p.dashboard_id, p.dashboard_name, p.due_at, p.range_from, p.range_to, p.status, p.reasons,
       p.note, p.released_at, p.file_bytes, p.sent_at, p.updated_at, c.timezone
from scheduled_reports p join customers c on c.id = p.customer_id
where (sqlc.narg(customer_id)::uuid is null or p.customer_id = sqlc.narg(customer_id))
  and (sqlc.narg(status)::text is null or p.status = sqlc.narg(status))
  and not exists (select from dashboard_denials n where n.dashboard_id = p.dashboard_id and n.user_id = sqlc.narg(reader_id))
  and position(lower(sqlc.arg(name)::text) in lower(p.dashboard_name)) > 0
  and (sqlc.narg(before_id)::uuid is null or (p.due_at, p.id) < (sqlc.arg(before_due)::timestamptz, sqlc.narg(before_id)::uuid))
order by p.due_at desc, p.id desc
limit sqlc.arg(size);

-- name: SentReports :many
-- The same as a customer's people see them.
select p.id, p.customer_id, c.name as customer_name, p.dashboard_id, p.dashboard_name, p.due_at, p.range_from, p.range_to, p.status, p.note,
       p.file_bytes, p.sent_at, p.updated_at, c.timezone
from scheduled_reports p join customers c on c.id = p.customer_id
where p.status = 'sent'
  and not exists (select from dashboard_denials n where n.dashboard_id = p.dashboard_id and n.user_id = sqlc.narg(reader_id))
  and position(lower(sqlc.arg(name)::text) in lower(p.dashboard_name)) > 0
  and (sqlc.narg(before_id)::uuid is null or (p.due_at, p.id) < (sqlc.arg(before_due)::timestamptz, sqlc.narg(before_id)::uuid))
order by p.due_at desc, p.id desc
limit sqlc.arg(size);

-- name: SentReport :one
-- A sent report whole, for whoever may see it.
select p.id, p.customer_id, c.name as customer_name, p.dashboard_id, p.dashboard_name, p.due_at, p.range_from, p.range_to, p.range_preset, p.compare, p.status,
       p.note, p.report, p.file_key, p.file_bytes, p.sent_at, p.updated_at, c.timezone
from scheduled_reports p join customers c on c.id = p.customer_id
where p.id = sqlc.arg(id) and p.status = 'sent'
  and not exists (select from dashboard_denials n where n.dashboard_id = p.dashboard_id and n.user_id = sqlc.narg(reader_id));

-- name: Report :one
select p.*, c.name as customer_name, c.timezone, coalesce(concat_ws(' ', e.first_name, e.last_name), '')::text as released_by
from scheduled_reports p join customers c on c.id = p.customer_id left join employees e on e.id = p.released_by_employee_id
where p.id = $1;

-- name: Mails :many
select m.user_id, m.status, m.reason, m.changed_at, coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)::text as name
from report_mails m join client_portal_users u on u.id = m.user_id where m.report_id = $1 order by name, m.user_id;
