-- What people are told of, and by which way.

-- +goose Up

-- What one person is told of one event. Its words are those of the time.
create table notifications (
  id uuid primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  user_id uuid,
  employee_id uuid references employees (id) on delete cascade,
  kind text not null,
  event_id uuid not null,
  subject_type text not null,
  subject_id uuid not null,
  who text not null,
  text text not null,
  about text not null,
  note text not null,
  path text not null,
  created_at timestamptz not null,
  read_at timestamptz,
  mailing text check (mailing in ('at_once', 'grouped', 'daily')),  -- null: no mail, or one of the feature's own
  mail_due_at timestamptz,
  mail_id uuid,                        -- the mail that tells of it, once it is on its way
  unique (customer_id, id),
  check (num_nonnulls(user_id, employee_id) = 1),
  check ((mailing is null) = (mail_due_at is null)),
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id) on delete cascade
);
create unique index notifications_once on notifications (event_id, kind, coalesce(user_id, employee_id));
create index notifications_user on notifications (user_id, customer_id, created_at desc, id desc) where user_id is not null;
create index notifications_employee on notifications (employee_id, created_at desc, id desc) where employee_id is not null;
create index notifications_user_unread on notifications (user_id, customer_id) where user_id is not null and read_at is null;
create index notifications_employee_unread on notifications (employee_id) where employee_id is not null and read_at is null;
create index notifications_due on notifications (mail_due_at) where mailing is not null and mail_id is null and read_at is null;
create index notifications_mail on notifications (mail_id) where mail_id is not null;
select secure_tenant('notifications');
-- What an employee is told may be internal to the agency.
create policy own_side on notifications as restrictive to portal_client using (user_id is not null) with check (user_id is not null);
grant select (id, customer_id, user_id, kind, subject_type, subject_id, who, text, about, note, path, created_at, read_at, mailing, mail_id),
      update (read_at, mailing, mail_due_at) on notifications to portal_client;

-- How somebody wants to hear of events: {"kind": "at_once", "grouped", "daily" or
-- "none"}. A kind that is not there is as it is for everybody.
create table member_notification_settings (
  customer_id uuid not null references customers (id) on delete cascade,
  user_id uuid not null,
  mail jsonb not null default '{}',
  digest_hour smallint not null default 8 check (digest_hour between 0 and 23),  -- of the reader's own day
  updated_at timestamptz not null,
  primary key (customer_id, user_id),
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id) on delete cascade
);
select secure_tenant('member_notification_settings');
grant select, insert, update on member_notification_settings to portal_client;

create table employee_notification_settings (
  employee_id uuid primary key references employees (id) on delete cascade,
  mail jsonb not null default '{}',
  digest_hour smallint not null default 8 check (digest_hour between 0 and 23),
  updated_at timestamptz not null
);
grant select, insert, update on employee_notification_settings to portal_staff, portal_agency, portal_system;

-- What addresses for replies are signed with; sealed by the portal's secret keys.
create table reply_key (
  id boolean primary key default true check (id),  -- one row
  sealed text not null
);
grant select, insert on reply_key to portal_system;

-- +goose Down
drop table reply_key, employee_notification_settings, member_notification_settings, notifications;
