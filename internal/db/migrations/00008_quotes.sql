-- What a quote offers, what was decided about it, and what a project tells of
-- itself: updates, and deliverables that the customer signs off.

-- +goose Up
alter table quotes
  drop column decided_at,
  drop column decided_by_user_id,
  drop column decision_comment,
  add column intro text not null default '',
  add column tax_rate numeric(5,2) check (tax_rate between 0 and 100),  -- percent, on top of the lines
  add column valid_until date,              -- to the end of that day, in the customer's zone
  add column approved_at timestamptz;       -- null: what it offers now is not approved
grant update (status, approved_at, updated_at) on quotes to portal_client;
create index quotes_recent on quotes (updated_at desc, id desc);
create index client_tickets_quote on client_tickets (customer_id, quote_id, updated_at desc) where quote_id is not null;
create index time_tracking_quote on time_tracking (customer_id, quote_id) include (minutes, billable, approval, internal)
  where quote_id is not null and deleted_at is null;

-- What was dropped before it was sent stays the agency's own affair.
drop policy not_drafts on quotes;
create policy not_drafts on quotes as restrictive to portal_client
  using (status <> 'draft' and (status <> 'cancelled' or sent_at is not null));

-- Phases change places in one statement, at whose end the positions are unique again.
alter table quote_phases
  drop constraint quote_phases_quote_id_position_key,
  add constraint quote_phases_position unique (quote_id, position) deferrable;

create table quote_lines (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  quote_id uuid not null,
  position integer not null check (position > 0),
  description text not null,
  quantity numeric(12,3) not null check (quantity > 0),
  unit text not null default '',
  unit_price numeric(12,2) not null,        -- below zero: a discount
  unique (customer_id, id),
  unique (quote_id, position),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete cascade
);
select secure_tenant('quote_lines');
create policy not_drafts on quote_lines as restrictive to portal_client
  using (exists (select from quotes q where q.customer_id = quote_lines.customer_id and q.id = quote_lines.quote_id));
grant select on quote_lines to portal_client;

-- A decision binds to the version that was shown, and keeps that version whole.
create table quote_decisions (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  quote_id uuid not null,
  version integer not null,
  approved boolean not null,
  user_id uuid not null,
  name text not null,                       -- the person's, at the time
  address text not null,                    -- where they were, as far as the portal knows
  comment text,
  snapshot jsonb not null,
  decided_at timestamptz not null,
  unique (customer_id, id),
  unique (quote_id, version),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete cascade,
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id)
);
select secure_tenant('quote_decisions');
revoke update, delete on quote_decisions from portal_staff, portal_agency, portal_system;
grant select, insert on quote_decisions to portal_client;

-- Who of the customer has read which version.
create table quote_reads (
  customer_id uuid not null,
  quote_id uuid not null,
  version integer not null,
  user_id uuid not null,
  read_at timestamptz not null,
  primary key (quote_id, version, user_id),
  unique (customer_id, quote_id, version, user_id),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete cascade,
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id)
);
select secure_tenant('quote_reads');
grant select, insert on quote_reads to portal_client;

create table project_updates (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  quote_id uuid not null,
  author_employee_id uuid not null references employees (id),
  body text not null,
  created_at timestamptz not null,
  unique (customer_id, id),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete cascade
);
create index project_updates_recent on project_updates (quote_id, created_at desc, id desc);
select secure_tenant('project_updates');
grant select on project_updates to portal_client;

create table deliverables (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  quote_id uuid not null,
  phase_id uuid,
  name text not null,
  note text not null default '',
  url text,
  status text not null default 'delivered' check (status in ('delivered', 'accepted', 'changes_requested')),
  round integer not null default 1,         -- how many times it was delivered
  delivered_by_employee_id uuid not null references employees (id),
  delivered_at timestamptz not null,
  decided_by_user_id uuid,
  decided_by_name text,                     -- at the time
  decided_at timestamptz,
  comment text,                             -- theirs, with the decision
  unique (customer_id, id),
  check ((status = 'delivered') = (decided_at is null)),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete cascade,
  foreign key (customer_id, phase_id) references quote_phases (customer_id, id) on delete set null (phase_id),
  foreign key (customer_id, decided_by_user_id) references customer_members (customer_id, user_id)
);
create index deliverables_quote on deliverables (quote_id, delivered_at, id);
select secure_tenant('deliverables');
grant select, update (status, decided_by_user_id, decided_by_name, decided_at, comment) on deliverables to portal_client;

-- Approved quotes as projects, with what follows from their phases: progress by
-- weight, rounded down; the phase that is worked on, or else comes next; what
-- waits for the client; and the first day on which something unfinished is due.
create view projects with (security_invoker = true) as
select q.id, q.customer_id, q.number, q.name, q.project_type, q.status, q.intro, q.total, q.currency, q.version,
       q.created_by_employee_id, q.approved_at, q.created_at, q.updated_at,
       case when q.status = 'completed' then 100 else coalesce(p.progress, 0) end::integer as progress_percent,
       p.phase_count, p.phases_done,
       case when q.status in ('approved', 'in_progress') then p.current_phase end as current_phase,
       case when q.status in ('approved', 'in_progress') then p.waiting_on end as waiting_on,
       q.status in ('approved', 'in_progress') and p.blocked as blocked,
       coalesce(q.start_date, p.starts) as start_date,
       coalesce(q.due_date, p.ends) as due_date,
       case when q.status in ('approved', 'in_progress') then least(p.next_due, q.due_date) end as next_due
from quotes q cross join lateral (
  select sum(weight * progress_percent) / sum(weight) as progress,
         count(*)::integer as phase_count,
         count(*) filter (where status = 'completed')::integer as phases_done,
         min(planned_start) as starts,
         max(planned_end) as ends,
         min(planned_end) filter (where status <> 'completed') as next_due,
         coalesce(bool_or(status = 'blocked'), false) as blocked,
         (array_agg(name order by status = 'not_started', position) filter (where status <> 'completed'))[1] as current_phase,
         (array_agg(coalesce(waiting_on, name) order by position) filter (where status = 'waiting_for_client'))[1] as waiting_on
  from quote_phases where quote_phases.customer_id = q.customer_id and quote_phases.quote_id = q.id
) p
where q.status in ('approved', 'in_progress', 'completed') or q.status = 'cancelled' and q.approved_at is not null;
grant select on projects to portal_client, portal_staff, portal_agency, portal_system;

-- +goose Down
drop view projects;
drop table deliverables, project_updates, quote_reads, quote_decisions, quote_lines;
drop index quotes_recent, client_tickets_quote, time_tracking_quote;
drop policy not_drafts on quotes;
create policy not_drafts on quotes as restrictive to portal_client using (status <> 'draft');
alter table quote_phases
  drop constraint quote_phases_position,
  add constraint quote_phases_quote_id_position_key unique (quote_id, position);
alter table quotes
  drop column intro, drop column tax_rate, drop column valid_until, drop column approved_at,
  add column decided_at timestamptz,
  add column decided_by_user_id uuid references client_portal_users (id) on delete restrict,
  add column decision_comment text;
grant update (decided_at, decided_by_user_id, decision_comment) on quotes to portal_client;
