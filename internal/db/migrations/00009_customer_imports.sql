-- Files of customers between their upload and their import, and the agency's way to
-- sign a customer's people out when it closes the customer.

-- +goose Up
create table customer_imports (
  id uuid primary key,
  employee_id uuid not null references employees (id) on delete cascade,  -- who uploaded it
  file_name text not null,
  header text[] not null,
  fields text[] not null,              -- what each column holds; '' for what is left out
  rows jsonb not null,                 -- [{"line": 2, "cells": […]}, …]
  created_at timestamptz not null,
  expires_at timestamptz not null,
  imported_at timestamptz,
  customers_made integer not null default 0,
  stakeholders_made integer not null default 0
);
create index customer_imports_expiry on customer_imports (expires_at);
grant select, insert, update, delete on customer_imports to portal_agency, portal_system;

create policy companies on sessions to portal_agency using (customer_id is not null);
grant select (customer_id), delete on sessions to portal_agency;
create policy companies on access_tokens to portal_agency using (customer_id is not null);
grant select (customer_id), delete on access_tokens to portal_agency;

-- +goose Down
revoke all on sessions, access_tokens from portal_agency;
drop policy companies on access_tokens;
drop policy companies on sessions;
drop table customer_imports;
