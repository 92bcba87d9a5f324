-- Reports of other programs' hours between their upload and their import.

-- +goose Up
create table time_imports (
  id uuid primary key,
  employee_id uuid not null references employees (id) on delete cascade,  -- who uploaded it, and alone sees it
  file_name text not null,
  format text not null,                -- toggl, harvest, clockify
  header text[] not null,
  rows jsonb not null,                 -- [{"line": 2, "cells": […]}, …]
  date_order text not null default '', -- day_first, month_first; '' as the file shows
  is_retainer boolean not null default false,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  imported_at timestamptz,
  entries_made integer not null default 0,
  minutes_made integer not null default 0
);
create index time_imports_expiry on time_imports (expires_at);
grant select, insert, update, delete on time_imports to portal_staff, portal_agency, portal_system;

-- What the navigation counts on every page.
create index time_tracking_to_approve on time_tracking (customer_id) where approval = 'pending' and deleted_at is null and not internal;
create index time_tracking_to_answer on time_tracking (employee_id) where approval = 'rejected' and deleted_at is null;

-- +goose Down
drop index time_tracking_to_approve, time_tracking_to_answer;
drop table time_imports;
