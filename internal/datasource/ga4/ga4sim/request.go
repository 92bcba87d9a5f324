package ga4sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The request of the real API; what it does not know is refused.
type reportRequest struct {
	Property            string          `json:"property"`
	DateRanges          []dateRange     `json:"dateRanges"`
	Dimensions          []named         `json:"dimensions"`
	Metrics             []named         `json:"metrics"`
	DimensionFilter     json.RawMessage `json:"dimensionFilter"`
	MetricFilter        json.RawMessage `json:"metricFilter"`
	Limit               whole           `json:"limit"`
	Offset              whole           `json:"offset"`
	MetricAggregations  []string        `json:"metricAggregations"`
	OrderBys            []orderBy       `json:"orderBys"`
	CurrencyCode        string          `json:"currencyCode"`
	CohortSpec          *cohortSpec     `json:"cohortSpec"`
	KeepEmptyRows       bool            `json:"keepEmptyRows"`
	ReturnPropertyQuota bool            `json:"returnPropertyQuota"`
}

type named struct {
	Name string `json:"name"`
}

type dateRange struct {
	StartDate string `json:"startDate"`
	EndDate   string `json:"endDate"`
	Name      string `json:"name"`
}

type orderBy struct {
	Desc      bool `json:"desc"`
	Dimension *struct {
		DimensionName string `json:"dimensionName"`
		OrderType     string `json:"orderType"`
	} `json:"dimension"`
	Metric *struct {
		MetricName string `json:"metricName"`
	} `json:"metric"`
}

type cohortSpec struct {
	Cohorts []struct {
		Name      string    `json:"name"`
		Dimension string    `json:"dimension"`
		DateRange dateRange `json:"dateRange"`
	} `json:"cohorts"`
	CohortsRange struct {
		Granularity string `json:"granularity"`
		StartOffset int    `json:"startOffset"`
		EndOffset   int    `json:"endOffset"`
	} `json:"cohortsRange"`
	CohortReportSettings *struct {
		Accumulate bool `json:"accumulate"`
	} `json:"cohortReportSettings"`
}

// whole is an int64 of Google's JSON: a string, or a number without a fraction.
type whole struct {
	set bool
	n   int64
}

// UnmarshalJSON implements json.Unmarshaler.
func (w *whole) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("Invalid value (TYPE_INT64), %s", b) //nolint:revive,staticcheck // Google's words
	}
	w.set, w.n = true, n
	return nil
}

// read decodes a request as strictly as Google does.
func read(body []byte, into any) *problem {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return invalid("Invalid JSON payload received. %s", err)
	}
	return nil
}

const seeSchema = "For a list of valid dimensions and metrics, see https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema "

// check refuses what Google refuses.
func (q *reportRequest) check() *problem {
	if len(q.Dimensions) > 9 {
		return invalid("Requests are limited to 9 dimensions within a nested request. This request is for %d dimensions.", len(q.Dimensions))
	}
	if len(q.Metrics) > 10 {
		return invalid("Requests are limited to 10 metrics within a nested request. This request is for %d metrics.", len(q.Metrics))
	}
	if len(q.DateRanges) > 4 {
		return invalid("Requests are limited to 4 dateRanges. This request is for %d dateRanges.", len(q.DateRanges))
	}
	if len(q.Metrics) == 0 && len(q.Dimensions) == 0 {
		return invalid("A report must have at least one dimension or metric.")
	}
	if q.Limit.set && q.Limit.n <= 0 {
		return invalid("Limit must be positive.")
	}
	if q.Offset.n < 0 {
		return invalid("Offset must be nonnegative.")
	}
	if p := checkFields(q.Dimensions, q.Metrics); p != nil {
		return p
	}
	if p := q.checkOrder(); p != nil {
		return p
	}
	if p := q.checkCohorts(); p != nil {
		return p
	}
	if len(q.DateRanges) == 0 && q.CohortSpec == nil {
		return invalid("A dateRange is required.")
	}
	return nil
}

