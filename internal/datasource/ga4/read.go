package ga4

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"clientportal/internal/datasource/upstream"
)

// Read implements upstream.Source.
func (s *Source) Read(ctx context.Context, c *upstream.Conn, w upstream.Window, out upstream.Sink) error {
	ses, err := s.openProperty(ctx, c)
	if err != nil {
		return err
	}
	wanted, err := ses.available(ctx)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(wanted, maxReportsInABatch) {
		if err := ses.readBatch(ctx, w, batch, out); err != nil {
			return err
		}
	}
	if err := ses.readCohorts(ctx, w, out); err != nil {
		return err
	}
	ses.tellUnavailable()
	return nil
}

// available are the reports as far as this account may see them. What it may not see
// is left out: Google would answer with zeros that say nothing.
func (s *session) available(ctx context.Context) ([]report, error) {
	var known schema
	if err := s.call(ctx, http.MethodGet, "/metadata", nil, &known); err != nil {
		if f, ok := upstream.AsFailure(err); ok && (f.Kind == upstream.Fix || f.Kind == upstream.Degrade) {
			return reports, nil // the reports themselves will say what is wrong
		}
		return nil, err
	}
	if len(known.Metrics) == 0 || len(known.Dimensions) == 0 {
		return reports, nil
	}
	metrics, dimensions := known.names()
	for _, api := range apiNames {
		s.denied[api] = s.denied[api] || !metrics[api]
	}
	var wanted []report
	for _, r := range reports {
		missing := func(column string) bool { return !dimensions[column] }
		r = r.without(func(api string) bool { return s.denied[api] })
		if len(r.fields) > 0 && !slices.ContainsFunc(r.columns, missing) {
			wanted = append(wanted, r)
		}
	}
	return wanted, nil
}

// names are the metrics and dimensions that may be asked for.
func (k schema) names() (metrics, dimensions map[string]bool) {
	metrics, dimensions = map[string]bool{}, map[string]bool{}
	for _, m := range k.Metrics {
		metrics[m.APIName] = len(m.BlockedReasons) == 0
	}
	for _, d := range k.Dimensions {
		dimensions[d.APIName] = true
	}
	return metrics, dimensions
}

// readBatch asks for several reports at once. When Google refuses the batch, each is
// asked for alone, so that one with a field that can't be had doesn't cost the others.
func (s *session) readBatch(ctx context.Context, w upstream.Window, batch []report, out upstream.Sink) error {
	question := batchRequest{}
	for _, r := range batch {
		question.Requests = append(question.Requests, s.question(r, w, 0))
	}
	var answer batchAnswer
	err := s.call(ctx, http.MethodPost, ":batchRunReports", question, &answer)
	if isDegraded(err) || isRefusal(err) {
		for _, r := range batch {
			if err := s.readAlone(ctx, w, r, out); err != nil {
				return err
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	if len(answer.Reports) != len(batch) {
		return upstream.Garbled(system, "it holds another number of reports than was asked for", nil)
	}
	for i, r := range batch {
		if err := s.readPages(ctx, w, r, &answer.Reports[i], out); err != nil {
			return err
		}
	}
	return nil
}

// isRefusal reports whether a request was refused for what it asks, not for who asks.
func isRefusal(err error) bool {
	f, ok := upstream.AsFailure(err)
	return ok && f.Kind == upstream.Fix && f.Code != codePermission && f.Code != codeDisabled && f.Code != codeScope
}

// isDegraded reports whether some of what was asked for can't be had.
func isDegraded(err error) bool {
	f, ok := upstream.AsFailure(err)
	return ok && f.Kind == upstream.Degrade
}

// today is the property's civil day, looked up once for each zone.
func (s *session) today() upstream.Day {
	if s.todayIn == s.zone && !s.todayIs.IsZero() {
		return s.todayIs
	}
	zone, err := time.LoadLocation(s.zone)
	if err != nil {
		zone = time.UTC
	}
	at := s.Now().In(zone)
	s.todayIn, s.todayIs = s.zone, time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	return s.todayIs
}

// flags of the numbers of an answer whose last day is this one.
func (s *session) flags(m metadata, last upstream.Day) upstream.Flags {
	var f upstream.Flags
	for _, x := range []struct {
		is   bool
		flag upstream.Flags
	}{
		{last.After(s.today().AddDate(0, 0, -s.source.config.RestatedDays)), upstream.Provisional},
		{m.SubjectToThresholding, upstream.Thresholded},
		{len(m.SamplingMetadatas) > 0, upstream.Sampled},
		{m.DataLossFromOtherRow, upstream.OtherRow},
		{len(m.DataTruncationReasons) > 0, upstream.Incomplete},
	} {
		if x.is {
			f |= x.flag
		}
	}
	return f
}

var errNoZone = errors.New("the report names no time zone")
