package app

import (
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"clientportal/internal/audit"
)

// metrics is what the portal tells Prometheus, at a private address.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(pool *pgxpool.Pool, sealer *audit.Sealer) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "portal_request_seconds", Help: "Time to answer, by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "status"}),
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests,
		gauge("portal_audit_seal_lag_seconds", "Age of the oldest event that is not sealed yet; above 60 something is wrong.",
			func() float64 { return sealer.Lag().Seconds() }),
		gauge("portal_database_connections", "Open connections to the database.",
			func() float64 { return float64(pool.Stat().TotalConns()) }),
		gauge("portal_database_connections_busy", "Connections that are at work.",
			func() float64 { return float64(pool.Stat().AcquiredConns()) }),
		gauge("portal_database_waits_total", "Times that a request waited for a connection.",
			func() float64 { return float64(pool.Stat().EmptyAcquireCount()) }),
	)
	return m
}

// handler serves the metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// observed measures each answer under the pattern of its route, so that ids do not
// make series of their own. It stands right around the table of routes.
func (m *metrics) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		if r.Pattern != "" {
			m.requests.WithLabelValues(r.Pattern, strconv.Itoa(seen.status)).Observe(time.Since(began).Seconds())
		}
	})
}
