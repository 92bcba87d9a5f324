-- Roles and the tenant scope.
--
-- The portal's connections start as portal_app, which owns nothing and reaches
-- no table of ours. Each unit of work then becomes one of the four working
-- roles for its transaction, together with its scope (see internal/db):
--   portal_client  a customer's person: their company only, and of that not
--                  what is internal to the agency
--   portal_staff   an employee with assigned customers: those customers
--   portal_agency  a staff admin: every customer
--   portal_system  the portal itself: sign-in before the person is known, jobs
-- Roles belong to the whole cluster, so another portal may have made them.

-- +goose Up
-- +goose StatementBegin
do $$
declare r text;
begin
  foreach r in array array['portal_app', 'portal_client', 'portal_staff', 'portal_agency', 'portal_system'] loop
    if not exists (select from pg_roles where rolname = r) then
      begin
        execute format('create role %I nologin', r);
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
  end loop;
end $$;
-- +goose StatementEnd

grant usage on schema public to portal_app, portal_client, portal_staff, portal_agency, portal_system;

-- The customers in scope. After a transaction the setting reads '', not NULL.
create function app_customers() returns uuid[] language sql stable
  return nullif(current_setting('app.customer_ids', true), '')::uuid[];

-- secure_tenant puts a table under the tenant scope. The scope is read once a
-- query (a sub-select), not once a row. Clients get no grant here: each table
-- says what they may reach.
-- +goose StatementBegin
create function secure_tenant(t regclass, tenant text default 'customer_id') returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security, force row level security', t);
  execute format('create policy scope on %s to portal_client, portal_staff
    using (%2$I = any ((select app_customers())::uuid[]))
    with check (%2$I = any ((select app_customers())::uuid[]))', t, tenant);
  execute format('create policy everything on %s to portal_agency, portal_system using (true) with check (true)', t);
  execute format('grant select, insert, update, delete on %s to portal_staff, portal_agency, portal_system', t);
end $$;
-- +goose StatementEnd

-- +goose Down
drop function secure_tenant;
drop function app_customers;
