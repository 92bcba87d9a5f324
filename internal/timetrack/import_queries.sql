-- name: DropExpiredImports :execrows
delete from time_imports where expires_at <= $1;

-- name: InsertImport :exec
insert into time_imports (id, employee_id, file_name, format, header, rows, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: KeptImport :one
select * from time_imports where id = sqlc.arg(id) and employee_id = sqlc.arg(employee_id) and expires_at > sqlc.arg(now);

-- name: KeptImportForUpdate :one
select * from time_imports where id = sqlc.arg(id) and employee_id = sqlc.arg(employee_id) and expires_at > sqlc.arg(now) for update;

-- name: SetImportOptions :execrows
update time_imports set date_order = $3, is_retainer = $4 where id = $1 and employee_id = $2 and imported_at is null;

-- name: FinishImport :exec
update time_imports set imported_at = $2, entries_made = $3, minutes_made = $4 where id = $1;

-- name: LockImports :exec
select pg_advisory_xact_lock(hashtext('time_imports'));

-- name: ImportCustomers :many
select id, name, slug, currency, timezone from customers where is_active;

-- name: ImportProjects :many
select p.id, p.customer_id, p.name, p.number from projects p;

-- name: ImportEmployees :many
select id, concat_ws(' ', first_name, last_name)::text as name, email from employees where is_active;

-- name: KnownSources :many
select external_id from time_entry_sources where source = sqlc.arg(source) and external_id = any (sqlc.arg(keys)::text[]);
