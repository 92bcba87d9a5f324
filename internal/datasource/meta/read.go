package meta

import (
	"context"
	"time"

	"clientportal/internal/datasource/upstream"
)

// Read implements upstream.Source. Nothing is handed on before all of it is there.
func (s *Source) Read(ctx context.Context, c *upstream.Conn, w upstream.Window, out upstream.Sink) error {
	ses, err := s.openAccount(ctx, c)
	if err != nil {
		return err
	}
	q, err := ses.span(w)
	if err != nil || q.to.Before(q.from) {
		return err
	}
	if ses.flags(q.to) != 0 {
		ses.noteToken(ctx)
	}
	q.level, q.fields, q.byDay = "ad", adFields, true
	rows, err := ses.rows(ctx, q)
	if err != nil {
		return err
	}
	sums := ses.sums()
	for _, r := range rows {
		if err := sums.add(r, q); err != nil {
			return err
		}
	}
	reached, err := ses.reachByDay(ctx, q)
	if f, ok := upstream.AsFailure(err); ok && f.Kind == upstream.Fix {
		ses.tell("unavailable", []string{"meta.reach", "meta.frequency"})
	} else if err != nil {
		return err
	}
	if err := sums.hand(out); err != nil {
		return err
	}
	for _, f := range reached {
		if err := out.Put(f); err != nil {
			return err
		}
	}
	return nil
}

// span is a window as Meta counts: both ends included, none in the future, none before
// what Meta keeps.
func (s *session) span(w upstream.Window) (query, error) {
	q := query{from: w.From, to: w.Until.AddDate(0, 0, -1)}
	if today := s.today(); q.to.After(today) {
		q.to = today
	}
	q.whole = q.days()
	if q.from.Before(s.today().AddDate(0, -monthsBack, 0)) {
		return q, &upstream.Failure{
			Kind: upstream.Fix, Code: "3018", Client: clientSetup,
			Staff: "Meta keeps numbers for 37 months only. Ask for a later day.",
		}
	}
	return q, nil
}

// reachByDay asks for the account's people of each day: those of its ads can't be
// added up. No breakdown is asked for, with which Meta would answer for 13 months only.
func (s *session) reachByDay(ctx context.Context, q query) ([]upstream.Fact, error) {
	q.level, q.fields, q.byDay = "account", reachFields, true
	rows, err := s.rows(ctx, q)
	if err != nil {
		return nil, err
	}
	var facts []upstream.Fact
	seen := map[string]bool{}
	for _, r := range rows {
		day, err := dayOf(r, q)
		if err != nil {
			return nil, err
		}
		if seen[r.DateStart] {
			return nil, upstream.Garbled(system, "a day came twice", nil)
		}
		seen[r.DateStart] = true
		facts = append(facts, s.people(r, day, day)...)
	}
	return facts, nil
}

// people are reach and frequency of a row; what is not there is not zero.
func (s *session) people(r insight, day, last time.Time) []upstream.Fact {
	var facts []upstream.Fact
	for metric, figure := range map[string]upstream.Figure{"reach": r.Reach, "frequency": r.Frequency} {
		if figure.Decimal != nil {
			f := s.fact(reach, day, metric, *figure.Decimal)
			f.Flags = s.flags(last)
			facts = append(facts, f)
		}
	}
	return facts
}

// Ranges implements upstream.Source: the people of the whole range, without days.
func (s *Source) Ranges(ctx context.Context, c *upstream.Conn, w upstream.Window) ([]upstream.Fact, error) {
	ses, err := s.openAccount(ctx, c)
	if err != nil {
		return nil, err
	}
	q, err := ses.span(w)
	if err != nil || q.to.Before(q.from) {
		return nil, err
	}
	q.level, q.fields = "account", reachFields
	rows, err := pages[insight](ctx, ses, ses.act()+"/insights", ses.params(q))
	switch {
	case err != nil:
		return nil, err
	case len(rows) > 1:
		return nil, upstream.Garbled(system, "a range has several totals", nil)
	case len(rows) == 0:
		return nil, nil // no ad was shown
	case rows[0].DateStart != q.from.Format(isoDay) || rows[0].DateStop != q.to.Format(isoDay):
		return nil, upstream.Garbled(system, "it is of another range", nil)
	}
	return ses.people(rows[0], time.Time{}, q.to), nil
}
