package timetrack

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/api"
)

// timerAPI registers the timer of whoever calls.
func (s *Service) timerAPI(a *api.API) {
	call := func(id, method, below, summary string, status int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: staffHours + "/timer" + below, Summary: summary, Tags: []string{"time-tracking"}, DefaultStatus: status,
		}
	}
	api.Register(a, staffReads, call("get-timer", http.MethodGet, "", "Read your timer", http.StatusOK), s.readOwnTimer)
	api.Register(a, logs, call("start-timer", http.MethodPost, "", "Start your timer", http.StatusCreated), s.startOwnTimer)
	api.Register(a, logs, call("stop-timer", http.MethodPost, "/stop", "Stop your timer and log what it ran", http.StatusOK), s.stopOwnTimer)
	api.Register(a, logs, call("discard-timer", http.MethodDelete, "", "Forget what your timer ran", http.StatusNoContent), s.discardOwnTimer)
}

type timerOutput struct {
	Body struct {
		Timer *Timer `json:"timer" doc:"Null when none runs"`
	}
}

func (s *Service) readOwnTimer(ctx context.Context, _ *struct{}) (*timerOutput, error) {
	t, err := s.RunningTimer(ctx)
	out := &timerOutput{}
	out.Body.Timer = t
	return out, err
}

func (s *Service) startOwnTimer(ctx context.Context, in *struct{ Body TimerInput }) (*timerOutput, error) {
	t, err := s.StartTimer(ctx, in.Body)
	out := &timerOutput{}
	out.Body.Timer = &t
	return out, err
}

type stoppedOutput struct {
	Body struct {
		Items []Entry `json:"items" doc:"What was logged: one entry for each day"`
	}
}

func (s *Service) stopOwnTimer(ctx context.Context, in *struct {
	Body *TimerStop `required:"false"`
}) (*stoppedOutput, error) {
	stop := TimerStop{}
	if in.Body != nil {
		stop = *in.Body
	}
	entries, err := s.StopTimer(ctx, stop)
	out := &stoppedOutput{}
	out.Body.Items = entries
	return out, err
}

func (s *Service) discardOwnTimer(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, s.DiscardTimer(ctx)
}
