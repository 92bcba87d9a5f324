package ga4

import (
	"context"
	"net/http"

	"clientportal/internal/datasource/upstream"
)

const isoDay = "2006-01-02"

// question asks for a report from row offset on. The order is total, so that pages
// don't overlap.
func (s *session) question(r report, w upstream.Window, offset int) reportRequest {
	q := reportRequest{
		DateRanges: []dateRange{rangeOf(w)}, Dimensions: r.dimensions(), Metrics: r.metrics(),
		Limit: int64(s.source.config.PageSize), Offset: int64(offset), ReturnPropertyQuota: true,
	}
	q.OrderBys = orderOf(q.Dimensions)
	return q
}

func orderOf(dimensions []name) []orderBy {
	order := make([]orderBy, len(dimensions))
	for i, d := range dimensions {
		order[i].Dimension.DimensionName = d.Name
	}
	return order
}

// rangeOf is the window as Google counts, the last day included.
func rangeOf(w upstream.Window) dateRange {
	return dateRange{w.From.Format(isoDay), w.Until.AddDate(0, 0, -1).Format(isoDay)}
}

// readPages takes the first page of a report and asks for the others.
func (s *session) readPages(ctx context.Context, w upstream.Window, r report, page *reportAnswer, out upstream.Sink) error {
	table := table{session: s, report: r, window: w, seen: map[string]bool{}}
	return s.eachPage(page, func(page *reportAnswer) error { return table.put(page, out) }, func(offset int) (*reportAnswer, error) {
		next := &reportAnswer{}
		return next, s.call(ctx, http.MethodPost, ":runReport", s.question(r, w, offset), next)
	})
}

// eachPage goes through pages until all rows are there. Google leaves rowCount out of
// an empty report; where it is missing beside rows, only an empty page is the end.
func (s *session) eachPage(page *reportAnswer, take func(*reportAnswer) error, next func(offset int) (*reportAnswer, error)) error {
	for offset := 0; ; {
		s.note(page)
		if err := take(page); err != nil {
			return err
		}
		offset += len(page.Rows)
		switch {
		case page.RowCount != nil && int64(offset) >= *page.RowCount:
			return nil
		case len(page.Rows) == 0 && page.RowCount == nil:
			return nil
		case len(page.Rows) == 0:
			return upstream.Garbled(system, "a page is missing", nil)
		}
		var err error
		if page, err = next(offset); err != nil {
			return err
		}
	}
}
