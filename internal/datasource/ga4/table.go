package ga4

import (
	"fmt"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
)

// table turns the rows of a report into facts.
type table struct {
	session *session
	report  report
	window  upstream.Window
	seen    map[string]bool // rows by day and dimension: none may come twice
}

// notSet is Google's own word for a dimension that has no value.
const notSet = "(not set)"

// put checks a page as a whole before it hands on its facts.
func (t *table) put(page *reportAnswer, out upstream.Sink) error {
	if len(page.Rows) == 0 {
		return nil
	}
	at, err := positions(page)
	if err != nil {
		return err
	}
	if t.session.zone == "" {
		return upstream.Garbled(system, errNoZone.Error(), nil)
	}
	for _, row := range page.Rows {
		day, part, err := t.place(row, at)
		if err != nil {
			return err
		}
		fact := upstream.Fact{
			Report: t.report.name, Day: day, Zone: t.session.zone, Flags: t.session.flags(page.Metadata, day),
		}
		if t.report.by != "" {
			fact.Dimensions = map[string]string{t.report.by: part}
		}
		if err := t.session.putFields(fact, t.report.fields, row, at, page.Metadata, out); err != nil {
			return err
		}
	}
	return nil
}

// putFields hands on the numbers of a row, less those that the role withholds.
func (s *session) putFields(fact upstream.Fact, fields []field, row row, at map[string]int, m metadata, out upstream.Sink) error {
	for _, f := range fields {
		if s.denied[f.api] || m.restricts(f.api) {
			continue
		}
		i, ok := at[f.api]
		if !ok || i >= len(row.MetricValues) {
			return upstream.Garbled(system, "a row lacks "+f.api, nil)
		}
		n, err := upstream.Number(row.MetricValues[i].Value)
		if err != nil {
			return upstream.Garbled(system, f.api+" is no number", err)
		}
		fact.Metric, fact.Value, fact.Currency = "ga4."+f.metric, n, ""
		if f.metric == "purchase_revenue" {
			fact.Currency = s.currency
		}
		if err := out.Put(fact); err != nil {
			return err
		}
	}
	return nil
}

// positions are where each dimension and metric stands in a row, by Google's names.
func positions(page *reportAnswer) (map[string]int, error) {
	at := map[string]int{}
	for i, h := range page.DimensionHeaders {
		at[h.Name] = i
	}
	for i, h := range page.MetricHeaders {
		at[h.Name] = i
	}
	if len(page.MetricHeaders) == 0 {
		return nil, upstream.Garbled(system, "its columns have no names", nil)
	}
	return at, nil
}

// place is the day and the part that a row is about.
func (t *table) place(row row, at map[string]int) (upstream.Day, string, error) {
	text, err := dimension(row, at, "date")
	if err != nil {
		return time.Time{}, "", err
	}
	day, err := time.Parse("20060102", text)
	if err != nil || day.Before(t.window.From) || !day.Before(t.window.Until) {
		return time.Time{}, "", upstream.Garbled(system, fmt.Sprintf("%.20q is no day that was asked for", text), nil)
	}
	parts := make([]string, len(t.report.columns))
	for i, column := range t.report.columns {
		if parts[i], err = dimension(row, at, column); err != nil {
			return time.Time{}, "", err
		}
		if parts[i] == "" {
			parts[i] = notSet
		}
	}
	part := strings.Join(parts, " / ")
	if key := text + "\x00" + part; t.seen[key] {
		return time.Time{}, "", upstream.Garbled(system, "a row came twice", nil)
	} else {
		t.seen[key] = true
	}
	return day, part, nil
}

func dimension(row row, at map[string]int, api string) (string, error) {
	i, ok := at[api]
	if !ok || i >= len(row.DimensionValues) {
		return "", upstream.Garbled(system, "a row lacks "+api, nil)
	}
	return row.DimensionValues[i].Value, nil
}
