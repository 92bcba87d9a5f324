insert into ticket_changes (id, customer_id, client_ticket_id, changed_by, field, old_value, new_value, created_at)
select bench.id(7, n * 4 + k), bench.id(1, customer), bench.ticket_id(n), 'Employee No ' || bench.employee(n), 'status',
  (array['open', 'in_progress'])[k], (array['in_progress', status])[k], created + (updated - created) * k / 2
from bench.tickets, generate_series(1, 2) k where status in ('resolved', 'closed') order by n, k;

insert into ticket_followers (customer_id, client_ticket_id, user_id, created_at)
select bench.id(1, customer), bench.ticket_id(n), bench.id(2, bench.author(n)), created from bench.tickets order by n;

insert into ticket_attachments (id, customer_id, client_ticket_id, uploaded_by, file_name, content_type, size_bytes, sha256, storage_key, created_at)
select bench.id(8, n), bench.id(1, customer), bench.ticket_id(n), 'Person No ' || bench.author(n), 'screenshot.png', 'image/png', 120000,
  sha256('bench'), 'bench/' || n, created
from bench.tickets where n % 20 = 0 order by n;
