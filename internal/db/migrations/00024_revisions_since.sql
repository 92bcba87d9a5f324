-- What has changed since a moment: the summary of a retainer as it was known then reads
-- these revisions alone, and not all that a customer ever had.

-- +goose Up
create index time_entry_revisions_since on time_entry_revisions (customer_id, created_at) where revision > 1;

-- +goose Down
drop index time_entry_revisions_since;
