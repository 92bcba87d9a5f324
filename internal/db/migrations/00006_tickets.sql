-- A ticket has two sides: client_tickets is what both sides see, tickets is the
-- agency's view of the same ticket (its number, queue, assignee and clocks).

-- +goose Up
create table sla_policies (
  priority text primary key check (priority in ('low', 'medium', 'high', 'urgent')),
  first_response_minutes integer not null check (first_response_minutes between 1 and 50000),  -- working minutes
  next_response_minutes integer not null check (next_response_minutes between 1 and 50000)     -- likewise
);
insert into sla_policies values ('urgent', 60, 120), ('high', 240, 480), ('medium', 480, 960), ('low', 1440, 2400);
grant select on sla_policies to portal_client, portal_staff, portal_agency, portal_system;
grant update on sla_policies to portal_agency;

create table tickets (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,
  number text not null,                -- DG-213: the customer's prefix and count
  queue text not null default 'support',
  assignee_id uuid references employees (id),
  first_response_due_at timestamptz,
  first_responded_at timestamptz,
  awaited_since timestamptz not null,  -- when the clock of the next answer began to run
  -- When the next answer is due: 'infinity' while the client is asked (the clock
  -- is paused), null once the ticket is resolved or closed.
  answer_due_at timestamptz,
  version integer not null default 1,  -- counts every change, internal ones too
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id),
  unique (customer_id, number)
);
create index tickets_queue on tickets (answer_due_at, id) include (customer_id, assignee_id);
create index tickets_assignee on tickets (assignee_id, answer_due_at, id) where answer_due_at is not null;
create index tickets_open on tickets (customer_id, answer_due_at) include (assignee_id) where answer_due_at is not null; -- to count
create index tickets_number on tickets (number);
select secure_tenant('tickets');
-- A client reads the number and the clocks that concern them; raising and
-- answering a ticket moves its clocks.
grant select (id, customer_id, number, assignee_id, first_response_due_at, first_responded_at, awaited_since, answer_due_at, version, created_at),
      insert (id, customer_id, number, first_response_due_at, awaited_since, answer_due_at, created_at, updated_at),
      update (first_response_due_at, awaited_since, answer_due_at, version, updated_at)
  on tickets to portal_client;

create table client_tickets (
  id uuid primary key default gen_random_uuid(),
  ticket_id uuid not null,
  customer_id uuid not null references customers (id) on delete cascade,
  number text not null,                -- as in tickets, so that a list reads one table
  quote_id uuid,
  created_by_user_id uuid not null,
  title text not null,
  description text not null,
  category text,
  priority text not null default 'medium' check (priority in ('low', 'medium', 'high', 'urgent')),
  status text not null default 'open' check (status in ('open', 'in_progress', 'waiting_for_client', 'resolved', 'closed')),
  assigned_to text,                    -- the assignee's name, as the client reads it
  internal_notes text,
  resolution text,
  resolved_at timestamptz,
  resolved_by text,
  comment_count integer not null default 0,  -- public ones
  search tsvector not null generated always as (
    setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', description), 'B')) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),  -- moves with what the client sees, never with what is internal
  unique (customer_id, id),
  foreign key (customer_id, ticket_id) references tickets (customer_id, id) on delete cascade,
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete set null (quote_id),
  foreign key (customer_id, created_by_user_id) references customer_members (customer_id, user_id)
);
create unique index client_tickets_ticket on client_tickets (ticket_id);
create index client_tickets_recent on client_tickets (customer_id, updated_at desc, id desc);
create index client_tickets_status on client_tickets (customer_id, status, updated_at desc, id desc);
create index client_tickets_all_recent on client_tickets (updated_at desc, id desc);
create index client_tickets_all_newest on client_tickets (created_at desc, id desc);
create index client_tickets_all_urgent on client_tickets (array_position(array['low', 'medium', 'high', 'urgent'], priority), id);
create index client_tickets_search on client_tickets using gin (search);
select secure_tenant('client_tickets');
grant select (id, ticket_id, customer_id, number, quote_id, created_by_user_id, title, description, category, priority, status,
              assigned_to, resolution, resolved_at, resolved_by, comment_count, search, created_at, updated_at),
      insert (id, ticket_id, customer_id, number, quote_id, created_by_user_id, title, description, category, priority, created_at, updated_at),
      update (title, description, category, priority, status, quote_id, resolution, resolved_at, resolved_by, comment_count, updated_at)
  on client_tickets to portal_client;

create table ticket_comments (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  client_ticket_id uuid not null,
  author_user_id uuid,
  author_employee_id uuid references employees (id),
  body text not null,
  internal boolean not null default false,
  search tsvector not null generated always as (to_tsvector('simple', body)) stored,
  created_at timestamptz not null default now(),
  unique (customer_id, id),
  check (num_nonnulls(author_user_id, author_employee_id) = 1),
  check (author_user_id is null or not internal),
  foreign key (customer_id, client_ticket_id) references client_tickets (customer_id, id) on delete cascade,
  foreign key (customer_id, author_user_id) references customer_members (customer_id, user_id)
);
create index ticket_comments_ticket on ticket_comments (client_ticket_id, created_at, id);
create index ticket_comments_search on ticket_comments using gin (search);
select secure_tenant('ticket_comments');
create policy public_only on ticket_comments as restrictive to portal_client using (not internal) with check (not internal);
grant select, insert on ticket_comments to portal_client;

-- What happened to a ticket between its comments, for both sides to read.
create table ticket_changes (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  client_ticket_id uuid not null,
  changed_by text not null,            -- the person's name
  field text not null check (field in ('status', 'assigned_to', 'priority')),
  old_value text,
  new_value text,
  created_at timestamptz not null default now(),
  unique (customer_id, id),
  foreign key (customer_id, client_ticket_id) references client_tickets (customer_id, id) on delete cascade
);
create index ticket_changes_ticket on ticket_changes (client_ticket_id, created_at, id);
select secure_tenant('ticket_changes');
grant select, insert on ticket_changes to portal_client;

create table ticket_attachments (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  client_ticket_id uuid not null,
  comment_id uuid,                     -- null: it came with the ticket itself
  uploaded_by text not null,           -- the person's name
  file_name text not null,
  content_type text not null,          -- as detected, not as claimed
  size_bytes bigint not null check (size_bytes >= 0),
  sha256 bytea not null,
  storage_key text not null unique,
  internal boolean not null default false,
  created_at timestamptz not null default now(),
  unique (customer_id, id),
  foreign key (customer_id, client_ticket_id) references client_tickets (customer_id, id) on delete cascade,
  foreign key (customer_id, comment_id) references ticket_comments (customer_id, id) on delete cascade
);
create index ticket_attachments_ticket on ticket_attachments (client_ticket_id, created_at, id);
select secure_tenant('ticket_attachments');
create policy public_only on ticket_attachments as restrictive to portal_client using (not internal) with check (not internal);
grant select, insert on ticket_attachments to portal_client;

-- Who hears of a ticket by mail, besides the assignee.
create table ticket_followers (
  customer_id uuid not null,
  client_ticket_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (client_ticket_id, user_id),
  unique (customer_id, client_ticket_id, user_id),
  foreign key (customer_id, client_ticket_id) references client_tickets (customer_id, id) on delete cascade,
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id)
);
select secure_tenant('ticket_followers');
grant select, insert, delete on ticket_followers to portal_client;

-- +goose Down
drop table ticket_followers, ticket_attachments, ticket_changes, ticket_comments, client_tickets, tickets, sla_policies;
