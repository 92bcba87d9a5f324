package timetrack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/timetrack/timetrackdb"
)

// selectTotals adds up entries, and what months of them came to.
const selectTotals = `select coalesce(sum(minutes), 0), coalesce(sum(minutes) filter (where billable), 0),
	coalesce(sum(minutes) filter (where approval = 'pending'), 0), coalesce(sum(minutes) filter (where approval = 'approved'), 0),
	coalesce(sum(minutes) filter (where approval = 'rejected'), 0), coalesce(sum(entries), 0), coalesce(sum(entries) filter (where approval = 'pending'), 0)
from (%s) t`

// totals is the statement that adds up all that the filter picks, with its arguments.
// Whole months stand added up in time_tracking_months; entries are read for the days
// before the first of them and after the last, or where a month can't tell.
func (f Filter) totals(l list) (sql string, args []any) {
	l.args = slices.Clone(l.args)
	var parts []string
	entries := func(from, until *time.Time) {
		of := list{where: l.where, entry: slices.Clone(l.entry), args: l.args}
		of.during(from, until)
		parts, l.args = append(parts, "select minutes, 1 as entries, billable, approval from time_tracking t"+of.clause()), of.args
	}
	from, until := f.days()
	first, end := monthFrom(from), monthUntil(until)
	if len(l.entry) > 0 || first != nil && end != nil && !first.Before(*end) {
		entries(from, until)
		return fmt.Sprintf(selectTotals, parts[0]), l.args
	}
	if from != nil && !first.Equal(*from) {
		entries(from, first)
	}
	if until != nil && !end.Equal(*until) {
		entries(end, until)
	}
	l.where = slices.Clone(l.where)
	if first != nil {
		l.and("t.month >= ?", *first)
	}
	if end != nil {
		l.and("t.month < ?", *end)
	}
	parts = append(parts, "select minutes, entries, billable, approval from time_tracking_months t"+where(l.where))
	return fmt.Sprintf(selectTotals, strings.Join(parts, " union all ")), l.args
}

// monthFrom is when the first month begins that is whole from this day on.
func monthFrom(day *time.Time) *time.Time {
	if day == nil || day.Day() == 1 {
		return day
	}
	return new(time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC))
}

// monthUntil is when the last month ends that is whole until this day.
func monthUntil(day *time.Time) *time.Time {
	if day == nil {
		return nil
	}
	return new(time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC))
}

// foldMonths is the hourly job that keeps the months of hours short.
type foldMonths struct{}

// Kind implements river.JobArgs.
func (foldMonths) Kind() string { return "time_tracking_months" }

// FoldMonths makes anew the months that changes of entries have added rows to.
func (s *Service) FoldMonths(ctx context.Context) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		rows, err := timetrackdb.New(tx).FoldMonths(ctx)
		if err == nil && rows == 0 {
			return db.ErrUnchanged
		}
		tx.Record(audit.Event{Action: "time_entry.fold_months", Payload: map[string]int64{"rows": rows}})
		return err
	})
	if err != nil {
		return fmt.Errorf("fold the months of hours: %w", err)
	}
	return nil
}
