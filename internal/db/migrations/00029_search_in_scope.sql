-- Full-text search that reads the index for whoever asks. Its operator @@ is not
-- leakproof, so row-level security lets no index answer it for a client or an employee
-- with assigned customers: all tickets of the company were read. These functions look as
-- the schema's owner, for whom there is nothing to check, and among the customers in scope
-- only: the customer is a word of each text. They give ids and nothing else; whoever asks
-- reads the rows of those ids under their own policies.

-- +goose Up
-- No text that a person types begins with a space: it is no word's beginning.
create index client_tickets_words on client_tickets using gin ((search || array_to_tsvector(array[' ' || customer_id::text])));
create index ticket_comments_words on ticket_comments using gin ((search || array_to_tsvector(array[' ' || customer_id::text])));
drop index client_tickets_search, ticket_comments_search;

create policy search on client_tickets for select to current_user using (true);
create policy search on ticket_comments for select to current_user using (true);

-- search_in_scope is the same query among the customers in scope; one without words stays so,
-- and meets nothing.
create function search_in_scope(words tsquery) returns tsquery language sql stable set search_path = public, pg_temp as $$
  select case when current_setting('role') in ('portal_agency', 'portal_system') or numnode(words) = 0 then words
    else words && (select string_agg('''' || ' ' || id || '''', '|')::tsquery from unnest(app_customers()) id) end
$$;

-- search_tickets are those whose title or description has the words, up to so many; null: all.
create function search_tickets(words tsquery, most bigint) returns setof uuid
language sql stable security definer set search_path = public, pg_temp rows 500 as $$
  select id from client_tickets where (search || array_to_tsvector(array[' ' || customer_id::text])) @@ search_in_scope(words) limit most
$$;

-- search_comments are those that have the words, internal ones among them.
create function search_comments(words tsquery, most bigint) returns setof uuid
language sql stable security definer set search_path = public, pg_temp rows 500 as $$
  select id from ticket_comments where (search || array_to_tsvector(array[' ' || customer_id::text])) @@ search_in_scope(words) limit most
$$;
revoke all on function search_in_scope, search_tickets, search_comments from public;
grant execute on function search_tickets, search_comments to portal_client, portal_staff, portal_agency, portal_system;

-- +goose Down
drop function search_tickets, search_comments, search_in_scope;
drop policy search on client_tickets;
drop policy search on ticket_comments;
create index client_tickets_search on client_tickets using gin (search);
create index ticket_comments_search on ticket_comments using gin (search);
drop index client_tickets_words, ticket_comments_words;
