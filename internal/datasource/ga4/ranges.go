package ga4

import (
	"context"
	"net/http"

	"clientportal/internal/datasource/upstream"
)

// people can't be added up over days: who comes on Monday and on Tuesday is one.
var people = fieldsOf("total_users", "active_users")

// facts gathers what a Sink gets.
type facts []upstream.Fact

// Put implements upstream.Sink.
func (f *facts) Put(fact upstream.Fact) error {
	*f = append(*f, fact)
	return nil
}

// Ranges implements upstream.Source: people of the whole range, as Google counts them.
func (s *Source) Ranges(ctx context.Context, c *upstream.Conn, w upstream.Window) ([]upstream.Fact, error) {
	ses, err := s.openProperty(ctx, c)
	if err != nil {
		return nil, err
	}
	question := reportRequest{
		DateRanges: []dateRange{rangeOf(w)}, Metrics: report{fields: people}.metrics(),
		Limit: 1, ReturnPropertyQuota: true,
	}
	var answer reportAnswer
	if err := ses.call(ctx, http.MethodPost, ":runReport", question, &answer); err != nil {
		return nil, err
	}
	ses.note(&answer)
	if len(answer.Rows) == 0 {
		return nil, nil
	}
	at, err := positions(&answer)
	if err != nil {
		return nil, err
	}
	var found facts
	fact := upstream.Fact{Report: daily, Zone: ses.zone, Flags: ses.flags(answer.Metadata, w.Until.AddDate(0, 0, -1))}
	return found, ses.putFields(fact, people, answer.Rows[0], at, answer.Metadata, &found)
}
