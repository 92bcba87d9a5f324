package notify

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/route"
)

// API registers what a client's programs may do.
func (s *Service) API(a *api.API) {
	s.register(a, "/api/client-portal", "", route.Client("account:read"), route.Client(""))
}

// StaffAPI registers the same for employees.
func (s *Service) StaffAPI(a *api.API) {
	s.register(a, "/api/staff", "staff-", route.Staff("account:read"), route.Staff(""))
}

type none struct{}

type listOut struct{ Body api.Page[Notification] }

type readIn struct {
	Body *struct { // a pointer may be missing
		IDs []uuid.UUID `json:"ids,omitempty" maxItems:"100" doc:"Without any, all are marked"`
	}
}

type settingsOut struct {
	ETag string `header:"ETag"`
	Body Settings
}

type settingsIn struct {
	IfMatch string `header:"If-Match"`
	Body    Settings
}

func (s *Service) settingsOut(ctx context.Context) (*settingsOut, error) {
	own, err := s.Settings(ctx)
	return &settingsOut{own.etag(), own}, err
}

func (s *Service) register(a *api.API, base, prefix string, read, change route.Access) {
	op := func(method, path, id, summary string) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: base + path, Tags: []string{"notifications"}, Summary: summary,
		}
	}
	list := op(http.MethodGet, "/notifications", "list-"+prefix+"notifications", "List what one was told, newest first")
	api.Register(a, read, list, func(ctx context.Context, in *struct {
		api.PageQuery
		Unread bool `query:"unread" doc:"Only what is not read yet"`
	}) (*listOut, error) {
		page, err := s.Notifications(ctx, in.Unread, in.Cursor, in.Limit)
		return &listOut{page}, err
	})
	mark := op(http.MethodPost, "/notifications/read", "read-"+prefix+"notifications", "Mark as read")
	mark.DefaultStatus = http.StatusNoContent
	api.Register(a, change, mark, func(ctx context.Context, in *readIn) (*none, error) {
		if in.Body == nil {
			return nil, s.MarkRead(ctx, nil)
		}
		return nil, s.MarkRead(ctx, in.Body.IDs)
	})
	show := op(http.MethodGet, "/notification-settings", prefix+"notification-settings", "How one wants to hear of events")
	api.Register(a, read, show, func(ctx context.Context, _ *none) (*settingsOut, error) {
		return s.settingsOut(ctx)
	})
	set := op(http.MethodPut, "/notification-settings", "change-"+prefix+"notification-settings", "Choose how one wants to hear of events")
	set.Description = "Kinds that are left out stay as they are for everybody."
	api.Register(a, change, set, func(ctx context.Context, in *settingsIn) (*settingsOut, error) {
		now, err := s.settingsOut(ctx)
		if err == nil {
			err = api.CheckMatch(in.IfMatch, now.ETag)
		}
		if err == nil {
			err = s.ChangeSettings(ctx, in.Body)
		}
		if err != nil {
			return nil, err
		}
		return s.settingsOut(ctx)
	})
}
