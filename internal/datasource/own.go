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
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/metric"
)

// OwnMetric is a metric of a source that is no known system, in the agency's words.
type OwnMetric struct {
	Name        string   `json:"name" example:"push.deals" doc:"The kind of source, a dot, and a word of small letters"`
	Label       string   `json:"label" maxLength:"80"`
	Definition  string   `json:"definition,omitempty" maxLength:"300" doc:"One sentence for the reader of a tile"`
	Unit        string   `json:"unit" enum:"count,money,percent,seconds,number"`
	Aggregation string   `json:"aggregation" enum:"sum,last,ratio" doc:"How days add up: flows are summed, of a stock the last counts, a ratio is the sum of one metric over that of another"`
	Numerator   string   `json:"numerator,omitempty" doc:"Of a ratio: the name of a metric of the same source that is summed"`
	Denominator string   `json:"denominator,omitempty" doc:"Of a ratio: by which it is divided"`
	Better      string   `json:"better,omitempty" enum:"up,down" doc:"The direction in which a change is good"`
	Currency    *string  `json:"currency,omitempty" doc:"ISO 4217, of money that comes without one"`
	Hidden      bool     `json:"hidden,omitempty" doc:"Internal to the agency: no client sees it"`
	Dimensions  []string `json:"dimensions,omitempty" maxItems:"5" doc:"By which it can be split"`
}

// metric is the same as dashboards know metrics.
func (m OwnMetric) metric(sourceType string) metric.Metric {
	known := metric.Metric{
		Name: m.Name, Label: m.Label, Definition: m.Definition, Unit: metric.Unit(m.Unit), Aggregation: metric.Aggregation(m.Aggregation),
		Better: metric.Better(m.Better), Hidden: m.Hidden, Numerator: m.Numerator, Denominator: m.Denominator, Dimensions: map[string]string{},
	}
	if known.Aggregation != metric.Ratio {
		known.Report = sourceType
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
		list[i] = OwnMetric{
			Name: r.Name, Label: r.Label, Definition: r.Definition, Unit: r.Unit, Aggregation: r.Aggregation, Numerator: maybe.Value(r.Numerator),
			Denominator: maybe.Value(r.Denominator), Better: r.Better, Currency: r.Currency, Hidden: r.Hidden, Dimensions: r.Dimensions,
		}
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
// stay, and are shown no more. With ifMatch, they must still be those of that tag.
func (s *Service) DefineMetrics(ctx context.Context, id uuid.UUID, ifMatch string, list []OwnMetric) ([]OwnMetric, error) {
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
		before, err := ownMetrics(ctx, q, id)
		if err == nil {
			err = api.CheckMatch(ifMatch, api.ContentTag(before))
		}
		if err != nil {
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
		Unit: m.Unit, Aggregation: m.Aggregation, Numerator: maybe.Of(m.Numerator), Denominator: maybe.Of(m.Denominator), Better: m.Better, Currency: m.Currency, Hidden: m.Hidden, Dimensions: orNone(m.Dimensions), Position: int32(position),
	})
	if err != nil {
		return err
	}
	return q.HideFacts(ctx, datasourcedb.HideFactsParams{SourceID: l.ID, Metric: m.Name, Internal: m.Hidden})
}

// keepMeaning keeps what a file says nothing about of metrics that are there already:
// what they mean, and the ratios that are made of them.
func keepMeaning(ctx context.Context, q *datasourcedb.Queries, source uuid.UUID, imported []OwnMetric) error {
	kept, err := ownMetrics(ctx, q, source)
	if err != nil {
		return err
	}
	for i, m := range imported {
		for _, k := range kept {
			ofIt := k.Numerator == m.Name || k.Denominator == m.Name
			switch {
			case k.Name == m.Name && k.Aggregation == string(metric.Ratio):
				return fault.InvalidField("columns", "%s is a ratio of other columns. Give this one another label.", k.Label)
			case ofIt && m.Aggregation != string(metric.Sum):
				return fault.InvalidField("columns", "%s is made of %s, which has to be added up.", k.Label, m.Label)
			case ofIt && m.Hidden && !k.Hidden:
				return fault.InvalidField("columns", "%s is made of %s, which therefore can't be internal.", k.Label, m.Label)
			case k.Name == m.Name:
				imported[i].Definition, imported[i].Better = k.Definition, k.Better
			}
		}
	}
	return nil
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
		check.That(slices.Contains([]string{"sum", "last", "ratio"}, m.Aggregation), at("aggregation"), "Choose sum, last or ratio.")
		checkRatio(&check, list, m, at)
		check.That(m.Better == "" || m.Better == "up" || m.Better == "down", at("better"), "Choose up or down, or leave it out.")
		check.That(m.Currency == nil || currencyCode.MatchString(*m.Currency), at("currency"), "Write three capital letters, such as EUR.")
		check.That(len(m.Dimensions) <= 5, at("dimensions"), "Use at most five.")
		for _, d := range m.Dimensions {
			check.That(dimensionKey.MatchString(d), at("dimensions"), "A name is small letters, digits and underscores: channel.")
		}
	}
	return check.Err()
}

// checkRatio looks at what a ratio divides: two metrics of the same source that are
// summed, so that it is the sum of the one over the sum of the other for any days.
func checkRatio(check *fault.Check, list []OwnMetric, m OwnMetric, at func(field string) string) {
	for field, name := range map[string]string{"numerator": m.Numerator, "denominator": m.Denominator} {
		if m.Aggregation != string(metric.Ratio) {
			check.That(name == "", at(field), "Only a ratio has one.")
			continue
		}
		i := slices.IndexFunc(list, func(other OwnMetric) bool { return other.Name == name })
		switch {
		case name == "":
			check.Add(at(field), "Choose which metric it is made of.")
		case name == m.Name:
			check.Add(at(field), "A ratio can't be made of itself.")
		case i < 0:
			check.Add(at(field), "The source has no metric %.60q, or no longer.", name)
		case list[i].Aggregation != string(metric.Sum):
			check.Add(at(field), "%s is not added up over days. Choose one that is.", list[i].Label)
		case list[i].Hidden && !m.Hidden:
			check.Add(at("hidden"), "%s is internal, so what is made of it has to be internal, too.", list[i].Label)
		}
	}
	if m.Aggregation == string(metric.Ratio) {
		check.That(m.Numerator == "" || m.Numerator != m.Denominator, at("denominator"), "Choose another one than above.")
		check.That(len(m.Dimensions) == 0, at("dimensions"), "Leave it out: a ratio can be split as both its parts can.")
		check.That(m.Currency == nil, at("currency"), "Leave it out: a ratio has the currency of what is divided.")
	}
}
