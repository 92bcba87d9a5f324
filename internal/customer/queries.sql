-- name: Customers :many
select * from customers
where (lower(name), id) > (lower(sqlc.arg(after_name)::text), sqlc.arg(after_id)::uuid)
  and (strpos(lower(name), lower(sqlc.arg(q)::text)) > 0 or strpos(slug, lower(sqlc.arg(q)::text)) > 0)
order by lower(name), id
limit sqlc.arg(at_most);

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
    timezone = $7, currency = $8, contact_employee_id = $9, updated_at = $10
where id = $1;

-- name: IsActiveEmployee :one
select exists (select from employees where id = $1 and is_active);

-- name: Stakeholders :many
select s.* from customer_stakeholders s
where s.customer_id = sqlc.arg(customer_id)
  and (lower(s.last_name), s.id) > (lower(sqlc.arg(after_name)::text), sqlc.arg(after_id)::uuid)
order by lower(s.last_name), s.id
limit sqlc.arg(at_most);

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
