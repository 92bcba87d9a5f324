package analytics

import (
	"context"

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
			own = append(own, metric.Metric{
				Name: row.Name, Label: row.Label, Definition: row.Definition, Unit: metric.Unit(row.Unit), Aggregation: metric.Aggregation(row.Aggregation),
				Better: metric.Better(row.Better), Hidden: row.Hidden, Report: row.SourceType, Dimensions: map[string]string{},
			})
		}
		for _, dimension := range row.Dimensions {
			own[i].Dimensions[dimension] = row.SourceType
		}
	}
	return metric.NewRegistry(s.Metrics.All(), own)
}

// metricsFor is metricsOf for who has no transaction.
func (s *Service) metricsFor(ctx context.Context, customer uuid.UUID) (metrics *metric.Registry, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		metrics, err = s.metricsOf(ctx, tx, customer)
		return err
	})
	return metrics, err
}
