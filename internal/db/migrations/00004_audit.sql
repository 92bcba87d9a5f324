-- The audit trail: see docs/architecture.md and internal/audit. Nobody may
-- change or remove an event; payloads alone can be erased.

-- +goose Up
create table audit_events (
  id uuid primary key,
  customer_id uuid references customers (id),  -- null: an event of the agency itself
  occurred_at timestamptz not null,
  action text not null,
  outcome text not null check (outcome in ('success', 'failure', 'denied')),
  actor_kind text not null check (actor_kind in ('client', 'staff', 'program', 'system', 'anonymous')),
  actor_id uuid,
  actor_name text not null,
  on_behalf_of uuid,                   -- view as client: the portal user whose view it is
  subject_type text,
  subject_id uuid,
  address text,
  request_id text,
  leaf bytea not null,                 -- the exact bytes that the tree holds
  unique (customer_id, id)
);
create index audit_events_customer on audit_events (customer_id, occurred_at desc, id desc);
create index audit_events_time on audit_events (occurred_at desc, id desc);
create index audit_events_actor on audit_events (actor_id, occurred_at desc, id desc);
select secure_tenant('audit_events');
revoke all on audit_events from portal_staff, portal_agency, portal_system;
grant select, insert on audit_events to portal_client, portal_staff, portal_agency, portal_system;
create policy agency on audit_events for insert to portal_staff with check (customer_id is null);

create table audit_payloads (
  event_id uuid primary key,
  customer_id uuid,
  salt bytea not null,
  payload jsonb not null,
  foreign key (event_id) references audit_events (id),
  unique (customer_id, event_id)
);
select secure_tenant('audit_payloads');
revoke all on audit_payloads from portal_staff, portal_agency, portal_system;
grant select, insert on audit_payloads to portal_client, portal_staff, portal_agency, portal_system;
grant delete on audit_payloads to portal_system;
create policy agency on audit_payloads for insert to portal_staff with check (customer_id is null);

-- What is not sealed yet, in the order in which it will be. It empties all the time.
create table audit_pending (
  occurred_at timestamptz not null,
  event_id uuid not null,
  primary key (occurred_at, event_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
grant insert on audit_pending to portal_client, portal_staff, portal_agency;
grant select, insert, delete on audit_pending to portal_system;

create table audit_leaves (
  idx bigint primary key,
  event_id uuid not null unique references audit_events (id)
);
grant select, insert on audit_leaves to portal_system;

create table audit_tiles (
  level integer not null,
  n bigint not null,
  width integer not null,
  data bytea not null,
  primary key (level, n)
);
grant select, insert, update on audit_tiles to portal_system;

create table audit_checkpoints (
  size bigint primary key,
  root bytea not null,
  note text,
  signed_at timestamptz
);
create index audit_checkpoints_unsigned on audit_checkpoints (size) where note is null;
grant select, insert, update (note, signed_at) on audit_checkpoints to portal_system;

-- +goose Down
drop table audit_checkpoints, audit_tiles, audit_leaves, audit_pending, audit_payloads, audit_events;
