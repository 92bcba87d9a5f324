-- name: NextQuoteNumber :one
select nextval('quote_numbers');

-- name: InsertQuote :one
-- Nothing is inserted where the customer is not in scope.
insert into quotes (id, customer_id, number, name, project_type, total, currency, start_date, due_date,
                    created_by_employee_id, created_at, updated_at)
select sqlc.arg(id), c.id, sqlc.arg(number), sqlc.arg(name), sqlc.narg(project_type), sqlc.narg(total),
       coalesce(nullif(sqlc.arg(currency)::text, ''), c.currency), sqlc.narg(start_date), sqlc.narg(due_date),
       sqlc.narg(created_by_employee_id), sqlc.arg(now), sqlc.arg(now)
from customers c where c.id = sqlc.arg(customer_id)
returning *;

-- name: InsertPhase :batchexec
insert into quote_phases (id, customer_id, quote_id, position, name, weight, planned_start, planned_end, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, sqlc.arg(now), sqlc.arg(now));

-- name: LastPosition :one
select coalesce(max(position), 0)::int from quote_phases where quote_id = $1;

-- name: Quote :one
select * from quotes where id = $1;

-- name: QuoteForUpdate :one
select * from quotes where id = $1 for update;

-- name: SendQuote :exec
update quotes set status = 'sent', sent_at = sqlc.arg(now)::timestamptz, updated_at = sqlc.arg(now)::timestamptz where id = $1;

-- name: DecideQuote :exec
update quotes
set status = $2, decided_at = sqlc.arg(now)::timestamptz, decided_by_user_id = $3, decision_comment = $4, updated_at = sqlc.arg(now)::timestamptz
where id = $1;

-- name: SetQuoteStatus :exec
update quotes set status = $2, updated_at = $3 where id = $1;

-- name: Phases :many
select * from quote_phases where quote_id = $1 order by position;

-- name: Phase :one
select * from quote_phases where quote_id = $1 and id = $2;

-- name: UpdatePhase :exec
update quote_phases
set status = $2, progress_percent = $3, planned_start = $4, planned_end = $5, actual_start = $6, actual_end = $7,
    waiting_on = $8, updated_at = $9
where id = $1;
