package timetrack

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/web"
)

// retainersView is how the retainers of all customers stand.
type retainersView struct {
	summaries []Standing
	agrees    bool
}

// Standing is how a retainer stands in the period that runs.
type Standing struct{ panelView }

func (c staffPages) showRetainers(w http.ResponseWriter, r *http.Request) error {
	v := retainersView{agrees: can(r.Context(), mayAgree)}
	var err error
	if v.summaries, err = c.Standings(r.Context(), nil); err != nil {
		return err
	}
	web.Render(w, r, http.StatusOK, retainersPage(c.page(w, r, retainersRoot, "Retainers").Following("hours:"), v))
	return nil
}

// Standings are the retainers that run, those that need care first.
func (s *Service) Standings(ctx context.Context, customer *uuid.UUID) ([]Standing, error) {
	summaries, err := s.RetainerSummary(ctx, SummaryQuery{CustomerID: customer})
	if err != nil {
		return nil, err
	}
	list := []Standing{}
	for _, sum := range summaries {
		list = append(list, Standing{panelView{Summary: sum, running: true}})
	}
	slices.SortStableFunc(list, func(a, b Standing) int { return b.urgency() - a.urgency() })
	return list, nil
}

func (s Standing) urgency() int {
	state, close := s.limit()
	switch {
	case !close:
		return 0
	case state.Tone == web.Late:
		return 2
	}
	return 1
}

// IsUrgent reports whether the retainer is close to its limit, or over it.
func (s Standing) IsUrgent() bool { return s.urgency() > 0 }

// Left are the hours that are left.
func (s Standing) Left() string {
	return signed(s.left()) + " h left of " + signed(s.available())
}

// Path is where the agency's people see it.
func (s Standing) Path() string { return retainerPath(s.RetainerID) }

// Health is how the retainer stands in words.
func (s Standing) Health(c web.Clock) web.State {
	if state, close := s.limit(); close {
		if s.Forecast.RunsOutFrom != nil && state.Tone == web.Waiting {
			return state.Says("Runs out from " + c.Date(s.Forecast.RunsOutFrom.Time))
		}
		return state
	}
	return web.State{Tone: web.Done, Words: "On pace"}
}

// closes is the day on which the period closes by itself.
func (s Standing) closes() time.Time { return s.PeriodEnd.AddDate(0, 0, s.retainer.ClosesAfterDays) }

func (v retainersView) actions() []web.Action {
	if !v.agrees {
		return nil
	}
	return []web.Action{{Label: "New retainer", Icon: web.IconPlus, Kind: web.Primary, Href: retainersRoot + "/new"}}
}
