-- The two admins after the last employee do nothing here.
insert into employees (id, email, first_name, last_name, title, role, email_verified, password_hash)
select bench.id(3, n), 'employee' || n || '@agency.example', 'Employee', 'No ' || n, 'Account manager',
  case when n > {employees} then 'admin' when n % 5 = 0 then 'manager' else 'agent' end, true, '{password}'
from generate_series(1, {employees} + 2) n;

insert into customers (id, name, slug, client_type, business_model, contact_employee_id, ticket_prefix)
select bench.id(1, n), 'Customer ' || n, 'customer-' || n, 'b2b', 'lead_gen', bench.id(3, 1 + n % {employees}), 'C' || n
from generate_series(1, {customers}) n;

insert into customer_employees (customer_id, employee_id)
select bench.id(1, n), bench.id(3, 1 + (n + k * 7) % {employees}) from generate_series(1, {customers}) n, generate_series(0, 1) k;

insert into client_portal_users (id, customer_id, email, first_name, last_name, email_verified, is_primary_contact, password_hash)
select bench.id(2, n), bench.id(1, 1 + (n - 1) / 10), 'person' || n || '@customer.example', 'Person', 'No ' || n, true, n % 10 = 1, '{password}'
from generate_series(1, 10 * {customers}) n;

insert into customer_members (customer_id, user_id, role)
select bench.id(1, 1 + (n - 1) / 10), bench.id(2, n), (array['viewer', 'admin', 'approver', 'member', 'member', 'member', 'member', 'member', 'member', 'viewer'])[1 + n % 10]
from generate_series(1, 10 * {customers}) n;

insert into sessions (id, token_hash, user_id, customer_id, expires_at)
select bench.id(10, n), sha256(('bench-client-' || n)::bytea), bench.id(2, n), bench.id(1, 1 + (n - 1) / 10), now()
from generate_series(1, 10 * {customers}) n;
insert into sessions (id, token_hash, employee_id, expires_at)
select bench.id(11, n), sha256(('bench-staff-' || n)::bytea), bench.id(3, n), now() from generate_series(1, {employees}) n;

insert into quotes (id, customer_id, number, name, status, total, start_date, due_date)
select bench.id(4, n), bench.id(1, 1 + (n - 1) / 5), 'B-' || n, 'Project ' || n, (array['sent', 'approved', 'in_progress', 'in_progress', 'completed'])[1 + n % 5],
  1000 + n % 20000, current_date - n % 700, current_date - n % 700 + 90
from generate_series(1, 5 * {customers}) n;
insert into quote_phases (id, customer_id, quote_id, position, name, weight)
select bench.id(12, n * 4 + k), bench.id(1, 1 + (n - 1) / 5), bench.id(4, n), k, 'Phase ' || k, k
from generate_series(1, 5 * {customers}) n, generate_series(1, 4) k;

-- What the rows of a ticket have in common. Every tenth is not closed: it can be
-- answered.
create unlogged table bench.tickets as
select n, bench.customer(n) as customer, row_number() over (partition by bench.customer(n) order by n) as number,
  case when fresh then (array['open', 'in_progress', 'waiting_for_client'])[1 + floor(3 * bench.roll(n, 8))::int]
       when n % 10 = 0 then 'resolved' else 'closed' end as status,
  (array['low', 'medium', 'medium', 'medium', 'high', 'urgent'])[1 + floor(6 * bench.roll(n, 9))::int] as priority,
  created, least(now(), created - ln(1 - bench.roll(n, 10)) * interval '6 days') as updated,
  least(50, floor(-3.5 * ln(1 - bench.roll(n, 11))))::int as comments
from (
  select n, created, bench.roll(n, 7) < 0.002 + 0.8 * exp(extract(epoch from created - now()) / (4 * 86400)) as fresh
  from (select n, now() - interval '730 days' * (1 - n / {tickets}.0) as created from generate_series(1::bigint, {tickets}) n) t
) t;
update customers c set last_ticket_number = t.count
from (select customer, count(*) as count from bench.tickets group by customer) t where c.id = bench.id(1, t.customer);
