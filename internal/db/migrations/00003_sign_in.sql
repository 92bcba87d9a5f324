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

-- What was typed at registration. Its password becomes one only when the mail of
-- this very registration is verified.
create table registrations (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  password_hash text not null,
  first_name text not null,
  last_name text not null,
  phone text,
  invitation_hash bytea,               -- SHA-256 of the invitation's token, where one came
  user_id uuid references client_portal_users (id) on delete cascade,  -- once a link is on its way
  created_at timestamptz not null default now()
);
create unique index registrations_user on registrations (user_id);
create index registrations_email on registrations (lower(email));
grant select, insert, update, delete on registrations to portal_system;

create index client_portal_users_verification on client_portal_users (email_verification_token)
  where email_verification_token is not null;
create index client_portal_users_reset on client_portal_users (password_reset_token)
  where password_reset_token is not null;

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
drop index client_portal_users_verification, client_portal_users_reset;
drop table idempotency_keys, throttles, registrations, recovery_codes, access_tokens, sessions;
