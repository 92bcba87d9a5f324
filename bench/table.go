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
	fmt.Fprintln(w, "| figure\t| portal/s\t| limit/s\t| %\t| % by CPU\t| p50\t| p99\t| max\t| trips\t| CPU, ms: portal + PostgreSQL\t| limit\t| others\t| target\t|")
	fmt.Fprintln(w, "|---\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---:\t|---\t|")
	var peak uint64
	for _, r := range rows {
		n := time.Duration(max(1, len(r.took)))
		cost := (r.spent.portal + r.spent.postgres + r.spent.bench) / n
		others := r.spent.machine - cost*n
		fmt.Fprintf(w, "| %s\t| %.0f\t| %.0f\t| %.0f\t| %.0f\t| %s\t| %s\t| %s\t| %d\t| %.2f + %.2f\t| %.2f\t| %.0f %%\t| %s\t|\n",
			r.name, r.rate(), r.limit.rate, 100*r.rate()/r.limit.rate, 100*millis(r.limit.cost)/millis(cost),
			ms(r.percentile(.5)), ms(r.percentile(.99)), ms(r.percentile(1)), r.trips,
			millis(r.spent.portal/n), millis(r.spent.postgres/n), millis(r.limit.cost), 100*others.Seconds()/r.spent.machine.Seconds(), r.target)
		peak = max(peak, r.peak)
	}
	_ = w.Flush()
	fmt.Fprintf(out, "\nmost memory of the portal, without PostgreSQL: %d MB (target 150 MB)\n", peak>>20)
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", millis(d)) }
