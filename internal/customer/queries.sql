-- name: Customers :many
select * from customers
where (lower(name), id) > (lower(sqlc.arg(after_name)::text), sqlc.arg(after_id)::uuid)
  and (strpos(lower(name), lower(sqlc.arg(q)::text)) > 0 or strpos(slug, lower(sqlc.arg(q)::text)) > 0)
  and (sqlc.arg(client_type)::text in ('', client_type))
  and (sqlc.arg(business_model)::text in ('', business_model))
  and (sqlc.arg(website_type)::text in ('', website_type))
  and is_active is not distinct from coalesce(sqlc.narg(is_active), is_active)
order by lower(name), id
limit sqlc.arg(at_most);

-- name: CountCustomers :one
select count(*) as everybody, count(*) filter (where is_active) as active, count(*) filter (where
  (strpos(lower(name), lower(sqlc.arg(q)::text)) > 0 or strpos(slug, lower(sqlc.arg(q)::text)) > 0)
  and (sqlc.arg(client_type)::text in ('', client_type))
  and (sqlc.arg(business_model)::text in ('', business_model))
  and (sqlc.arg(website_type)::text in ('', website_type))
  and is_active is not distinct from coalesce(sqlc.narg(is_active), is_active)) as matching
from customers;

-- name: CustomerFigures :many
-- How many people of these customers sign in, and how much is open there.
select c.id,
  (select count(*) from customer_members m where m.customer_id = c.id and m.is_active) as people,
  (select count(*) from client_tickets t where t.customer_id = c.id and t.status in ('open', 'in_progress', 'waiting_for_client')) as open_tickets
from customers c where c.id = any (sqlc.arg(ids)::uuid[]);

-- name: Customer :one
select * from customers where id = $1;

-- name: CustomerForUpdate :one
select * from customers where id = $1 for update;

-- name: NamesLike :many
-- The slugs and prefixes that a new customer's may collide with.
select slug, ticket_prefix from customers
where starts_with(slug, sqlc.arg(slug)::text) or starts_with(ticket_prefix, sqlc.arg(prefix)::text);

-- name: InsertCustomer :execrows
insert into customers (id, name, slug, ticket_prefix, website, client_type, business_model, website_type,
                       timezone, currency, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, sqlc.arg(now), sqlc.arg(now))
on conflict do nothing;

-- name: UpdateCustomer :exec
update customers
set name = $2, website = $3, client_type = $4, business_model = $5, website_type = $6,
    timezone = $7, currency = $8, contact_employee_id = $9, is_active = $10, updated_at = $11
where id = $1;

-- name: MemberIDs :many
select user_id from customer_members where customer_id = $1;

-- name: IsActiveEmployee :one
select exists (select from employees where id = $1 and is_active);

-- name: Stakeholders :many
select s.* from customer_stakeholders s
where s.customer_id = sqlc.arg(customer_id)
  and strpos(lower(s.first_name || ' ' || s.last_name || ' ' || s.email), lower(sqlc.arg(q)::text)) > 0
  and (lower(s.last_name), s.id) > (lower(sqlc.arg(after_name)::text), sqlc.arg(after_id)::uuid)
order by lower(s.last_name), s.id
limit sqlc.arg(at_most);

-- name: StakeholdersBefore :many
select s.* from customer_stakeholders s
where s.customer_id = sqlc.arg(customer_id)
  and strpos(lower(s.first_name || ' ' || s.last_name || ' ' || s.email), lower(sqlc.arg(q)::text)) > 0
  and (lower(s.last_name), s.id) < (lower(sqlc.arg(before_name)::text), sqlc.arg(before_id)::uuid)
order by lower(s.last_name) desc, s.id desc
limit sqlc.arg(at_most);

-- name: CountStakeholders :one
select count(*) as everybody,
  count(*) filter (where strpos(lower(first_name || ' ' || last_name || ' ' || email), lower(sqlc.arg(q)::text)) > 0) as matching
from customer_stakeholders where customer_id = sqlc.arg(customer_id);

-- name: Places :many
-- Which of the stakeholders have a place in the portal, or an invitation to one.
select s.id, m.is_active, m.role, exists (
    select from invitations i
    where i.customer_id = s.customer_id and lower(i.email) = lower(s.email) and i.accepted_at is null
      and i.revoked_at is null and i.expires_at > sqlc.arg(now)) as invited
from customer_stakeholders s
left join client_portal_users u on lower(u.email) = lower(s.email)
left join customer_members m on m.customer_id = s.customer_id and m.user_id = u.id
where s.customer_id = sqlc.arg(customer_id) and s.id = any (sqlc.arg(ids)::uuid[]);

-- name: Stakeholder :one
select * from customer_stakeholders where customer_id = $1 and id = $2;

