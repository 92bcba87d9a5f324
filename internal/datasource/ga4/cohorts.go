package ga4

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"clientportal/internal/datasource/upstream"
)

// readCohorts follows the people who first came in the weeks that begin in the window.
// Google's weeks begin on Sunday. A cohort's day is its first one.
func (s *session) readCohorts(ctx context.Context, w upstream.Window, out upstream.Sink) error {
	if s.denied[apiNames["cohort_active_users"]] {
		return nil
	}
	var weeks []upstream.Day
	for day := firstSunday(w.From); day.Before(w.Until) && !day.After(s.today()); day = day.AddDate(0, 0, 7) {
		weeks = append(weeks, day)
	}
	for some := range slices.Chunk(weeks, maxCohortsInRequest) {
		err := s.readSomeCohorts(ctx, some, out)
		if isDegraded(err) || isRefusal(err) {
			s.denied[apiNames["cohort_active_users"]] = true
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func firstSunday(from upstream.Day) upstream.Day {
	return from.AddDate(0, 0, (7-int(from.Weekday()))%7)
}

func (s *session) readSomeCohorts(ctx context.Context, weeks []upstream.Day, out upstream.Sink) error {
	ask := func(offset int) (*reportAnswer, error) {
		answer := &reportAnswer{}
		return answer, s.call(ctx, http.MethodPost, ":runReport", s.cohortQuestion(weeks, offset), answer)
	}
	first, err := ask(0)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	return s.eachPage(first, func(page *reportAnswer) error { return s.putCohorts(page, weeks, seen, out) }, ask)
}

func (s *session) cohortQuestion(weeks []upstream.Day, offset int) reportRequest {
	spec := &cohortSpec{CohortsRange: cohortsRange{Granularity: "WEEKLY", EndOffset: s.source.config.CohortWeeks}}
	for _, week := range weeks {
		spec.Cohorts = append(spec.Cohorts, cohort{
			Name: week.Format(isoDay), Dimension: "firstSessionDate",
			DateRange: rangeOf(upstream.Window{From: week, Until: week.AddDate(0, 0, 7)}),
		})
	}
	q := reportRequest{
		Dimensions: []name{{"cohort"}, {"cohortNthWeek"}}, Metrics: []name{{apiNames["cohort_active_users"]}}, CohortSpec: spec,
		Limit: int64(s.source.config.PageSize), Offset: int64(offset), ReturnPropertyQuota: true,
	}
	q.OrderBys = orderOf(q.Dimensions)
	return q
}

// putCohorts hands on each cohort's weeks, as far as they have begun.
func (s *session) putCohorts(page *reportAnswer, weeks []upstream.Day, seen map[string]bool, out upstream.Sink) error {
	if len(page.Rows) == 0 {
		return nil
	}
	at, err := positions(page)
	if err != nil {
		return err
	}
	for _, row := range page.Rows {
		label, err := dimension(row, at, "cohort")
		if err != nil {
			return err
		}
		nth, err := dimension(row, at, "cohortNthWeek")
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(nth)
		day, dayErr := time.Parse(isoDay, label)
		if err != nil || dayErr != nil || n < 0 || n > s.source.config.CohortWeeks || !slices.ContainsFunc(weeks, day.Equal) || seen[label+nth] {
			return upstream.Garbled(system, "a row is of no cohort that was asked for", err)
		}
		seen[label+nth] = true
		begins := day.AddDate(0, 0, 7*n)
		if begins.After(s.today()) {
			continue
		}
		fact := upstream.Fact{
			Report: cohorts, Day: day, Dimensions: map[string]string{"week": strconv.Itoa(n)},
			Zone: s.zone, Flags: s.flags(page.Metadata, begins.AddDate(0, 0, 6)),
		}
		if err := s.putFields(fact, fieldsOf("cohort_active_users"), row, at, page.Metadata, out); err != nil {
			return err
		}
	}
	return nil
}

// Changed implements upstream.Changer: the last days, which Google still changes, and
// once a week the cohorts that are being followed, each of which has a new week then.
func (s *Source) Changed(ctx context.Context, c *upstream.Conn, cursor string) ([]upstream.Day, string, error) {
	ses, err := s.openProperty(ctx, c)
	if err != nil {
		return nil, "", err
	}
	if _, err := ses.lookUp(ctx); err != nil {
		return nil, "", err
	}
	today := ses.today()
	next := today.Format(isoDay)
	since, ok := cursorDay(cursor)
	if !ok || since.After(today) {
		ses.tellName(ctx)
		return nil, next, nil
	}
	var days []upstream.Day
	if !firstSunday(since.AddDate(0, 0, 1)).After(today) {
		this := today.AddDate(0, 0, -int(today.Weekday()))
		for n := s.config.CohortWeeks + 1; n > 0; n-- {
			days = append(days, this.AddDate(0, 0, -7*n))
		}
	}
	for day := since.AddDate(0, 0, 1-s.config.RestatedDays); !day.After(today); day = day.AddDate(0, 0, 1) {
		if !slices.ContainsFunc(days, day.Equal) {
			days = append(days, day)
		}
	}
	return days, next, nil
}

// cursorDay reads a cursor; one that can't be read is none.
func cursorDay(cursor string) (upstream.Day, bool) {
	day, err := time.Parse(isoDay, cursor)
	return day, err == nil
}
