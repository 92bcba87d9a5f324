-- Of clients, reader_id is the person who may be kept from single dashboards; null
-- is who sees all of them.

-- name: Dashboard :one
select sqlc.embed(d), c.name as customer_name, c.timezone
from analytics_dashboard_configs d join customers c on c.id = d.customer_id
where d.id = sqlc.arg(id) and (d.is_active or sqlc.arg(inactive_too)::boolean)
  and not exists (select from dashboard_denials n where n.dashboard_id = d.id and n.user_id = sqlc.narg(reader_id));

-- name: DashboardForUpdate :one
-- Its key stays free for what refers to it: whoever adds a denial holds the lock of the
-- readers, for which the update may be waiting.
select * from analytics_dashboard_configs where id = $1 for no key update;

-- name: DashboardForRemoval :one
-- Nothing that refers to it can be added meanwhile.
select * from analytics_dashboard_configs where id = $1 for update;

-- name: InsertDashboard :one
-- Nothing is inserted where the customer is not in scope.
insert into analytics_dashboard_configs (id, customer_id, dashboard_name, client_type, business_model, website_type, config, created_at, updated_at)
select sqlc.arg(id), c.id, sqlc.arg(dashboard_name), sqlc.arg(client_type), sqlc.arg(business_model), sqlc.narg(website_type), sqlc.arg(config),
       sqlc.arg(now), sqlc.arg(now)
from customers c where c.id = sqlc.arg(customer_id)
returning id;

-- name: UpdateDashboard :exec
update analytics_dashboard_configs set
  dashboard_name = sqlc.arg(dashboard_name), client_type = sqlc.arg(client_type), business_model = sqlc.arg(business_model),
  website_type = sqlc.narg(website_type), is_active = sqlc.arg(is_active), config = sqlc.arg(config),
  updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)::timestamptz)
where id = sqlc.arg(id);

-- name: DeleteDashboard :exec
delete from analytics_dashboard_configs where id = $1;

-- name: CountSourcesOf :one
-- Sources that belong to one dashboard go with it.
select count(*) from analytics_data_sources where dashboard_config_id = $1;

-- name: CustomerKind :one
select name, client_type, business_model, website_type, timezone from customers where id = $1;

-- name: Customers :many
select id, name from customers where is_active order by lower(name), id limit 2000;

-- name: SourcesOfKind :many
-- Where a customer has several sources of a kind, a widget chooses one of them.
select id, source_type, source_name from analytics_data_sources where customer_id = $1 order by source_type, source_name, id;

-- name: Members :many
-- The people of a customer who can be kept from a dashboard, and whether they are.
select m.user_id, coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email)::text as name, m.role,
       exists (select from dashboard_denials n where n.dashboard_id = sqlc.arg(dashboard_id) and n.user_id = m.user_id) as denied
from customer_members m join client_portal_users u on u.id = m.user_id
where m.customer_id = sqlc.arg(customer_id) and m.is_active
order by name, m.user_id;

-- name: Deny :exec
insert into dashboard_denials (customer_id, dashboard_id, user_id, created_at)
select m.customer_id, sqlc.arg(dashboard_id), m.user_id, sqlc.arg(now)
from customer_members m where m.customer_id = sqlc.arg(customer_id) and m.user_id = any(sqlc.arg(users)::uuid[])
on conflict do nothing;

-- name: ClearDenials :exec
delete from dashboard_denials where dashboard_id = $1;

-- name: Templates :many
select t.*, coalesce(concat_ws(' ', e.first_name, e.last_name), '')::text as created_by
from dashboard_templates t left join employees e on e.id = t.created_by_employee_id
order by lower(t.name), t.id;

-- name: Template :one
select * from dashboard_templates where id = $1;

-- name: InsertTemplate :exec
insert into dashboard_templates (id, name, config, created_by_employee_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $5);

-- name: DeleteTemplate :execrows
delete from dashboard_templates where id = $1;

-- name: OwnMetrics :many
-- What a customer's sources that are no known system call their own.
select m.name, m.label, m.definition, m.unit, m.aggregation, m.numerator, m.denominator, m.better, m.hidden, m.dimensions, s.source_type
from source_metrics m join analytics_data_sources s on s.customer_id = m.customer_id and s.id = m.source_id
where m.customer_id = $1
order by s.created_at, s.id, m.position, m.name;