-- name: StakeholderForUpdate :one
select * from customer_stakeholders where customer_id = $1 and id = $2 for update;

-- name: UpdateStakeholder :exec
update customer_stakeholders
set email = $3, first_name = $4, last_name = $5, title = $6, phone = $7, is_primary_contact = $8, updated_at = $9
where customer_id = $1 and id = $2;

-- name: DeleteStakeholder :execrows
delete from customer_stakeholders where customer_id = $1 and id = $2;

-- name: InsertStakeholder :execrows
-- Nothing is inserted where the customer is not in scope, or knows the address already.
insert into customer_stakeholders (id, customer_id, email, first_name, last_name, title, phone, is_primary_contact, created_at, updated_at)
select sqlc.arg(id), c.id, sqlc.arg(email), sqlc.arg(first_name), sqlc.arg(last_name), sqlc.narg(title), sqlc.narg(phone),
       sqlc.arg(is_primary_contact), sqlc.arg(now), sqlc.arg(now)
from customers c where c.id = sqlc.arg(customer_id)
on conflict (customer_id, lower(email)) do nothing;

-- name: YieldPrimaryContact :exec
update customer_stakeholders set is_primary_contact = false, updated_at = sqlc.arg(now)
where customer_id = sqlc.arg(customer_id) and id <> sqlc.arg(except_id) and is_primary_contact;

-- name: AssignedEmployees :many
select e.id, e.first_name, e.last_name, e.email, e.title, e.role, e.is_active
from customer_employees a join employees e on e.id = a.employee_id
where a.customer_id = $1
order by lower(e.last_name), e.id;

-- name: Assignment :one
-- The employee's name, and whether they serve the customer. No row: one of the two is not there.
select e.first_name, e.last_name, e.is_active,
  exists (select from customer_employees a where a.customer_id = c.id and a.employee_id = e.id) as assigned
from customers c, employees e
where c.id = sqlc.arg(customer_id) and e.id = sqlc.arg(employee_id);

-- name: Assign :execrows
insert into customer_employees (customer_id, employee_id, created_at) values ($1, $2, $3) on conflict do nothing;

-- name: Unassign :execrows
delete from customer_employees where customer_id = $1 and employee_id = $2;

-- name: AssignableEmployees :many
-- Whom a customer could be served by, and is not.
select e.id, e.first_name, e.last_name, e.email, e.title, e.role, e.is_active
from employees e
where e.is_active and e.role <> 'admin'
  and not exists (select from customer_employees a where a.customer_id = $1 and a.employee_id = e.id)
order by lower(e.last_name), e.id;

-- name: ActiveEmployees :many
select id, first_name, last_name from employees where is_active order by lower(last_name), id;

-- name: Members :many
select u.id, coalesce(u.first_name, '')::text as first_name, coalesce(u.last_name, '')::text as last_name, u.email,
  m.role, (m.is_active and u.is_active)::boolean as is_active, u.last_login_at
from customer_members m join client_portal_users u on u.id = m.user_id
where m.customer_id = $1
order by lower(u.last_name), lower(u.first_name), u.id
limit $2;

-- name: SetUp :one
-- What a new customer needs, and how much of it is there.
select
  (select count(*) from customer_stakeholders s where s.customer_id = c.id) as stakeholders,
  (select count(*) from customer_members m where m.customer_id = c.id and m.is_active) as members,
  (select count(*) from invitations i where i.customer_id = c.id and i.accepted_at is null and i.revoked_at is null
     and i.expires_at > sqlc.arg(now)) as invitations,
  (select count(*) from customer_employees e where e.customer_id = c.id) as employees,
  (select count(*) from quotes q where q.customer_id = c.id and q.status in ('draft', 'sent')) as quotes,
  (select count(*) from quotes q where q.customer_id = c.id and q.status in ('approved', 'in_progress', 'completed')) as projects,
  exists (select from retainers r where r.customer_id = c.id) as retainer,
  (select count(*) from analytics_data_sources d where d.customer_id = c.id) as data_sources,
  (select count(*) from analytics_data_sources d where d.customer_id = c.id and d.connection_status = 'connected') as connected,
  (select count(*) from analytics_dashboard_configs d where d.customer_id = c.id and d.is_active) as dashboards
from customers c where c.id = sqlc.arg(customer_id);

-- name: RecentTickets :many
select ct.id, t.number, ct.title, ct.status, ct.updated_at
from client_tickets ct join tickets t on t.customer_id = ct.customer_id and t.id = ct.ticket_id
where ct.customer_id = $1
order by ct.updated_at desc, ct.id desc
limit 5;

-- name: RecentProjects :many
select id, number, name, status, updated_at from quotes
where customer_id = $1
order by updated_at desc, id desc
limit 5;

-- name: EmployeeName :one
select (first_name || ' ' || last_name)::text as name from employees where id = $1;
