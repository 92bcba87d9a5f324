package ticket

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

const clientPath = "/api/client-portal/tickets"

// Who of a customer's people may read, and who may write.
var (
	reads  = route.Client("tickets:read")
	writes = route.Client("tickets:write", actor.Member, actor.Approver, actor.Admin)
)

// API adds the clients' JSON calls.
func (s *Service) API(a *api.API) {
	api.Register(a, reads, operation("list-tickets", http.MethodGet, clientPath, "List tickets", http.StatusOK), s.listTickets)
	api.Register(a, writes, operation("create-ticket", http.MethodPost, clientPath, "Raise a ticket", http.StatusCreated), s.createTicket)
	api.Register(a, reads, operation("get-ticket", http.MethodGet, clientPath+"/{id}", "Read a ticket", http.StatusOK), s.readTicket)
	api.Register(a, writes, api.About(operation("update-ticket", http.MethodPut, clientPath+"/{id}", "Change, close or reopen a ticket", http.StatusOK),
		"What is left out stays. A client may set the status to closed, and that of a resolved ticket to open; anything else is a 409."), s.updateTicket)
	api.Register(a, writes, api.About(operation("add-ticket-comment", http.MethodPost, clientPath+"/{id}/comments", "Answer", http.StatusCreated),
		"A ticket that waits for the client is in progress again, and a resolved one is reopened."), s.createComment)
	api.Register(a, writes, operation("follow-ticket", http.MethodPut, clientPath+"/{id}/following", "Get a mail when something happens", http.StatusNoContent), s.followTicket)
	api.Register(a, writes, operation("unfollow-ticket", http.MethodDelete, clientPath+"/{id}/following", "Get no more mails", http.StatusNoContent), s.unfollowTicket)
	registerUpload(a, writes, "add-ticket-attachments", clientPath, s.createAttachments, "comment_id")
	a.Stream(reads, downloadOperation("get-attachment", "/api/client-portal/attachments/{id}"), s.download)
}

func operation(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"tickets"}, DefaultStatus: status}
}

// pathInput names a ticket in the path.
type pathInput struct {
	ID string `path:"id"`
}

type listInput struct {
	api.PageQuery
	Status   []Status `query:"status" maxItems:"5" enum:"open,in_progress,waiting_for_client,resolved,closed" doc:"One, or several with commas"`
	Category string   `query:"category"`
	Priority Priority `query:"priority" enum:"low,medium,high,urgent"`
	QuoteID  string   `query:"quote_id" doc:"A project's id, or none"`
	Query    string   `query:"q" doc:"Words of titles, descriptions and comments, or a number"`
	Sort     string   `query:"sort" enum:"-updated_at,updated_at,-created_at,created_at,-priority,priority" default:"-updated_at"`
}

func (in listInput) filter() (Filter, error) {
	f := Filter{Statuses: in.Status, Category: in.Category, Priority: in.Priority, Query: in.Query, Sort: in.Sort}
	switch in.QuoteID {
	case "":
		return f, nil
	case "none":
		f.QuoteID = &uuid.Nil
		return f, nil
	}
	quote, err := uuid.Parse(in.QuoteID)
	if err != nil {
		return f, fault.InvalidField("query.quote_id", "Give a project's id, or none.")
	}
	f.QuoteID = &quote
	return f, nil
}

func (s *Service) listTickets(ctx context.Context, in *listInput) (*api.PageAnswer[Summary], error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	list, err := s.List(ctx, f, in.PageQuery)
	return &api.PageAnswer[Summary]{Body: list}, err
}

func (s *Service) readTicket(ctx context.Context, in *pathInput) (*api.Answer[Ticket], error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	t, err := s.Ticket(ctx, id)
	return &api.Answer[Ticket]{ETag: t.ETag(), Body: t}, err
}

type newTicketInput struct {
	Body struct {
		Title       string     `json:"title"`
		Description string     `json:"description" doc:"Markdown"`
		Category    string     `json:"category,omitempty"`
		Priority    Priority   `json:"priority,omitempty" enum:"low,medium,high,urgent" default:"medium"`
		QuoteID     *uuid.UUID `json:"quote_id,omitempty" format:"uuid"`
	}
}

func (s *Service) createTicket(ctx context.Context, in *newTicketInput) (*api.Answer[Ticket], error) {
	b := in.Body
	t, err := s.Create(ctx, NewTicket{Title: b.Title, Description: b.Description, Category: b.Category, Priority: b.Priority, QuoteID: b.QuoteID})
	return &api.Answer[Ticket]{ETag: t.ETag(), Location: clientPath + "/" + t.ID.String(), Body: t}, err
}

type editInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    struct {
		Title       *string   `json:"title,omitempty"`
		Description *string   `json:"description,omitempty" doc:"Markdown"`
		Category    *string   `json:"category,omitempty" doc:"Empty for none"`
		Priority    *Priority `json:"priority,omitempty" enum:"low,medium,high,urgent"`
		Status      *Status   `json:"status,omitempty" enum:"open,in_progress,waiting_for_client,resolved,closed" doc:"closed, or open for a resolved ticket"`
	}
}

func (s *Service) updateTicket(ctx context.Context, in *editInput) (*api.Answer[Ticket], error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	t, err := s.Update(ctx, id, Edit(in.Body), in.IfMatch)
	return &api.Answer[Ticket]{ETag: t.ETag(), Body: t}, err
}

type commentInput struct {
	ID   string `path:"id"`
	Body struct {
		Body string `json:"body" doc:"Markdown"`
	}
}

func (s *Service) createComment(ctx context.Context, in *commentInput) (*api.Answer[Comment], error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	comment, err := s.AddComment(ctx, id, NewComment{Body: in.Body.Body})
	return &api.Answer[Comment]{Location: clientPath + "/" + id.String(), Body: comment}, err
}

func (s *Service) followTicket(ctx context.Context, in *pathInput) (*struct{}, error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	return nil, s.Follow(ctx, id)
}

func (s *Service) unfollowTicket(ctx context.Context, in *pathInput) (*struct{}, error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	return nil, s.Unfollow(ctx, id)
}
