-- Full-text search that costs what the reader's own customers cost. Its operator @@ is
-- not leakproof, so row-level security lets no index answer it for a client or an
-- employee with assigned customers: all tickets of the company were read. And an index of
-- all customers' words gathers everybody's "invoice" to find one's own.
--
-- So the index has each word of each customer. The two functions look as the schema's
-- owner, for whom there is nothing to check, and give ids and nothing else; whoever asks
-- reads the rows of those ids under their own policies, and looks at their words again.

-- +goose Up
-- customer_words are a text's words as the index has them: each after the customer's id.
create function customer_words(customer uuid, words tsvector) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array(select customer || ' ' || left(word, 200) from unnest(tsvector_to_array(words)) word))
$$;
-- customer_query is the same for a query, which only asks for all of its words.
create function customer_query(customer uuid, words tsquery) returns tsquery language sql immutable parallel safe as $$
  select regexp_replace(regexp_replace(words::text, '''((?:[^'']|'''')+)''', '''' || customer || ' \1''', 'g'), '<(-|\d+)>', '&', 'g')::tsquery
$$;
create index client_tickets_words on client_tickets using gin (customer_words(customer_id, search));
create index ticket_comments_words on ticket_comments using gin (customer_words(customer_id, search));
drop index client_tickets_search, ticket_comments_search;

create policy search on client_tickets for select to current_user using (true);
create policy search on ticket_comments for select to current_user using (true);

-- search_tickets are those of the customers, as far as they are in scope, whose title or
-- description may have the words, up to so many.
create function search_tickets(customers uuid[], words tsquery, most bigint) returns setof uuid
language sql stable security definer set search_path = public, pg_temp rows 500 as $$
  select t.id from unnest(customers) c, lateral (
    select id from client_tickets where customer_words(customer_id, search) @@ customer_query(c, words)) t
  where current_setting('role') not in ('portal_client', 'portal_staff') or c = any (app_customers())
  limit most
$$;

-- search_comments are the comments, for the agency internal ones too.
create function search_comments(customers uuid[], words tsquery, most bigint) returns setof uuid
language sql stable security definer set search_path = public, pg_temp rows 500 as $$
  select t.id from unnest(customers) c, lateral (
    select id, internal from ticket_comments where customer_words(customer_id, search) @@ customer_query(c, words)) t
  where (current_setting('role') not in ('portal_client', 'portal_staff') or c = any (app_customers()))
    and (current_setting('role') <> 'portal_client' or not t.internal)
  limit most
$$;
revoke all on function search_tickets, search_comments from public;
grant execute on function search_tickets, search_comments to portal_client, portal_staff, portal_agency, portal_system;

-- +goose Down
drop function search_tickets, search_comments;
drop policy search on client_tickets;
drop policy search on ticket_comments;
create index client_tickets_search on client_tickets using gin (search);
create index ticket_comments_search on ticket_comments using gin (search);
drop index client_tickets_words, ticket_comments_words;
drop function customer_words, customer_query;
