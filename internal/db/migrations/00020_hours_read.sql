-- How the hours are read: what waits of a retainer, and what its closed periods come to,
-- without a look at each of its entries and rows.

-- +goose Up
create index time_tracking_undecided on time_tracking (retainer_id, date_worked)
  include (customer_id, minutes, approval, internal) where retainer_id is not null and deleted_at is null and approval <> 'approved';
drop index retainer_ledger_period;
create index retainer_ledger_period on retainer_ledger (retainer_id, period) include (customer_id, kind, minutes, day, amount, recorded_at);

-- +goose Down
drop index retainer_ledger_period;
create index retainer_ledger_period on retainer_ledger (retainer_id, period) include (kind, minutes);
drop index time_tracking_undecided;
