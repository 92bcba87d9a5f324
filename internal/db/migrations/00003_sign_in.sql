-- Sessions, tokens and throttles. A row belongs to a client user (with the
-- company they are in at the moment) or to an employee.

-- +goose Up
create table sessions (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,    -- SHA-256: the token itself is only in the cookie
  user_id uuid references client_portal_users (id) on delete cascade,
  customer_id uuid,
  employee_id uuid references employees (id) on delete cascade,
  address text,
  user_agent text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check (num_nonnulls(user_id, employee_id) = 1),
  check ((user_id is null) = (customer_id is null)),
  unique (customer_id, id),
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id)
);
create index sessions_user on sessions (user_id);
create index sessions_employee on sessions (employee_id);
create index sessions_expiry on sessions (expires_at);
alter table sessions enable row level security, force row level security;
create policy everything on sessions to portal_system using (true) with check (true);
grant select, insert, update, delete on sessions to portal_system;

create table access_tokens (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,
  user_id uuid references client_portal_users (id) on delete cascade,
  customer_id uuid,
  employee_id uuid references employees (id) on delete cascade,
  name text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz not null,
  check (num_nonnulls(user_id, employee_id) = 1),
  check ((user_id is null) = (customer_id is null)),
  unique (customer_id, id),
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id)
);
create index access_tokens_user on access_tokens (user_id);
create index access_tokens_employee on access_tokens (employee_id);
alter table access_tokens enable row level security, force row level security;
create policy everything on access_tokens to portal_system using (true) with check (true);
grant select, insert, update, delete on access_tokens to portal_system;

create table recovery_codes (
  owner_id uuid not null,              -- a client user or an employee
  code_hash bytea not null,
  used_at timestamptz,
  primary key (owner_id, code_hash)
);
grant select, insert, update, delete on recovery_codes to portal_system;

-- Tries against one account or from one address, counted on every node together.
create table throttles (
  key text primary key,
  tries integer not null,
  window_ends_at timestamptz not null
);
grant select, insert, update, delete on throttles to portal_system;

-- Answers to requests that carried an Idempotency-Key, stored in the
-- transaction of the write they answer.
create table idempotency_keys (
  principal text not null,             -- kind and id of the caller, and the company
  key text not null,
  customer_id uuid references customers (id) on delete cascade,
  fingerprint bytea not null,          -- SHA-256 of method, path and body
  status integer not null,
  header jsonb not null,
  body bytea not null,
  created_at timestamptz not null default now(),
  primary key (principal, key),
  unique (customer_id, principal, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
select secure_tenant('idempotency_keys');
create policy own on idempotency_keys to portal_staff using (customer_id is null) with check (customer_id is null);
grant select, insert on idempotency_keys to portal_client;

-- +goose Down
drop table idempotency_keys, throttles, recovery_codes, access_tokens, sessions;
