-- Events of a year, as if sealed: none is pending. Every fifth has a payload.
insert into audit_events (id, customer_id, occurred_at, action, outcome, actor_kind, actor_id, actor_name, subject_type, subject_id, address, request_id, leaf)
select id, customer_id, at, action, 'success', 'client', actor_id, actor, 'ticket', ticket_id, '192.0.2.7', request_id::text,
  convert_to('{"action":"' || action || '","actor":{"id":"' || actor_id || '","kind":"client","name":"' || actor || '"},"address":"192.0.2.7","customer":"'
    || customer_id || '","id":"' || id || '","outcome":"success","request_id":"' || request_id || '","subject":{"id":"' || ticket_id
    || '","type":"ticket"},"time":"' || to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","v":1}', 'UTF8')
from (
  select bench.id(13, n) as id, bench.customer_id(t) as customer_id, bench.user_id(t) as actor_id, 'Person No ' || bench.author(t) as actor,
    bench.ticket_id(t) as ticket_id, bench.id(14, n) as request_id, now() - interval '365 days' * (1 - n / {events}.0) as at,
    case when n % 5 = 0 then 'comment.create' else 'ticket.view' end as action
  from (select n, 1 + n % {tickets} as t from generate_series(1::bigint, {events}) n) s
) e;

insert into audit_payloads (event_id, customer_id, salt, payload)
select bench.id(13, n), bench.customer_id(1 + n % {tickets}), sha256(n::text::bytea), jsonb_build_object('comment_id', bench.id(6, n))
from generate_series(5::bigint, {events}, 5) n;
