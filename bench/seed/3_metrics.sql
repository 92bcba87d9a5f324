-- A dashboard for each customer, of twelve widgets, and two years of its numbers: as
-- many parts of each dimension as make the rows that are wanted.
insert into analytics_dashboard_configs (id, customer_id, dashboard_name, client_type, business_model, config)
select bench.id(20, n), bench.id(1, n), 'Online shop', 'b2c', 'online_sales', jsonb_build_object('version', 1, 'widgets', w)
from generate_series(1, {customers}) n, (
  select jsonb_agg(jsonb_build_object('id', 'w' || i, 'kind', kind, 'width', 6, 'measures', measures)
    || case when dimension <> '' then jsonb_build_object('dimension', dimension) else '{}' end order by i) as w
  from (
    select i, kind, dimension, (select jsonb_agg(jsonb_build_object('metric', m)) from unnest(string_to_array(metrics, ' ')) m) as measures
    from (values
      (1, 'number', '', 'shopify.gross_revenue'), (2, 'number', '', 'shopify.orders'), (3, 'number', '', 'shopify.average_order_value'),
      (4, 'number', '', 'ga4.sessions'), (5, 'number', '', 'shopify.abandonment_rate'), (6, 'number', '', 'shopify.returning_rate'),
      (7, 'work_results', '', 'shopify.gross_revenue'), (8, 'bar', 'channel', 'ga4.sessions'), (9, 'donut', 'product', 'shopify.gross_revenue'),
      (10, 'funnel', '', 'ga4.sessions ga4.items_viewed ga4.add_to_carts ga4.checkouts ga4.ecommerce_purchases'),
      (11, 'table', 'source_medium', 'ga4.sessions ga4.key_events'), (12, 'table', 'product', 'shopify.gross_revenue shopify.units_sold shopify.orders')
    ) as v(i, kind, dimension, metrics)) each
  ) all_widgets;

insert into analytics_data_sources (id, customer_id, source_type, source_name, connection_status, connected_at, last_sync_at, complete_to, zone, currency)
select bench.id(case kind when 'ga4' then 21 else 22 end, n), bench.id(1, n), kind, kind || ' ' || n, 'connected', now(), now(), current_date,
  'Europe/London', case kind when 'ga4' then '' else 'GBP' end
from generate_series(1, {customers}) n, unnest(array['ga4', 'shopify']) kind;

select ensure_metric_months(current_date - 730, current_date);

-- Day by day, as syncs write them: the rows of a source are spread over the table.
insert into metric_facts (customer_id, source_id, day, report, metric, dimensions, value, currency, zone)
select bench.id(1, c), bench.id(case when metric like 'ga4%' then 21 else 22 end, c), day::date, report, metric,
  case when dimension <> '' then jsonb_build_object(dimension, dimension || ' ' || p) end,
  round((1000 * bench.roll(c * 1000 + extract(doy from day)::int, p) / p)::numeric, 2),
  case when metric like '%revenue' then 'GBP' end, 'Europe/London'
from generate_series(current_date - 730, current_date - 1, interval '1 day') day, generate_series(1, {customers}) c, (values
  ('ga4.sessions', 'daily', ''), ('ga4.items_viewed', 'items', ''), ('ga4.add_to_carts', 'shop', ''), ('ga4.checkouts', 'shop', ''),
  ('ga4.ecommerce_purchases', 'shop', ''), ('shopify.gross_revenue', 'orders', ''), ('shopify.orders', 'orders', ''),
  ('shopify.returning_orders', 'orders', ''), ('shopify.checkouts_started', 'checkouts', ''), ('shopify.checkouts_abandoned', 'checkouts', ''),
  ('ga4.sessions', 'channel', 'channel'), ('ga4.sessions', 'source_medium', 'source_medium'), ('ga4.key_events', 'source_medium', 'source_medium'),
  ('shopify.gross_revenue', 'products', 'product'), ('shopify.units_sold', 'products', 'product'), ('shopify.orders', 'products', 'product')
) as m(metric, report, dimension),
generate_series(1, case when dimension = '' then 1 else greatest(1, round(({metrics} / (730.0 * {customers}) - 10) / 6)::int) end) p;

-- What follows from them, as keep_metric_months makes it.
insert into metric_months (customer_id, source_id, month, report, metric, dimensions, currency, zone, internal, days, day_values, day_flags, total, all_flags)
select customer_id, source_id, date_trunc('month', day::timestamp)::date, report, metric, dimensions, currency, zone, internal,
  array_agg(extract(day from day)::smallint), array_agg(value), array_agg(flags), sum(value), bit_or(flags)
from metric_facts group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
