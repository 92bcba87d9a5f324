package datasource

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// Query asks for what is stored of one metric.
type Query struct {
	Metric    string
	From, To  string
	By        string // "day" or "total"
	Dimension string // "" for none
}

// Series is what is stored of one metric. What is not known is left out, and never 0.
type Series struct {
	Items []Point     `json:"items"`
	Flags SeriesFlags `json:"flags"`
}

// Point is one number.
type Point struct {
	Date      *Day    `json:"date,omitempty"`
	Dimension *string `json:"dimension,omitempty"`
	Value     string  `json:"value" example:"1204.5"`
	Currency  *string `json:"currency,omitempty" doc:"ISO 4217, of money"`
}

// SeriesFlags say what is not exact about the numbers.
type SeriesFlags struct {
	Provisional bool `json:"provisional" doc:"The system may still change some of it"`
	Thresholded bool `json:"thresholded" doc:"The system withheld small groups"`
	Sampled     bool `json:"sampled" doc:"Computed from a part of the data"`
	OtherRow    bool `json:"other_row" doc:"Small groups were put together"`
	Incomplete  bool `json:"incomplete" doc:"A part is missing"`
	Pending     bool `json:"pending" doc:"The system is being asked for this range; ask again in a moment"`
	Unavailable bool `json:"unavailable" doc:"The system does not give us this metric"`
}

func (f *SeriesFlags) add(flags int16) {
	has := func(flag upstream.Flags) bool { return upstream.Flags(flags)&flag != 0 }
	f.Provisional = f.Provisional || has(upstream.Provisional)
	f.Thresholded = f.Thresholded || has(upstream.Thresholded)
	f.Sampled = f.Sampled || has(upstream.Sampled)
	f.OtherRow = f.OtherRow || has(upstream.OtherRow)
	f.Incomplete = f.Incomplete || has(upstream.Incomplete)
}

// slot is where a number belongs in a series.
type slot struct {
	day       string
	dimension string
	currency  string
}

// values are the numbers of a series, by slot.
type values map[slot]decimal.Decimal

// Series is what is stored of a metric for a range of days, added up as the metric
// may be.
func (s *Service) Series(ctx context.Context, id uuid.UUID, query Query) (Series, error) {
	who, _ := actor.From(ctx)
	if err := mayRead(who); err != nil {
		return Series{}, err
	}
	w, err := parseRange(query.From, query.To, "query.from", "query.to")
	if err != nil {
		return Series{}, err
	}
	if w.From.AddDate(maxYears, 0, 0).Before(w.Until) {
		return Series{}, fault.InvalidField("query.to", "Ask for at most %d years.", maxYears)
	}
	l, err := s.read(ctx, id)
	if err != nil {
		return Series{}, err
	}
	m, parts, err := s.metricOf(ctx, l, query)
	if err != nil {
		return Series{}, err
	}
	r := reader{Service: s, l: l, window: w, byDay: query.By == "day", dimension: query.Dimension}
	for _, part := range append(parts, m) {
		r.flags.Unavailable = r.flags.Unavailable || slices.Contains(l.Unavailable, part.Name)
	}
	found, err := r.read(ctx, m, parts)
	if err != nil {
		return Series{}, fmt.Errorf("read a metric: %w", err)
	}
	return Series{Items: found.points(r.byDay, query.Dimension != ""), Flags: r.flags}, nil
}

// metricOf finds the metric of a query, and of a ratio what it divides.
func (s *Service) metricOf(ctx context.Context, l loaded, query Query) (m metric.Metric, parts []metric.Metric, err error) {
	registry, err := s.metricsOf(ctx, l)
	if err != nil {
		return m, nil, err
	}
	m, ok := registry.Find(query.Metric)
	if !ok {
		return m, nil, fault.InvalidField("query.metric", "This source has no such metric.")
	}
	if m.Aggregation == metric.Ratio {
		numerator, _ := registry.Find(m.Numerator)
		denominator, _ := registry.Find(m.Denominator)
		parts = []metric.Metric{numerator, denominator}
	}
	for _, part := range append(slices.Clone(parts), m) {
		if part.Aggregation != metric.Ratio && !part.Splits(query.Dimension) {
			return m, nil, fault.InvalidField("query.dimension", "%s can't be split by %s. It can by: %s.", m.Label, query.Dimension, strings.Join(slices.Sorted(maps.Keys(part.Dimensions)), ", "))
		}
	}
	return m, parts, nil
}

