package project

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/route"
)

const (
	clientQuotes   = "/api/client-portal/quotes"
	clientProjects = "/api/client-portal/projects"
)

// Everybody at a customer reads; approvers and admins decide.
var (
	reads   = route.Client("projects:read")
	decides = route.Client("projects:write", actor.Approver, actor.Admin)
)

// API adds the clients' JSON calls.
func (s *Service) API(a *api.API) {
	api.Register(a, reads, quoteCall("list-quotes", http.MethodGet, clientQuotes, "List quotes", http.StatusOK), s.listQuotes)
	api.Register(a, reads, quoteCall("get-quote", http.MethodGet, clientQuotes+"/{id}", "Read a quote", http.StatusOK), s.readQuote)
	api.Register(a, decides, quoteCall("approve-quote", http.MethodPost, clientQuotes+"/{id}/approve", "Approve the version that was read", http.StatusOK), s.approveQuote)
	api.Register(a, decides, quoteCall("reject-quote", http.MethodPost, clientQuotes+"/{id}/reject", "Reject the version that was read", http.StatusOK), s.rejectQuote)
	a.Stream(reads, pdfOperation("get-quote-pdf", clientQuotes), s.sendPDF)

	api.Register(a, reads, projectCall("list-projects", http.MethodGet, clientProjects, "List projects", http.StatusOK), s.listProjects)
	api.Register(a, reads, projectCall("get-project", http.MethodGet, clientProjects+"/{quoteId}", "Read a project", http.StatusOK), s.readProject)
	api.Register(a, reads, projectCall("list-project-phases", http.MethodGet, clientProjects+"/{quoteId}/phases", "List a project's phases", http.StatusOK), s.listPhases)
	api.Register(a, decides, projectCall("accept-deliverable", http.MethodPost, clientProjects+"/{quoteId}/deliverables/{id}/accept", "Sign a deliverable off", http.StatusOK), s.acceptDeliverable)
	api.Register(a, decides, projectCall("reject-deliverable", http.MethodPost, clientProjects+"/{quoteId}/deliverables/{id}/reject", "Ask for changes to a deliverable", http.StatusOK), s.rejectDeliverable)
	a.Stream(reads, downloadCall("get-project-attachment", clientProjects), s.download)
}

func quoteCall(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"quotes"}, DefaultStatus: status}
}

func projectCall(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"projects"}, DefaultStatus: status}
}

// quoteInput names a quote in the path.
type quoteInput struct {
	ID string `path:"id"`
}

// projectInput names a project in the path, by its quote.
type projectInput struct {
	QuoteID string `path:"quoteId"`
}

type quotesInput struct {
	api.PageQuery
	Status []Status `query:"status" maxItems:"7" enum:"sent,approved,rejected,in_progress,completed,cancelled" doc:"One, or several with commas"`
	Query  string   `query:"q" doc:"Words of the name, the number or the kind"`
}

func (s *Service) listQuotes(ctx context.Context, in *quotesInput) (*api.PageAnswer[QuoteSummary], error) {
	list, err := s.Quotes(ctx, Filter{Statuses: in.Status, Query: in.Query}, in.PageQuery)
	return &api.PageAnswer[QuoteSummary]{Body: list}, err
}

func (s *Service) readQuote(ctx context.Context, in *quoteInput) (*api.Answer[Quote], error) {
	id, err := route.ID(in.ID, "quote")
	if err != nil {
		return nil, err
	}
	quote, err := s.Quote(ctx, id)
	return &api.Answer[Quote]{ETag: quote.Tag(), Body: quote}, err
}

// answerQuote does something to a quote and answers with what it is then.
func (s *Service) answerQuote(ctx context.Context, path string, do func(uuid.UUID) error) (*api.Answer[Quote], error) {
	id, err := route.ID(path, "quote")
	if err == nil {
		err = do(id)
	}
	if err != nil {
		return nil, err
	}
	quote, err := s.quote(ctx, id)
	return &api.Answer[Quote]{ETag: quote.Tag(), Body: quote}, err
}

type approveInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The ETag of the quote as it was read; needed"`
	Body    *struct {
		Comment string `json:"comment,omitempty" maxLength:"10000"`
	} `required:"false"`
}

func (s *Service) approveQuote(ctx context.Context, in *approveInput) (*api.Answer[Quote], error) {
	comment := ""
	if in.Body != nil {
		comment = in.Body.Comment
	}
	return s.answerQuote(ctx, in.ID, func(id uuid.UUID) error { return s.ApproveQuote(ctx, id, comment, in.IfMatch) })
}

type rejectInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The ETag of the quote as it was read; needed"`
	Body    struct {
		Comment string `json:"comment" maxLength:"10000"`
	}
}

func (s *Service) rejectQuote(ctx context.Context, in *rejectInput) (*api.Answer[Quote], error) {
	return s.answerQuote(ctx, in.ID, func(id uuid.UUID) error { return s.RejectQuote(ctx, id, in.Body.Comment, in.IfMatch) })
}

type projectsInput struct {
	api.PageQuery
	Status []Status `query:"status" maxItems:"4" enum:"approved,in_progress,completed,cancelled" doc:"One, or several with commas"`
	Query  string   `query:"q" doc:"Words of the name, the number or the kind"`
}

func (s *Service) listProjects(ctx context.Context, in *projectsInput) (*api.PageAnswer[Summary], error) {
	list, err := s.Projects(ctx, Filter{Statuses: in.Status, Query: in.Query}, in.PageQuery)
	return &api.PageAnswer[Summary]{Body: list}, err
}

func (s *Service) readProject(ctx context.Context, in *projectInput) (*api.Answer[Project], error) {
	id, err := route.ID(in.QuoteID, "project")
	if err != nil {
		return nil, err
	}
	p, err := s.Project(ctx, id)
	return &api.Answer[Project]{Body: p}, err
}

func (s *Service) listPhases(ctx context.Context, in *projectInput) (*api.ItemsAnswer[Phase], error) {
	id, err := route.ID(in.QuoteID, "project")
	if err != nil {
		return nil, err
	}
	p, err := s.Project(ctx, id)
	return api.Items(p.Phases, err)
}

type acceptInput struct {
	QuoteID string `path:"quoteId"`
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    *struct {
		Comment string `json:"comment,omitempty" maxLength:"10000"`
	} `required:"false"`
}

func (s *Service) acceptDeliverable(ctx context.Context, in *acceptInput) (*api.Answer[Deliverable], error) {
	comment := ""
	if in.Body != nil {
		comment = in.Body.Comment
	}
	return s.answerDeliverable(in.QuoteID, in.ID, func(quote, id uuid.UUID) (Deliverable, error) {
		return s.AcceptDeliverable(ctx, quote, id, comment, in.IfMatch)
	})
}

type changesInput struct {
	QuoteID string `path:"quoteId"`
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    struct {
		Comment string `json:"comment" maxLength:"10000"`
	}
}

func (s *Service) rejectDeliverable(ctx context.Context, in *changesInput) (*api.Answer[Deliverable], error) {
	return s.answerDeliverable(in.QuoteID, in.ID, func(quote, id uuid.UUID) (Deliverable, error) {
		return s.RejectDeliverable(ctx, quote, id, in.Body.Comment, in.IfMatch)
	})
}

// answerDeliverable does something to a deliverable and answers with it.
func (s *Service) answerDeliverable(quoteText, path string, do func(quote, id uuid.UUID) (Deliverable, error)) (*api.Answer[Deliverable], error) {
	quote, err := route.ID(quoteText, "project")
	if err != nil {
		return nil, err
	}
	id, err := route.ID(path, "deliverable")
	if err != nil {
		return nil, err
	}
	d, err := do(quote, id)
	return &api.Answer[Deliverable]{ETag: d.Tag(), Body: d.tagged()}, err
}
