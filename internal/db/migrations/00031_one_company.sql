-- A client's scope is one company, and is compared as one. As a list of companies it was
-- guessed to be ten, and a list beside the customer that a query names made the planner
-- expect a hundredth of the rows: it then read and sorted all of a company's hours for a
-- page of them, in place of following the index that has them in order.

-- +goose Up
-- The company of a client: the first and only customer in scope.
create function app_customer() returns uuid language sql stable return (app_customers())[1];

-- +goose StatementBegin
create or replace function secure_tenant(t regclass, tenant text default 'customer_id') returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security, force row level security', t);
  execute format('create policy company on %s to portal_client
    using (%2$I = (select app_customer())) with check (%2$I = (select app_customer()))', t, tenant);
  execute format('create policy scope on %s to portal_staff
    using (%2$I = any ((select app_customers())::uuid[])) with check (%2$I = any ((select app_customers())::uuid[]))', t, tenant);
  execute format('create policy everything on %s to portal_agency, portal_system using (true) with check (true)', t);
  execute format('grant select, insert, update, delete on %s to portal_staff, portal_agency, portal_system', t);
end $$;

do $$
declare
  secured record;
begin
  for secured in
    select polrelid::regclass as t, case when polrelid = 'customers'::regclass then 'id' else 'customer_id' end as tenant
    from pg_policy where polname = 'scope' and 'portal_client'::regrole = any (polroles)
  loop
    execute format('alter policy scope on %s to portal_staff', secured.t);
    execute format('create policy company on %s to portal_client
      using (%2$I = (select app_customer())) with check (%2$I = (select app_customer()))', secured.t, secured.tenant);
  end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
do $$
declare
  secured record;
begin
  for secured in select polrelid::regclass as t from pg_policy where polname = 'company' and 'portal_client'::regrole = any (polroles) loop
    execute format('drop policy company on %s', secured.t);
    execute format('alter policy scope on %s to portal_client, portal_staff', secured.t);
  end loop;
end $$;
create or replace function secure_tenant(t regclass, tenant text default 'customer_id') returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security, force row level security', t);
  execute format('create policy scope on %s to portal_client, portal_staff
    using (%2$I = any ((select app_customers())::uuid[]))
    with check (%2$I = any ((select app_customers())::uuid[]))', t, tenant);
  execute format('create policy everything on %s to portal_agency, portal_system using (true) with check (true)', t);
  execute format('grant select, insert, update, delete on %s to portal_staff, portal_agency, portal_system', t);
end $$;
-- +goose StatementEnd
drop function app_customer;
