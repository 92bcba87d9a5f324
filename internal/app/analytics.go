package app

import (
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/metric"
)

// knownMetrics are the metrics of all connectors. One that is declared twice, or
// divides what is not there, is a fault of the program.
func knownMetrics(connectors []upstream.Source) *metric.Registry {
	var lists [][]metric.Metric
	for _, c := range connectors {
		lists = append(lists, c.Metrics())
	}
	registry, err := metric.NewRegistry(lists...)
	if err != nil {
		panic(err)
	}
	return registry
}

// sourceLabels are the connectors as people call them.
func sourceLabels(connectors []upstream.Source) map[string]string {
	labels := map[string]string{}
	for _, c := range connectors {
		labels[c.Type()] = c.Label()
	}
	return labels
}
