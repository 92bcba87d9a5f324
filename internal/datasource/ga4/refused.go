package ga4

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"clientportal/internal/datasource/upstream"
)

// readAlone asks for one report, less what Google refuses of it.
func (s *session) readAlone(ctx context.Context, w upstream.Window, r report, out upstream.Sink) error {
	for len(r.fields) > 0 {
		var answer reportAnswer
		err := s.call(ctx, http.MethodPost, ":runReport", s.question(r, w, 0), &answer)
		if err == nil {
			return s.readPages(ctx, w, r, &answer, out)
		}
		if !isDegraded(err) && !isRefusal(err) {
			return err
		}
		smaller, err := s.compatible(ctx, r, err)
		if err != nil {
			return err
		}
		r = smaller
	}
	return nil
}

// compatible is the report without what was refused: what the refusal names or, when
// it names nothing of ours, what checkCompatibility finds.
func (s *session) compatible(ctx context.Context, r report, refusal error) (report, error) {
	f, _ := upstream.AsFailure(refusal)
	words := strings.FieldsFunc(f.Staff, func(c rune) bool { return !unicode.IsLetter(c) })
	refused := map[string]bool{}
	for _, word := range words {
		refused[word] = true
	}
	if slices.ContainsFunc(r.columns, func(column string) bool { return refused[column] }) {
		s.tell("unavailable_report", r.name)
		return report{}, nil
	}
	smaller := r.without(func(api string) bool { return refused[api] })
	if len(smaller.fields) == len(r.fields) {
		var answer compatibilityAnswer
		question := compatibilityRequest{Dimensions: r.dimensions(), Metrics: r.metrics()}
		err := s.call(ctx, http.MethodPost, ":checkCompatibility", question, &answer)
		if err != nil && !isDegraded(err) && !isRefusal(err) {
			return report{}, err
		}
		for _, m := range answer.Metrics {
			refused[m.MetricMetadata.APIName] = m.Compatibility == "INCOMPATIBLE"
		}
		smaller = r.without(func(api string) bool { return refused[api] })
	}
	if len(smaller.fields) == len(r.fields) {
		f.Kind = upstream.Fix
		return report{}, f
	}
	for _, field := range r.fields {
		if refused[field.api] {
			s.denied[field.api] = s.denied[field.api] || r.by == ""
			s.tell("unavailable_in_"+r.name, "ga4."+field.metric)
		}
	}
	return smaller, nil
}

// tellUnavailable names the metrics that this account may not see.
func (s *session) tellUnavailable() {
	var list []string
	for metric, api := range apiNames {
		if s.denied[api] {
			list = append(list, "ga4."+metric)
		}
	}
	slices.Sort(list)
	if len(list) > 0 {
		s.tell("unavailable", list)
	}
	if s.truncated {
		s.tell("truncated", true)
	}
}
