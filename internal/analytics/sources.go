package analytics

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/db"
)

// connected is a source of a customer as a dashboard looks at it.
type connected struct {
	widget.Source
	state SourceState
	note  string
	read  *Progress
}

// Of a source that was connected a short while ago, the days before its first sync
// come one window after the other, the newest first; what a later backfill reads again was there before.
const sourcesSQL = `
select s.id, s.source_type, s.source_name, s.zone, s.currency, s.last_sync_at, s.sync_frequency, s.complete_to, s.disconnected_at,
       s.failure_kind, s.failure_client, s.unavailable, s.attribution_windows, b.coming_from, b.coming_until, b.days_total
from analytics_data_sources s
left join lateral (
  select r.from_day as coming_from,
         least(coalesce(r.done_from, r.until_day), (select min(f.from_day) from sync_runs f where f.source_id = s.id and f.kind = 'sync')) as coming_until,
         r.until_day - r.from_day as days_total
  from sync_runs r
  where r.source_id = s.id and r.kind = 'backfill' and r.status in ('queued', 'running')
    and not exists (select from sync_runs d where d.source_id = s.id and d.kind = 'backfill' and d.status = 'succeeded')
  order by r.asked_at limit 1
) b on true
where s.customer_id = $1 and (s.dashboard_config_id is null or s.dashboard_config_id = $2)
order by s.created_at, s.id`

// sources are those that a dashboard reads.
func (s *Service) sources(ctx context.Context, tx *db.Tx, customer, dashboard uuid.UUID, now time.Time) ([]connected, error) {
	rows, err := tx.Query(ctx, sourcesSQL, customer, dashboard)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c connected, err error) {
		var frequency, failure, words string
		var completeTo, disconnectedAt, comingFrom, comingUntil *time.Time
		var total *int
		var windows json.RawMessage
		err = row.Scan(&c.SourceID, &c.Type, &c.Name, &c.Zone, &c.Currency, &c.LastSync, &frequency, &completeTo, &disconnectedAt,
			&failure, &words, &c.Unavailable, &windows, &comingFrom, &comingUntil, &total)
		c.Label = s.sourceLabel(c.Type)
		if completeTo != nil {
			last := widget.Day{Time: *completeTo}.Plus(-1)
			c.ReportedTo = &last
		}
		c.Gone = disconnectedAt != nil
		if comingFrom != nil && comingUntil != nil && comingFrom.Before(*comingUntil) {
			c.Coming = &widget.Range{From: widget.Day{Time: *comingFrom}, To: widget.Day{Time: *comingUntil}.Plus(-1)}
			c.read = &Progress{*total - c.Coming.Days(), *total}
		}
		if s.Attribution != nil {
			c.Attribution = s.Attribution(c.Type, windows)
		}
		c.state, c.note = stateOf(c, frequency, failure, words, now)
		return c, err
	})
}

// patience is how long after a sync the next one is late.
var patience = map[string]time.Duration{"hourly": 4 * time.Hour, "daily": 36 * time.Hour}

// stateOf is how a source stands, and what a client is told about it.
func stateOf(c connected, frequency, failure, words string, now time.Time) (SourceState, string) {
	switch limit, automatic := patience[frequency]; {
	case c.Gone:
		return Disconnected, "No longer connected. The numbers are what came until then."
	case c.LastSync == nil && failure != "":
		return Failing, words
	case c.LastSync == nil:
		return NeverSynced, "Connected, and nothing has come yet."
	case failure == "reauthorise" || failure == "fix":
		return Failing, words
	case automatic && now.Sub(*c.LastSync) > limit:
		if words == "" {
			words = "Nothing has come for longer than it should take."
		}
		return Stale, words
	case failure == "degrade":
		return Fresh, words
	}
	return Fresh, ""
}

// freshness is how a source stands, for the readers of a report.
func freshness(c connected, d *widget.Data) Freshness {
	c.Source = d.Complete(c.Source)
	f := Freshness{Origin: c.Origin, State: c.state, ReportedTo: c.ReportedTo, Note: c.note}
	if days, any := d.Coming(c.Source); any {
		f.Coming, f.Read = &Period{days.From, days.To, days.Label()}, c.read
		f.Note = first(f.Note, days.Label()+" still to come")
	}
	if n := len(c.Provisional); f.Note == "" && n > 0 {
		f.Note = provisional(c.Provisional[0], c.Provisional[n-1])
	}
	return f
}

// provisional says which days a source may still change.
func provisional(from, to widget.Day) string {
	switch {
	case from.Equal(to.Time):
		return to.Format("2 Jan") + " is provisional"
	case from.Month() == to.Month() && from.DaysTo(to) == 1:
		return from.Format("2 and ") + to.Format("2 Jan") + " are provisional"
	case from.Month() == to.Month():
		return from.Format("2 to ") + to.Format("2 Jan") + " are provisional"
	}
	return from.Format("2 Jan to ") + to.Format("2 Jan") + " are provisional"
}

func (s *Service) sourceLabel(kind string) string {
	if label, ok := s.SourceLabels[kind]; ok {
		return label
	}
	return kind
}
