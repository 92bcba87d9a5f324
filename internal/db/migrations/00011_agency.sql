-- What the agency says about itself: its logo, and the words under its mails.

-- +goose Up
alter table agency
  add column mail_signature text not null default '',
  add column logo bytea,                -- a PNG that the portal drew itself
  add column logo_hash text;            -- in its address, so that browsers fetch a new one
grant select on agency to portal_client, portal_staff, portal_agency, portal_system;

-- +goose Down
alter table agency drop column mail_signature, drop column logo, drop column logo_hash;
