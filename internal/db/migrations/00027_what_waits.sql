-- What start pages and menus read of a customer: its tickets that are open, and its
-- hours that wait for an answer, of which they need no more than the index has.

-- +goose Up
create index client_tickets_open on client_tickets (customer_id, status, updated_at) where status in ('open', 'in_progress', 'waiting_for_client');
drop index time_tracking_to_approve;
create index time_tracking_to_approve on time_tracking (customer_id) include (minutes, pending_since)
  where approval = 'pending' and deleted_at is null and not internal;

-- +goose Down
drop index client_tickets_open, time_tracking_to_approve;
create index time_tracking_to_approve on time_tracking (customer_id) where approval = 'pending' and deleted_at is null and not internal;
