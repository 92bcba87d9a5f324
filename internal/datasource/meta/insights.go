package meta

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"clientportal/internal/datasource/upstream"
)

const isoDay = "2006-01-02"

// query asks for the rows of some days, both ends included, at a level.
type query struct {
	level, fields string
	from, to      upstream.Day
	byDay         bool
	campaigns     []string // only these; nil is all
	whole         int      // days of the window that it is of
}

func (q query) days() int { return int(q.to.Sub(q.from).Hours()/24) + 1 }

// params are what Meta is asked with. Attribution windows are always named: what an
// account has set could change the past.
func (s *session) params(q query) url.Values {
	p := url.Values{
		"level": {q.level}, "fields": {q.fields},
		"time_range":                 {asJSON(map[string]string{"since": q.from.Format(isoDay), "until": q.to.Format(isoDay)})},
		"action_attribution_windows": {asJSON(s.windows)},
	}
	if q.byDay {
		p.Set("time_increment", "1")
	}
	if q.campaigns != nil {
		p.Set("filtering", asJSON([]map[string]any{{"field": "campaign.id", "operator": "IN", "value": q.campaigns}}))
	}
	return p
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings always become JSON
	}
	return string(b)
}

// rows gives all rows of a query: directly where that is quick, as a report run where
// it is much, in parts where a run fails. A run that failed never counts as empty.
func (s *session) rows(ctx context.Context, q query) ([]insight, error) {
	if q.days() <= s.source.config.AsyncDays {
		if rows, err := s.direct(ctx, q); !tooMuch(err) {
			return rows, err
		}
	}
	if s.waited >= s.source.config.HangTimeout {
		return nil, s.hanging(q)
	}
	rows, err := s.run(ctx, q)
	if !tooMuch(err) {
		return rows, err
	}
	return s.inParts(ctx, q, err)
}

func tooMuch(err error) bool {
	f, ok := upstream.AsFailure(err)
	return ok && f.Kind == upstream.Smaller
}

// direct asks for the rows at once, in ever smaller pages while Meta says that it is
// too much.
func (s *session) direct(ctx context.Context, q query) ([]insight, error) {
	for {
		params := s.params(q)
		params.Set("limit", strconv.Itoa(s.limit))
		rows, err := pages[insight](ctx, s, s.act()+"/insights", params)
		if !tooMuch(err) || s.limit/2 < leastPageSize {
			return rows, err
		}
		s.limit /= 2
	}
}

// run has Meta make a report, waits for it and reads it.
func (s *session) run(ctx context.Context, q query) ([]insight, error) {
	var begun reportRun
	if err := s.call(ctx, http.MethodPost, s.act()+"/insights", s.params(q), &begun); err != nil {
		return nil, err
	}
	if !digits.MatchString(string(begun.ReportRunID)) {
		return nil, upstream.Garbled(system, "a report run has no number", nil)
	}
	id := "/" + string(begun.ReportRunID)
	if err := s.await(ctx, id); err != nil {
		return nil, err
	}
	return pages[insight](ctx, s, id+"/insights", url.Values{"limit": {strconv.Itoa(s.limit)}})
}

// await polls a run until it says that it is completed. A hundred percent are not
// enough: Meta writes them while it is still at work.
func (s *session) await(ctx context.Context, id string) error {
	wait := s.source.config.PollEvery
	for waited := time.Duration(0); waited < s.source.config.RunTimeout; waited += wait {
		if waited > 0 {
			wait = min(wait*3/2, longestPoll)
		}
		if err := s.source.config.Sleep(ctx, wait); err != nil {
			return s.unreachable(err)
		}
		var state reportRun
		fields := url.Values{"fields": {"async_status,async_percent_completion,error_code,error_message,error_subcode"}}
		if err := s.get(ctx, id, fields, &state); err != nil {
			return err
		}
		switch state.Status {
		case "Job Completed":
			return nil
		case "Job Failed", "Job Skipped":
			return runFailed(state.Status)
		}
	}
	s.waited += s.source.config.RunTimeout
	return runFailed("Job timed out")
}

// hanging is the failure of a window whose runs have been waited for in vain for so
// long that others should not wait for more of them.
func (s *session) hanging(q query) *upstream.Failure {
	f := runFailed("Job timed out")
	if q.whole == 1 {
		return stuck(f)
	}
	return f
}

// inParts asks for half the days, twice; for a single day, for half the campaigns.
func (s *session) inParts(ctx context.Context, q query, reason error) ([]insight, error) {
	first, second := q, q
	switch {
	case q.days() > 1:
		first.to = q.from.AddDate(0, 0, q.days()/2-1)
		second.from = first.to.AddDate(0, 0, 1)
	default:
		campaigns, err := s.campaigns(ctx, q)
		if err != nil {
			return nil, err
		}
		if len(campaigns) < 2 {
			f, _ := upstream.AsFailure(reason)
			return nil, stuck(f)
		}
		first.campaigns, second.campaigns = campaigns[:len(campaigns)/2], campaigns[len(campaigns)/2:]
	}
	rows, err := s.rows(ctx, first)
	if err != nil {
		return nil, err
	}
	more, err := s.rows(ctx, second)
	return append(rows, more...), err
}

// campaigns are those that a query is about; a query of the account has no parts.
func (s *session) campaigns(ctx context.Context, q query) ([]string, error) {
	if q.campaigns != nil || q.level != "ad" {
		return q.campaigns, nil
	}
	params := s.params(query{level: "campaign", fields: "campaign_id", from: q.from, to: q.to})
	params.Set("limit", strconv.Itoa(leastPageSize))
	rows, err := pages[insight](ctx, s, s.act()+"/insights", params)
	if tooMuch(err) {
		f, _ := upstream.AsFailure(err)
		return nil, stuck(f)
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, string(r.CampaignID))
	}
	return ids, nil
}
