package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// printTable prints the figures as a table in Markdown. The share of the limit
// stands there twice: of its rate, and by processor time, which others on the
// machine disturb less.
func printTable(out io.Writer, rows []row) {
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| figure\t| portal, 1/s\t| limit, 1/s\t| %\t| % by CPU\t| p50, ms\t| p99, ms\t| max, ms\t| trips\t| CPU, ms: portal + PostgreSQL\t| CPU of the limit, ms\t| others, %\t| target\t|")
	fmt.Fprintln(w, "|---\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---\t|")
	var peak uint64
	for _, r := range rows {
		n := time.Duration(max(1, len(r.took)))
		cost := (r.spent.portal + r.spent.postgres + r.spent.bench) / n
		others := r.spent.machine - cost*n
		limit := "\t| \t| "
		if r.limit.rate > 0 {
			limit = fmt.Sprintf("%.0f\t| %.0f\t| %.0f", r.limit.rate, 100*r.rate()/r.limit.rate, 100*millis(r.limit.cost)/millis(cost))
		}
		fmt.Fprintf(w, "| %s\t| %.0f\t| %s\t| %.1f\t| %.1f\t| %.0f\t| %d\t| %.2f + %.2f\t| %.2f\t| %.0f\t| %s\t|\n",
			r.name, r.rate(), limit, millis(r.percentile(.5)), millis(r.percentile(.99)), millis(r.percentile(1)), r.trips,
			millis(r.spent.portal/n), millis(r.spent.postgres/n), millis(r.limit.cost), 100*others.Seconds()/r.spent.machine.Seconds(), r.target)
		peak = max(peak, r.peak)
	}
	_ = w.Flush()
	fmt.Fprintf(out, "\nmost memory of the portal, without PostgreSQL: %d MB (target 150 MB)\n", peak>>20)
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
