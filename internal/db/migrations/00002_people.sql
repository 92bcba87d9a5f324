-- The agency, its customers, and the people of both.

-- +goose Up
create table agency (
  id boolean primary key default true check (id),  -- one row
  name text not null default 'Your agency',
  accent text not null default '#0d5c6f' check (accent ~ '^#[0-9a-f]{6}$'),
  support_email text,
  legal_line text not null default '',
  timezone text not null default 'Europe/London',
  updated_at timestamptz not null default now()
);
insert into agency default values;
grant select on agency to portal_client, portal_staff, portal_agency, portal_system;
grant update on agency to portal_agency, portal_system;

create table employees (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  first_name text not null,
  last_name text not null,
  title text,
  phone text,
  role text not null check (role in ('admin', 'manager', 'agent')),
  timezone text,
  is_active boolean not null default true,
  password_hash text,
  auth_provider text not null default 'email',
  auth_provider_id text,
  last_login_at timestamptz,
  password_reset_token text,           -- SHA-256 in hex, of a token that only the mail holds
  password_reset_expires_at timestamptz,
  email_verified boolean not null default false,
  email_verification_token text,       -- likewise
  email_verification_expires_at timestamptz,
  email_verified_at timestamptz,
  two_factor_enabled boolean not null default false,
  two_factor_secret text,              -- Tink AEAD, the row's id as associated data
  two_factor_last_step bigint not null default 0,  -- a code is good once
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index employees_email on employees (lower(email));
create unique index employees_provider on employees (auth_provider, auth_provider_id) where auth_provider_id is not null;
grant select (id, first_name, last_name, title, phone, is_active) on employees to portal_client;
grant select (id, email, first_name, last_name, title, phone, role, timezone, is_active, last_login_at,
              email_verified, two_factor_enabled, created_at, updated_at) on employees to portal_staff, portal_agency;
grant insert (id, email, first_name, last_name, title, phone, role, timezone),
      update (first_name, last_name, title, phone, role, timezone, is_active, updated_at) on employees to portal_agency;
grant select, insert, update on employees to portal_system;

create table customers (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  slug text not null unique,
  website text,
  client_type text check (client_type in ('b2b', 'b2c')),
  business_model text check (business_model in ('lead_gen', 'online_sales')),
  website_type text check (website_type in ('brochure', 'transactional')),
  timezone text not null default 'Europe/London',
  currency text not null default 'GBP' check (currency ~ '^[A-Z]{3}$'),
  contact_employee_id uuid references employees (id),  -- whom the client calls
  ticket_prefix text not null check (ticket_prefix ~ '^[A-Z0-9]{1,6}$'),
  last_ticket_number integer not null default 0,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index customers_ticket_prefix on customers (ticket_prefix);
select secure_tenant('customers', 'id');
grant select, update (last_ticket_number) on customers to portal_client;

-- Which employees serve which customers.
create table customer_employees (
  customer_id uuid not null references customers (id) on delete cascade,
  employee_id uuid not null references employees (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (customer_id, employee_id)
);
create index customer_employees_employee on customer_employees (employee_id);
select secure_tenant('customer_employees');
grant select on customer_employees to portal_client;

-- The people whom onboarding knows at a customer.
create table customer_stakeholders (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,
  email text not null,
  first_name text not null,
  last_name text not null,
  title text,
  phone text,
  is_primary_contact boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id)
);
create unique index customer_stakeholders_email on customer_stakeholders (customer_id, lower(email));
create index customer_stakeholders_lookup on customer_stakeholders (lower(email));
select secure_tenant('customer_stakeholders');
grant select on customer_stakeholders to portal_client;

create table client_portal_users (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,  -- the company they came with
  customer_stakeholder_id uuid,
  email text not null,
  password_hash text,
  auth_provider text not null default 'email',
  auth_provider_id text,
  first_name text,
  last_name text,
  phone text,
  timezone text,
  is_active boolean not null default true,
  is_primary_contact boolean not null default false,
  last_login_at timestamptz,
  password_reset_token text,           -- SHA-256 in hex, of a token that only the mail holds
  password_reset_expires_at timestamptz,
  email_verified boolean not null default false,
  email_verification_token text,       -- likewise
  email_verification_expires_at timestamptz,
  email_verified_at timestamptz,
  two_factor_enabled boolean not null default false,
  two_factor_secret text,              -- Tink AEAD, the row's id as associated data
  two_factor_last_step bigint not null default 0,  -- a code is good once
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id),
  foreign key (customer_id, customer_stakeholder_id) references customer_stakeholders (customer_id, id)
    on delete set null (customer_stakeholder_id)
);
create unique index client_portal_users_email on client_portal_users (lower(email));
create unique index client_portal_users_provider on client_portal_users (auth_provider, auth_provider_id) where auth_provider_id is not null;
select secure_tenant('client_portal_users');
revoke all on client_portal_users from portal_staff, portal_agency;
grant select (id, customer_id, customer_stakeholder_id, email, first_name, last_name, phone, timezone, is_active,
              is_primary_contact, last_login_at, email_verified, email_verified_at, two_factor_enabled, created_at, updated_at)
  on client_portal_users to portal_client, portal_staff, portal_agency;
grant update (first_name, last_name, phone, timezone, is_active, is_primary_contact, updated_at)
  on client_portal_users to portal_staff, portal_agency;

-- A person's place in a company: the same person may belong to several. People
-- are deactivated, never deleted, so that a company keeps its history.
create table customer_members (
  customer_id uuid not null references customers (id) on delete cascade,
  user_id uuid not null references client_portal_users (id) on delete restrict,
  role text not null check (role in ('admin', 'approver', 'member', 'viewer')),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (customer_id, user_id)
);
create index customer_members_user on customer_members (user_id);
select secure_tenant('customer_members');
grant select on customer_members to portal_client;

-- A colleague whose first company is another one is still a colleague.
create policy colleagues on client_portal_users for select to portal_client, portal_staff
  using (exists (select from customer_members m where m.user_id = client_portal_users.id));

create table invitations (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,
  email text not null,
  role text not null check (role in ('admin', 'approver', 'member', 'viewer')),
  token_hash bytea not null unique,
  invited_by_name text not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  unique (customer_id, id)
);
create index invitations_email on invitations (lower(email)) where accepted_at is null and revoked_at is null;
select secure_tenant('invitations');
grant select (id, customer_id, email, role, invited_by_name, expires_at, accepted_at, revoked_at, created_at), insert,
      update (revoked_at) on invitations to portal_client;

-- +goose Down
drop table invitations, customer_members, client_portal_users, customer_stakeholders, customer_employees, customers, employees, agency;