func checkFields(dimensions, metrics []named) *problem {
	seen := map[string]bool{}
	for _, d := range dimensions {
		field, ok := findDimension(d.Name)
		switch {
		case !ok:
			return invalid("Field %s is not a valid dimension. "+seeSchema, d.Name)
		case seen[d.Name]:
			return invalid("Found duplicate dimension %s.", d.Name)
		}
		seen[d.Name] = true
		for _, m := range metrics {
			if found, ok := findMetric(m.Name); ok && !together(field, found) {
				return invalid("Please remove %s to make the request compatible. The request's dimensions & metrics are incompatible. To learn more, see https://ga-dev-tools.google/ga4/dimensions-metrics-explorer/", m.Name)
			}
		}
	}
	for _, m := range metrics {
		if _, ok := findMetric(m.Name); !ok {
			return invalid("Field %s is not a valid metric. "+seeSchema, m.Name)
		}
		if seen[m.Name] {
			return invalid("Found duplicate metric %s.", m.Name)
		}
		seen[m.Name] = true
	}
	return nil
}

func (q *reportRequest) checkOrder() *problem {
	for _, o := range q.OrderBys {
		switch {
		case o.Dimension != nil && !slices.Contains(q.Dimensions, named{o.Dimension.DimensionName}),
			o.Metric != nil && !slices.Contains(q.Metrics, named{o.Metric.MetricName}),
			o.Dimension == nil && o.Metric == nil:
			return invalid("An orderBy must name a dimension or a metric of the request.")
		}
	}
	return nil
}

func (q *reportRequest) checkCohorts() *problem {
	has := func(name string) bool { return slices.Contains(q.Dimensions, named{name}) }
	if q.CohortSpec == nil {
		if has("cohort") || has("cohortNthWeek") || slices.Contains(q.Metrics, named{"cohortActiveUsers"}) {
			return invalid("Cohort dimensions and metrics are only valid with a cohortSpec.")
		}
		return nil
	}
	r := q.CohortSpec.CohortsRange
	switch {
	case len(q.DateRanges) > 0:
		return invalid("dateRanges must be unspecified in a cohort request.")
	case !has("cohort"):
		return invalid("The 'cohort' dimension must be present in a cohort request.")
	case len(q.CohortSpec.Cohorts) == 0, len(q.CohortSpec.Cohorts) > 12:
		return invalid("A cohort request must have between 1 and 12 cohorts.")
	case r.Granularity != "WEEKLY":
		return invalid("cohortsRange.granularity must be specified.") // the others are not simulated
	case r.StartOffset < 0, r.EndOffset <= 0, r.EndOffset < r.StartOffset:
		return invalid("cohortsRange.endOffset must be positive and not before startOffset.")
	case q.CohortSpec.CohortReportSettings != nil && q.CohortSpec.CohortReportSettings.Accumulate:
		return invalid("accumulate is not supported in RunReportRequest.")
	}
	for _, c := range q.CohortSpec.Cohorts {
		switch {
		case c.Dimension != "firstSessionDate":
			return invalid("cohort.dimension only supports firstSessionDate.")
		case strings.HasPrefix(c.Name, "cohort_"), strings.HasPrefix(c.Name, "RESERVED_"):
			return invalid("A cohort's name cannot begin with cohort_ or RESERVED_.")
		}
	}
	return nil
}

// days are the first and last day of a range, whose words count from today.
func (r dateRange) days(today time.Time) (from, to time.Time, p *problem) {
	from, ok := dayFrom(r.StartDate, today)
	to, ok2 := dayFrom(r.EndDate, today)
	switch {
	case !ok || !ok2:
		return from, to, invalid("Invalid date format: startDate %q and endDate %q must be YYYY-MM-DD, NdaysAgo, yesterday or today.", r.StartDate, r.EndDate)
	case to.Before(from):
		return from, to, invalid("startDate %s cannot be after endDate %s.", r.StartDate, r.EndDate)
	}
	return from, to, nil
}

func dayFrom(s string, today time.Time) (time.Time, bool) {
	if s == "today" {
		return today, true
	}
	if s == "yesterday" {
		s = "1daysAgo"
	}
	if n, ok := strings.CutSuffix(s, "daysAgo"); ok {
		back, err := strconv.Atoi(n)
		return today.AddDate(0, 0, -back), err == nil && back >= 0
	}
	day, err := time.Parse("2006-01-02", s)
	return day, err == nil
}
