package datasource

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// OwnMetric is a metric of a source that is no known system, in the agency's words.
type OwnMetric struct {
	Name        string   `json:"name" example:"push.deals" doc:"The kind of source, a dot, and a word of small letters"`
	Label       string   `json:"label" maxLength:"80"`
	Definition  string   `json:"definition,omitempty" maxLength:"300" doc:"One sentence for the reader of a tile"`
	Unit        string   `json:"unit" enum:"count,money,percent,seconds,number"`
	Aggregation string   `json:"aggregation" enum:"sum,last" doc:"How days add up: flows are summed, of a stock the last counts"`
	Better      string   `json:"better,omitempty" enum:"up,down" doc:"The direction in which a change is good"`
	Currency    *string  `json:"currency,omitempty" doc:"ISO 4217, of money that comes without one"`
	Hidden      bool     `json:"hidden,omitempty" doc:"Internal to the agency: no client sees it"`
	Dimensions  []string `json:"dimensions,omitempty" maxItems:"5" doc:"By which it can be split"`
}

// metric is the same as dashboards know metrics.
func (m OwnMetric) metric(sourceType string) metric.Metric {
	known := metric.Metric{
		Name: m.Name, Label: m.Label, Definition: m.Definition, Unit: metric.Unit(m.Unit), Aggregation: metric.Aggregation(m.Aggregation),
		Better: metric.Better(m.Better), Hidden: m.Hidden, Report: sourceType, Dimensions: map[string]string{},
	}
	for _, d := range m.Dimensions {
		known.Dimensions[d] = sourceType
	}
	return known
}

func (s *Service) ownMetrics(ctx context.Context, source uuid.UUID) (list []OwnMetric, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = ownMetrics(ctx, datasourcedb.New(tx), source)
		return err
	})
	return list, err
}

func ownMetrics(ctx context.Context, q *datasourcedb.Queries, source uuid.UUID) ([]OwnMetric, error) {
	rows, err := q.SourceMetrics(ctx, source)
	list := make([]OwnMetric, len(rows))
	for i, r := range rows {
		list[i] = OwnMetric{r.Name, r.Label, r.Definition, r.Unit, r.Aggregation, r.Better, r.Currency, r.Hidden, r.Dimensions}
	}
	return list, err
}

// OwnMetrics are what a source says of its own metrics.
func (s *Service) OwnMetrics(ctx context.Context, id uuid.UUID) ([]OwnMetric, error) {
	who, _ := actor.From(ctx)
	if err := mayRead(who); err != nil {
		return nil, err
	}
	if _, err := s.read(ctx, id); err != nil {
		return nil, err
	}
	return s.ownMetrics(ctx, id)
}

const maxOwnMetrics = 50

var (
	ownName      = regexp.MustCompile(`^(csv|push)\.[a-z][a-z0-9_]{0,48}$`)
	dimensionKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,48}$`)
	currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)
)

// DefineMetrics says what a source's metrics are. Numbers of one that is left out
// stay, and are shown no more.
func (s *Service) DefineMetrics(ctx context.Context, id uuid.UUID, list []OwnMetric) ([]OwnMetric, error) {
	if _, err := manager(ctx); err != nil {
		return nil, err
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if _, known := s.known(l.SourceType); known {
			return fault.New(fault.Conflict, "The metrics of this kind of source are known.")
		}
		if err := checkMetrics(l.SourceType, list); err != nil {
			return err
		}
		if err := q.DropSourceMetrics(ctx, id); err != nil {
			return err
		}
		names := make([]string, len(list))
		for i, m := range list {
			names[i] = m.Name
			if err := defineMetric(ctx, q, l, m, i); err != nil {
				return err
			}
		}
		tx.Record(about("define_metrics", l.CustomerID, id, map[string]any{"metrics": names}))
		announce(tx, l.CustomerID, id)
		return q.SetSettings(ctx, datasourcedb.SetSettingsParams{ID: id, Settings: l.Settings, Now: clock.Now(ctx)})
	})
	if err != nil {
		return nil, fmt.Errorf("define the metrics of a data source: %w", err)
	}
	return s.ownMetrics(ctx, id)
}

func defineMetric(ctx context.Context, q *datasourcedb.Queries, l loaded, m OwnMetric, position int) error {
	err := q.AddSourceMetric(ctx, datasourcedb.AddSourceMetricParams{
		CustomerID: l.CustomerID, SourceID: l.ID, Name: m.Name, Label: strings.TrimSpace(m.Label), Definition: strings.TrimSpace(m.Definition),
		Unit: m.Unit, Aggregation: m.Aggregation, Better: m.Better, Currency: m.Currency, Hidden: m.Hidden, Dimensions: orNone(m.Dimensions), Position: int32(position),
	})
	if err != nil {
		return err
	}
	return q.HideFacts(ctx, datasourcedb.HideFactsParams{SourceID: l.ID, Metric: m.Name, Internal: m.Hidden})
}

func checkMetrics(sourceType string, list []OwnMetric) error {
	var check fault.Check
	check.That(len(list) <= maxOwnMetrics, "metrics", "A source has at most %d metrics.", maxOwnMetrics)
	seen := map[string]bool{}
	for i, m := range list {
		at := func(field string) string { return fmt.Sprintf("metrics[%d].%s", i, field) }
		check.That(ownName.MatchString(m.Name) && strings.HasPrefix(m.Name, sourceType+"."), at("name"), "A name is %s, a dot, and small letters, digits and underscores: %s.deals.", sourceType, sourceType)
		check.That(!seen[m.Name], at("name"), "There are two metrics of this name.")
		seen[m.Name] = true
		label := strings.TrimSpace(m.Label)
		check.That(label != "" && utf8.RuneCountInString(label) <= 80, at("label"), "Say in at most 80 characters what it is.")
		check.That(slices.Contains([]string{"count", "money", "percent", "seconds", "number"}, m.Unit), at("unit"), "Choose count, money, percent, seconds or number.")
		check.That(m.Aggregation == "sum" || m.Aggregation == "last", at("aggregation"), "Choose sum or last.")
		check.That(m.Better == "" || m.Better == "up" || m.Better == "down", at("better"), "Choose up or down, or leave it out.")
		check.That(m.Currency == nil || currencyCode.MatchString(*m.Currency), at("currency"), "Write three capital letters, such as EUR.")
		check.That(len(m.Dimensions) <= 5, at("dimensions"), "Use at most five.")
		for _, d := range m.Dimensions {
			check.That(dimensionKey.MatchString(d), at("dimensions"), "A name is small letters, digits and underscores: channel.")
		}
	}
	return check.Err()
}
