insert into tickets (id, customer_id, number, assignee_id, first_response_due_at, first_responded_at, awaited_since, answer_due_at, version, created_at, updated_at)
select bench.ticket_id(n), bench.id(1, customer), 'C' || customer || '-' || number,
  case when status <> 'open' then bench.id(3, bench.employee(n)) end,
  created + interval '8 hours', case when status <> 'open' then created + interval '3 hours' end, created,
  case status when 'open' then updated + interval '8 hours' when 'in_progress' then updated + interval '2 days' when 'waiting_for_client' then 'infinity' end,
  2 + comments, created, updated
from bench.tickets order by n;

insert into client_tickets (id, ticket_id, customer_id, number, quote_id, created_by_user_id, title, description, category, priority, status,
  assigned_to, resolution, resolved_at, resolved_by, comment_count, created_at, updated_at)
select bench.ticket_id(t.n), bench.ticket_id(t.n), bench.id(1, customer), 'C' || customer || '-' || number, case when t.n % 3 = 0 then bench.id(4, 5 * (customer - 1) + 1 + t.n % 5) end,
  bench.id(2, bench.author(t.n)), initcap(left(title.body, 40)), a.body || ' ' || b.body || E'\n\n' || c.body,
  (array['Billing', 'Checkout', 'Content', 'Design', 'Hosting', null])[1 + t.n % 6], priority, status,
  case when status <> 'open' then 'Employee No ' || bench.employee(t.n) end,
  case when status in ('resolved', 'closed') then c.body end, case when status in ('resolved', 'closed') then updated end,
  case when status in ('resolved', 'closed') then 'Employee No ' || bench.employee(t.n) end,
  comments - (comments + 5) / 10, created, updated
from bench.tickets t
  join bench.phrases title on title.n = bench.phrase(t.n, 20)
  join bench.phrases a on a.n = bench.phrase(t.n, 21)
  join bench.phrases b on b.n = bench.phrase(t.n, 22)
  join bench.phrases c on c.n = bench.phrase(t.n, 23)
order by t.n;
