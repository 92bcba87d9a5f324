-- A retainer for each customer, by the month for two years, all but the last period
-- closed, and the hours of both years, every fourth entry of them the retainer's.
insert into retainers (id, customer_id, name, starts_on, currency, ledger_at, created_at, updated_at)
select bench.id(12, n), bench.id(1, n), 'Care', date_trunc('month', current_date - 730), 'GBP', now(), now(), now() from generate_series(1, {customers}) n;

insert into retainer_terms (customer_id, retainer_id, number, effective_from, minutes_per_period, period, rollover_cap_minutes, deficit,
  pending_consumes, rejected_consumes, closes_after_days, recorded_at)
select customer_id, id, 1, starts_on, 5400, 'month', 0, 'bill', false, false, 5, now() from retainers;

insert into retainer_periods (customer_id, retainer_id, number, starts_on, ends_on, opened_at, closed_at)
select r.customer_id, r.id, k, r.starts_on + make_interval(months => k), r.starts_on + make_interval(months => k + 1), now(),
  case when r.starts_on + make_interval(months => k + 1) <= current_date then now() end
from retainers r, generate_series(0, 24) k where r.starts_on + make_interval(months => k) <= current_date;

insert into time_tracking (id, customer_id, quote_id, employee_id, employee_email, task_description, minutes, date_worked, billable, hourly_rate, currency,
  category, is_retainer, retainer_id, approval, approved_at, created_at, updated_at)
select bench.id(9, e.n), bench.id(1, bench.customer(e.n)), bench.id(4, 5 * (bench.customer(e.n) - 1) + 1 + e.n % 5), bench.employee_id(e.n),
  'employee' || bench.employee(e.n) || '@agency.example', p.body, 15 * (1 + e.n % 30), current_date - (730 * (1 - e.n / {entries}.0))::int,
  e.n % 10 <> 0, 95, 'GBP', (array['Design', 'Development', 'Content', 'Meetings'])[1 + e.n % 4], e.n % 4 = 0,
  case when e.n % 4 = 0 then bench.id(12, bench.customer(e.n)) end,
  case when e.n % 10 <> 1 then 'approved' else 'pending' end, case when e.n % 10 <> 1 then now() end, now(), now()
from generate_series(1::bigint, {entries}) e (n) join bench.phrases p on p.n = bench.phrase(e.n, 26) order by e.n;

insert into retainer_ledger (customer_id, retainer_id, number, period, kind, minutes, day, origin, entry_id, actor_name, recorded_at)
select customer_id, retainer_id, row_number() over (partition by retainer_id order by period, step, day), period, kind, minutes, day, period, entry_id, 'Bench', now()
from (
  select customer_id, retainer_id, number as period, 1 as step, 'grant' as kind, 5400 as minutes, starts_on as day, null::uuid as entry_id from retainer_periods
  union all
  select p.customer_id, p.retainer_id, p.number, 2, 'use', -e.minutes, e.date_worked, e.id
  from retainer_periods p join time_tracking e on e.retainer_id = p.retainer_id and e.date_worked >= p.starts_on and e.date_worked < p.ends_on
  where e.approval = 'approved'
  union all
  select p.customer_id, p.retainer_id, p.number, 3, case when sum(e.minutes) > 5400 then 'overage' else 'expiry' end, coalesce(sum(e.minutes), 0) - 5400, p.ends_on, null
  from retainer_periods p left join time_tracking e
    on e.retainer_id = p.retainer_id and e.date_worked >= p.starts_on and e.date_worked < p.ends_on and e.approval = 'approved'
  where p.closed_at is not null group by p.customer_id, p.retainer_id, p.number, p.ends_on having coalesce(sum(e.minutes), 0) <> 5400
) l;

update retainers r set ledger_rows = l.rows from (select retainer_id, count(*) as rows from retainer_ledger group by retainer_id) l where l.retainer_id = r.id;
