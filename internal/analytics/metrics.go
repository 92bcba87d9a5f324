package analytics

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/db"
	"clientportal/internal/metric"
)

// metricsOf are the metrics that a customer's dashboards can show: those of the
// known systems, and what the customer's other sources call their own.
func (s *Service) metricsOf(ctx context.Context, tx *db.Tx, customer uuid.UUID) (*metric.Registry, error) {
	rows, err := analyticsdb.New(tx).OwnMetrics(ctx, customer)
	if err != nil || len(rows) == 0 {
		return s.Metrics, err
	}
	var own []metric.Metric
	at := map[string]int{}
	for _, row := range rows {
		i, twice := at[row.Name] // in two sources: the first says what it means
		if _, known := s.Metrics.Find(row.Name); known {
			continue
		}
		if !twice {
			i = len(own)
			at[row.Name] = i
			own = append(own, ownMetric(row))
		}
		for _, dimension := range row.Dimensions {
			own[i].Dimensions[dimension] = row.SourceType
		}
	}
	return metric.NewRegistry(s.Metrics.All(), slices.DeleteFunc(own, func(m metric.Metric) bool {
		return m.Aggregation == metric.Ratio && (!sums(own, m.Numerator) || !sums(own, m.Denominator))
	}))
}

// sums reports whether a metric is there and added up. What a ratio divides always is
// in its own source; another's of the same name may mean something else.
func sums(own []metric.Metric, name string) bool {
	return slices.ContainsFunc(own, func(m metric.Metric) bool { return m.Name == name && m.Aggregation == metric.Sum })
}

func ownMetric(row analyticsdb.OwnMetricsRow) metric.Metric {
	m := metric.Metric{
		Name: row.Name, Label: row.Label, Definition: row.Definition, Unit: metric.Unit(row.Unit), Aggregation: metric.Aggregation(row.Aggregation),
		Better: metric.Better(row.Better), Hidden: row.Hidden, Report: row.SourceType, Dimensions: map[string]string{},
	}
	if row.Numerator != nil && row.Denominator != nil {
		m.Numerator, m.Denominator, m.Report = *row.Numerator, *row.Denominator, ""
	}
	return m
}

// metricsFor is metricsOf for who has no transaction.
func (s *Service) metricsFor(ctx context.Context, customer uuid.UUID) (metrics *metric.Registry, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		metrics, err = s.metricsOf(ctx, tx, customer)
		return err
	})
	return metrics, err
}