// metricsOf are the metrics of one source: its system's, or those that are its own.
func (s *Service) metricsOf(ctx context.Context, l loaded) (*metric.Registry, error) {
	if source, known := s.known(l.SourceType); known {
		return metric.NewRegistry(source.Metrics())
	}
	own, err := s.ownMetrics(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	list := make([]metric.Metric, len(own))
	for i, m := range own {
		list[i] = m.metric(l.SourceType)
	}
	return metric.NewRegistry(list)
}

// reader reads the numbers of one query.
type reader struct {
	*Service
	l         loaded
	window    upstream.Window
	byDay     bool
	dimension string
	flags     SeriesFlags
}

func (r *reader) read(ctx context.Context, m metric.Metric, parts []metric.Metric) (values, error) {
	if m.Aggregation != metric.Ratio {
		return r.plain(ctx, m)
	}
	above, err := r.plain(ctx, parts[0])
	if err != nil {
		return nil, err
	}
	below, err := r.plain(ctx, parts[1])
	if err != nil {
		return nil, err
	}
	return divided(above, below, m.Unit == metric.Money, !r.flags.Unavailable), nil
}

// ratioDigits is how exact a ratio is.
const ratioDigits = 10

// divided is the numbers of one series over those of another. Nothing over nothing,
// and anything over zero, is no number. Where there is something below and nothing
// above, that is none of it, as far as what is above is known at all.
func divided(above, below values, money, known bool) values {
	found := values{}
	for at, numerator := range above {
		denominator, ok := below[at]
		if !ok {
			bare := at
			bare.currency = ""
			denominator, ok = below[bare]
		}
		if !ok || denominator.IsZero() {
			continue
		}
		if !money {
			at.currency = ""
		}
		found[at] = numerator.DivRound(denominator, ratioDigits)
	}
	for at, denominator := range below {
		if known && !money && at.currency == "" && !denominator.IsZero() && !hasSlot(above, at) {
			found[at] = decimal.Zero
		}
	}
	return found
}

// hasSlot reports whether there is a number for this day and part in any currency.
func hasSlot(v values, at slot) bool {
	for other := range v {
		if other.day == at.day && other.dimension == at.dimension {
			return true
		}
	}
	return false
}

// plain reads a metric that is no ratio.
func (r *reader) plain(ctx context.Context, m metric.Metric) (values, error) {
	if m.Aggregation == metric.Distinct && !r.byDay {
		return r.distinct(ctx, m)
	}
	return r.facts(ctx, m)
}

// factsQuery adds up the rows of each day. What is a stock is the last day's.
const factsQuery = `

	with daily as (
		select day, coalesce(dimensions ->> $6, '') as part, coalesce(currency, '') as currency, sum(value) as value, bit_or(flags) as flags
		from metric_facts
		where source_id = $1 and metric = $2 and report = $3 and day >= $4 and day < $5 and ($6 = '' or dimensions ? $6)
		group by 1, 2, 3
	)
	select %s from daily %s`

func (r *reader) facts(ctx context.Context, m metric.Metric) (values, error) {
	columns, group := "day::text, part, currency, value, flags", ""
	switch {
	case r.byDay:
	case m.Aggregation == metric.Last:
		columns, group = "distinct on (part, currency) '', part, currency, value, flags", "order by part, currency, day desc"
	default:
		columns, group = "'', part, currency, sum(value), bit_or(flags)", "group by part, currency"
	}
	found := values{}
	err := r.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, fmt.Sprintf(factsQuery, columns, group), r.l.ID, m.Name, m.ReportFor(r.dimension), r.window.From, r.window.Until, r.dimension)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var at slot
			var value decimal.Decimal
			var flags int16
			if err := rows.Scan(&at.day, &at.dimension, &at.currency, &value, &flags); err != nil {
				return err
			}
			found[at] = value
			r.flags.add(flags)
		}
		return rows.Err()
	})
	return found, err
}

// points are the numbers in order: by day, then by part.
func (v values) points(byDay, split bool) []Point {
	slots := slices.SortedFunc(maps.Keys(v), func(a, b slot) int {
		return slices.Compare([]string{a.day, a.dimension, a.currency}, []string{b.day, b.dimension, b.currency})
	})
	points := make([]Point, 0, len(slots))
	for _, at := range slots {
		p := Point{Value: v[at].String()}
		if byDay {
			day := Day{}
			_ = day.UnmarshalText([]byte(at.day)) // PostgreSQL wrote it
			p.Date = &day
		}
		if split {
			p.Dimension = &at.dimension
		}
		if at.currency != "" {
			p.Currency = &at.currency
		}
		points = append(points, p)
	}
	return points
}
