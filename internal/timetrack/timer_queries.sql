-- name: Timer :one
select sqlc.embed(t), c.name as customer_name, q.name as quote_name, k.number as ticket_number,
  coalesce(e.timezone, a.timezone)::text as zone
from timers t
  join customers c on c.id = t.customer_id
  join employees e on e.id = t.employee_id
  cross join agency a
  left join quotes q on q.customer_id = t.customer_id and q.id = t.quote_id
  left join client_tickets k on k.customer_id = t.customer_id and k.id = t.ticket_id
where t.employee_id = $1;

-- name: StartTimer :execrows
insert into timers (employee_id, customer_id, quote_id, ticket_id, task_description, category, billable, is_retainer, started_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (employee_id) do nothing;

-- name: StopTimer :execrows
-- Two who stop it at once stop it once.
delete from timers where employee_id = $1 and started_at = $2;
