-- View as client: an employee sees the portal as one of a customer's people does.

-- +goose Up
create table view_as_sessions (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,    -- SHA-256: the token itself is only in the cookie
  session_id uuid not null references sessions (id) on delete cascade,  -- the employee's, with which the view ends
  customer_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  unique (customer_id, id),
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id) on delete cascade
);
create index view_as_sessions_session on view_as_sessions (session_id);
create index view_as_sessions_member on view_as_sessions (customer_id, user_id);
create index view_as_sessions_expiry on view_as_sessions (expires_at);
alter table view_as_sessions enable row level security, force row level security;
create policy everything on view_as_sessions to portal_system using (true) with check (true);
grant select, insert, delete on view_as_sessions to portal_system;

-- +goose Down
drop table view_as_sessions;
