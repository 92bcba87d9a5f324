-- name: DropExpiredImports :execrows
delete from customer_imports where expires_at <= $1;

-- name: InsertImport :exec
insert into customer_imports (id, employee_id, file_name, header, fields, rows, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: KeptImport :one
select * from customer_imports where id = sqlc.arg(id) and expires_at > sqlc.arg(now);

-- name: KeptImportForUpdate :one
select * from customer_imports where id = sqlc.arg(id) and expires_at > sqlc.arg(now) for update;

-- name: SetImportFields :execrows
update customer_imports set fields = $2 where id = $1 and imported_at is null;

-- name: FinishImport :exec
update customer_imports set imported_at = $2, customers_made = $3, stakeholders_made = $4 where id = $1;

-- name: KnownCustomers :many
select id, name from customers;

-- name: KnownStakeholders :many
select customer_id, lower(email)::text as email from customer_stakeholders where customer_id = any (sqlc.arg(customers)::uuid[]);

-- name: TakenNames :many
select slug, ticket_prefix from customers;

-- name: LockImports :exec
select pg_advisory_xact_lock(hashtext('customer_imports'));

-- name: InsertCustomers :exec
insert into customers (id, name, slug, ticket_prefix, website, client_type, business_model, website_type,
                       timezone, currency, created_at, updated_at)
select id, name, slug, prefix, nullif(website, ''), nullif(client_type, ''), nullif(business_model, ''), nullif(website_type, ''),
       timezone, currency, sqlc.arg(now)::timestamptz, sqlc.arg(now)::timestamptz
from (select
  unnest(sqlc.arg(ids)::uuid[]) as id, unnest(sqlc.arg(names)::text[]) as name, unnest(sqlc.arg(slugs)::text[]) as slug,
  unnest(sqlc.arg(prefixes)::text[]) as prefix, unnest(sqlc.arg(websites)::text[]) as website,
  unnest(sqlc.arg(client_types)::text[]) as client_type, unnest(sqlc.arg(business_models)::text[]) as business_model,
  unnest(sqlc.arg(website_types)::text[]) as website_type, unnest(sqlc.arg(timezones)::text[]) as timezone,
  unnest(sqlc.arg(currencies)::text[]) as currency) n;

-- name: InsertStakeholders :exec
insert into customer_stakeholders (id, customer_id, email, first_name, last_name, title, phone, is_primary_contact, created_at, updated_at)
select id, customer_id, email, first_name, last_name, nullif(title, ''), nullif(phone, ''), is_primary,
       sqlc.arg(now)::timestamptz, sqlc.arg(now)::timestamptz
from (select
  unnest(sqlc.arg(ids)::uuid[]) as id, unnest(sqlc.arg(customer_ids)::uuid[]) as customer_id,
  unnest(sqlc.arg(emails)::text[]) as email, unnest(sqlc.arg(first_names)::text[]) as first_name,
  unnest(sqlc.arg(last_names)::text[]) as last_name, unnest(sqlc.arg(titles)::text[]) as title,
  unnest(sqlc.arg(phones)::text[]) as phone, unnest(sqlc.arg(primaries)::boolean[]) as is_primary) n;

-- name: YieldPrimaryContacts :exec
-- New primary contacts take the place of those before.
update customer_stakeholders s set is_primary_contact = false, updated_at = sqlc.arg(now)
from customer_stakeholders n
where n.id = any (sqlc.arg(ids)::uuid[]) and n.is_primary_contact
  and s.customer_id = n.customer_id and s.id <> n.id and s.is_primary_contact;
