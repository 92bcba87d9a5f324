-- Everything about the data follows from its number, so that the load, pgbench and
-- these files agree on it without a look into a table. In braces stands what
-- depends on the scale.

create schema bench;
grant usage on schema bench to public;

-- The id of the n-th thing of a kind: in the order of n, and before every id that
-- the portal makes.
create function bench.id(kind int, n bigint) returns uuid language sql immutable parallel safe
  return ('00000000-0000-7' || lpad(to_hex(kind), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid;

-- A number in [0, 1) for each n and salt.
create function bench.roll(n bigint, salt int) returns float8 language sql immutable parallel safe
  return (hashint8extended(n, salt) & 2147483647) / 2147483648.0::float8;

-- Whose a row is: the largest customer has 3 % of everything, the median 0.07 %.
create function bench.customer(n bigint) returns int language sql immutable parallel safe
  return 1 + floor({customers} * bench.roll(n, 1) ^ 2)::int;

-- Ten people each, of whom the last two are viewers and write nothing.
create function bench.author(n bigint) returns int language sql immutable parallel safe
  return 10 * (bench.customer(n) - 1) + 1 + floor(8 * bench.roll(n, 2))::int;
create function bench.employee(n bigint) returns int language sql immutable parallel safe
  return 1 + floor({employees} * bench.roll(n, 3))::int;

-- What a request about the n-th ticket carries.
create function bench.ticket_id(n bigint) returns uuid language sql immutable parallel safe
  return bench.id(5, n);
create function bench.customer_id(n bigint) returns uuid language sql immutable parallel safe
  return bench.id(1, bench.customer(n));
create function bench.user_id(n bigint) returns uuid language sql immutable parallel safe
  return bench.id(2, bench.author(n));
create function bench.employee_id(n bigint) returns uuid language sql immutable parallel safe
  return bench.id(3, bench.employee(n));
create function bench.dashboard_id(n bigint) returns uuid language sql immutable parallel safe
  return bench.id(20, bench.customer(n));
create function bench.entry_id(n bigint) returns uuid language sql immutable parallel safe
  return bench.id(9, n);
create function bench.scope(n bigint) returns text language sql immutable parallel safe
  return '{' || bench.customer_id(n) || '}';
create function bench.token(n bigint) returns text language sql immutable parallel safe
  return 'bench-client-' || bench.author(n);
-- The first of each ten is their company's admin.
create function bench.approver(n bigint) returns int language sql immutable parallel safe
  return 10 * (bench.customer(n) - 1) + 1;
create function bench.approver_id(n bigint) returns uuid language sql immutable parallel safe
  return bench.id(2, bench.approver(n));
create function bench.approver_token(n bigint) returns text language sql immutable parallel safe
  return 'bench-client-' || bench.approver(n);
create function bench.approver_token_hash(n bigint) returns bytea language sql immutable parallel safe
  return sha256(bench.approver_token(n)::bytea);
create function bench.staff_token(n bigint) returns text language sql immutable parallel safe
  return 'bench-staff-' || bench.employee(n);
create function bench.token_hash(n bigint) returns bytea language sql immutable parallel safe
  return sha256(bench.token(n)::bytea);
create function bench.staff_token_hash(n bigint) returns bytea language sql immutable parallel safe
  return sha256(bench.staff_token(n)::bytea);

-- An id as the portal would make it: later than all others.
create function bench.new_id(run bigint, n bigint, client int, k int) returns uuid language sql immutable parallel safe
  return (lpad(to_hex(run), 8, '0') || lpad(to_hex(n), 8, '0') || lpad(to_hex(client), 8, '0') || lpad(to_hex(k), 8, '0'))::uuid;

-- Sentences whose words are used as unevenly as those of a language: the r-th most
-- common one 1/r as often as the first. What the list does not reach is made of two
-- of its words.
create unlogged table bench.phrases as
with words as (
  select string_to_array(
    'the a we is to it and on in not you for our page order please can when checkout still see customer '
    'this with after shop price be cart product image has have error product list button mail invoice delivery '
    'account shows login basket code number stock banner homepage update payment form broken link wrong since '
    'yesterday shipping address refund filter search mobile phone header footer menu colour logo font size picture '
    'category voucher discount coupon tax VAT report numbers traffic campaign advert tracking consent cookie privacy '
    'newsletter subscriber template release server hosting certificate domain redirect speed slow loading cache '
    'backup restore import export spreadsheet catalogue variant warehouse supplier return label parcel courier '
    'translation language German French currency euro pound dollar settlement bank transfer direct debit card '
    'declined fraud review rating comment moderator editor draft publish schedule calendar event booking slot '
    'appointment clinic location map opening hours holiday season sale clearance bundle gift wrapping subscription '
    'renewal cancel upgrade contract quote estimate phase milestone deadline meeting agenda minutes feedback approval', ' ') as w
)
select n, (
  select string_agg(case when rank < cardinality(w) then w[1 + rank] else w[1 + rank % cardinality(w)] || w[1 + rank % 97] end, ' ' order by k) || '.'
  from words, generate_series(1, 6 + (n % 9)) k, lateral (select floor(20000 ^ bench.roll(n * 16 + k, 4))::int - 1 as rank) r) as body
from generate_series(0, 19999) n;
alter table bench.phrases add primary key (n);

create function bench.phrase(n bigint, salt int) returns int language sql immutable parallel safe
  return floor(20000 * bench.roll(n, salt))::int;
