insert into time_tracking (id, customer_id, quote_id, employee_id, employee_email, task_description, hours, date_worked, billable, hourly_rate,
  category, is_retainer, approved_by_client, created_at, updated_at)
select bench.id(9, e.n), bench.id(1, bench.customer(e.n)), bench.id(4, 5 * (bench.customer(e.n) - 1) + 1 + e.n % 5), bench.employee_id(e.n),
  'employee' || bench.employee(e.n) || '@agency.example', p.body, 0.25 * (1 + e.n % 30), current_date - (730 * (1 - e.n / {entries}.0))::int,
  e.n % 10 <> 0, 95, (array['Design', 'Development', 'Content', 'Meetings'])[1 + e.n % 4], e.n % 4 = 0, e.n % 10 <> 1, now(), now()
from generate_series(1::bigint, {entries}) e (n) join bench.phrases p on p.n = bench.phrase(e.n, 26) order by e.n;
