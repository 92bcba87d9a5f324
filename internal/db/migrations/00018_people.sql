-- Files of what the agency tells of a project and hands over, new addresses of
-- accounts, and the agency's words in mails.

-- +goose Up
create table project_attachments (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  quote_id uuid not null,
  update_id uuid,
  deliverable_id uuid,
  round integer,                       -- of the deliverable, in which the file came
  uploaded_by text not null,           -- the person's name
  file_name text not null,
  content_type text not null,          -- as detected, not as claimed
  size_bytes bigint not null check (size_bytes >= 0),
  sha256 bytea not null,
  storage_key text not null unique,
  created_at timestamptz not null,
  unique (customer_id, id),
  check (num_nonnulls(update_id, deliverable_id) = 1 and (deliverable_id is null) = (round is null)),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete cascade,
  foreign key (customer_id, update_id) references project_updates (customer_id, id) on delete cascade,
  foreign key (customer_id, deliverable_id) references deliverables (customer_id, id) on delete cascade
);
create index project_attachments_update on project_attachments (update_id, created_at, id);
create index project_attachments_deliverable on project_attachments (deliverable_id, created_at, id);
create index project_attachments_quote on project_attachments (quote_id);
select secure_tenant('project_attachments');
grant select on project_attachments to portal_client;

-- The agency's own words in some mails. A mail without a row says what it says anyway.
create table mail_words (
  kind text primary key,
  intro text not null,
  closing text not null,
  updated_at timestamptz not null
);
grant select, insert, update, delete on mail_words to portal_agency, portal_system;

create index notifications_age on notifications (created_at);

-- The address that somebody asked to be their account's, until they confirm it.
create table address_changes (
  owner_id uuid primary key,           -- a client user or an employee
  realm text not null check (realm in ('client', 'staff')),
  session_id uuid not null,            -- in which it was asked for: it goes on
  email text not null,
  token_hash bytea unique,             -- SHA-256 of what the mail carries; null until it is sent
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index address_changes_expiry on address_changes (expires_at);
grant select, insert, update, delete on address_changes to portal_system;

-- +goose Down
drop table address_changes;
drop index notifications_age;
drop table mail_words;
drop table project_attachments;
