-- The agency and the person answer in turn; every tenth comment is internal.
insert into ticket_comments (id, customer_id, client_ticket_id, author_user_id, author_employee_id, body, internal, created_at)
select bench.id(6, t.n * 64 + k), bench.id(1, t.customer), bench.ticket_id(t.n),
  case when k % 2 = 0 then bench.id(2, bench.author(t.n)) end, case when k % 2 = 1 then bench.id(3, bench.employee(t.n)) end,
  a.body || ' ' || b.body, k % 10 = 5, t.created + (t.updated - t.created) * k / (t.comments + 1)
from bench.tickets t cross join generate_series(1, t.comments) k
  join bench.phrases a on a.n = bench.phrase(t.n * 64 + k, 24)
  join bench.phrases b on b.n = bench.phrase(t.n * 64 + k, 25)
order by t.n, k;
