package project

import (
	"context"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
)

const (
	staffQuotes   = "/api/staff/quotes"
	staffProjects = "/api/staff/projects"
)

// Every employee reads and works for the customers they serve; managers and admins
// make quotes and plans.
var (
	staffReads = route.Staff("projects:read")
	works      = route.Staff("projects:write")
	plans      = route.Staff("projects:write", actor.Manager, actor.Admin)
)

// StaffAPI adds the agency's JSON calls.
func (s *Service) StaffAPI(a *api.API) {
	one := staffQuotes + "/{id}"
	api.Register(a, staffReads, quoteCall("staff-list-quotes", http.MethodGet, staffQuotes, "List quotes", http.StatusOK), s.listStaffQuotes)
	api.Register(a, plans, quoteCall("staff-create-quote", http.MethodPost, staffQuotes, "Draft a quote", http.StatusCreated), s.createQuote)
	api.Register(a, staffReads, quoteCall("staff-get-quote", http.MethodGet, one, "Read a quote", http.StatusOK), s.readQuote)
	api.Register(a, plans, quoteCall("staff-update-quote", http.MethodPut, one, "Change a quote; once sent, to a new version", http.StatusOK), s.updateQuote)
	api.Register(a, plans, quoteCall("staff-send-quote", http.MethodPost, one+"/send", "Send a quote", http.StatusOK), s.stepper(s.SendQuote))
	api.Register(a, plans, quoteCall("staff-start-project", http.MethodPost, one+"/start", "Start an approved project", http.StatusOK), s.stepper(s.StartProject))
	api.Register(a, plans, quoteCall("staff-complete-project", http.MethodPost, one+"/complete", "Complete a project", http.StatusOK), s.stepper(s.CompleteProject))
	api.Register(a, plans, quoteCall("staff-cancel-quote", http.MethodPost, one+"/cancel", "Cancel a quote or project", http.StatusOK), s.stepper(s.CancelQuote))
	a.Stream(staffReads, pdfOperation("staff-get-quote-pdf", staffQuotes), s.sendPDF)

	api.Register(a, staffReads, projectCall("staff-list-projects", http.MethodGet, staffProjects, "List the projects of all customers", http.StatusOK), s.listPortfolio)
	api.Register(a, staffReads, projectCall("staff-get-project", http.MethodGet, staffProjects+"/{quoteId}", "Read a project", http.StatusOK), s.readProject)
	api.Register(a, plans, projectCall("staff-add-phases", http.MethodPost, one+"/phases", "Add phases", http.StatusCreated), s.addPhases)
	api.Register(a, plans, projectCall("staff-order-phases", http.MethodPut, one+"/phases", "Put the phases into another order", http.StatusOK), s.orderPhases)
	api.Register(a, works, projectCall("staff-update-phase", http.MethodPut, one+"/phases/{phaseId}", "Say where a phase has come to", http.StatusOK), s.updatePhase)
	api.Register(a, plans, projectCall("staff-remove-phase", http.MethodDelete, one+"/phases/{phaseId}", "Remove a phase that has not begun", http.StatusNoContent), s.removePhase)
	api.Register(a, works, projectCall("staff-post-update", http.MethodPost, one+"/updates", "Tell how a project is coming on", http.StatusCreated), s.postUpdate)
	api.Register(a, works, projectCall("staff-deliver", http.MethodPost, one+"/deliverables", "Deliver something to be signed off", http.StatusCreated), s.deliver)
	api.Register(a, works, projectCall("staff-redeliver", http.MethodPut, one+"/deliverables/{deliverableId}", "Deliver it again", http.StatusOK), s.redeliver)
	s.registerUpload(a)
	a.Stream(staffReads, downloadCall("staff-get-project-attachment", staffProjects), s.download)
}

type staffQuotesInput struct {
	api.PageQuery
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
	Status     []Status  `query:"status" maxItems:"7" enum:"draft,sent,approved,rejected,in_progress,completed,cancelled" doc:"One, or several with commas"`
	Query      string    `query:"q" doc:"Words of the name, the number, the kind or the customer"`
}

func (s *Service) listStaffQuotes(ctx context.Context, in *staffQuotesInput) (*api.PageAnswer[QuoteSummary], error) {
	list, err := s.Quotes(ctx, Filter{CustomerID: maybe.Of(in.CustomerID), Statuses: in.Status, Query: in.Query}, in.PageQuery)
	return &api.PageAnswer[QuoteSummary]{Body: list}, err
}

type offerInput struct{ Body Offer }

func (s *Service) createQuote(ctx context.Context, in *offerInput) (*api.Answer[Quote], error) {
	quote, err := s.CreateQuote(ctx, in.Body)
	return &api.Answer[Quote]{ETag: quote.Tag(), Location: staffQuotes + "/" + quote.ID.String(), Body: quote}, err
}

type quoteChangeInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    QuoteChange
}

func (s *Service) updateQuote(ctx context.Context, in *quoteChangeInput) (*api.Answer[Quote], error) {
	id, err := route.ID(in.ID, "quote")
	if err != nil {
		return nil, err
	}
	quote, err := s.UpdateQuote(ctx, id, in.Body, in.IfMatch)
	return &api.Answer[Quote]{ETag: quote.Tag(), Body: quote}, err
}

// stepper answers a call that takes a quote one step on.
func (s *Service) stepper(take func(context.Context, uuid.UUID) error) func(context.Context, *quoteInput) (*api.Answer[Quote], error) {
	return func(ctx context.Context, in *quoteInput) (*api.Answer[Quote], error) {
		return s.answerQuote(ctx, in.ID, func(id uuid.UUID) error { return take(ctx, id) })
	}
}

type portfolioInput struct {
	api.PageQuery
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
	Status     []Status  `query:"status" maxItems:"4" enum:"approved,in_progress,completed,cancelled" doc:"One, or several with commas"`
	Query      string    `query:"q" doc:"Words of the name, the number, the kind or the customer"`
	Late       bool      `query:"late" doc:"Only those that are late"`
	Waiting    string    `query:"waiting" enum:"client,agency" doc:"Only those that wait for one side"`
}

func (s *Service) listPortfolio(ctx context.Context, in *portfolioInput) (*api.PageAnswer[Summary], error) {
	list, err := s.Projects(ctx, Filter{
		CustomerID: maybe.Of(in.CustomerID), Statuses: in.Status, Query: in.Query, Late: in.Late, Waiting: in.Waiting,
	}, in.PageQuery)
	return &api.PageAnswer[Summary]{Body: list}, err
}

type phasesInput struct {
	ID   string `path:"id"`
	Body struct {
		Phases []Plan `json:"phases" maxItems:"1000"`
	}
}

func (s *Service) addPhases(ctx context.Context, in *phasesInput) (*api.ItemsAnswer[Phase], error) {
	return s.answerPhases(ctx, in.ID, func(id uuid.UUID) error { return s.AddPhases(ctx, id, in.Body.Phases) })
}

type orderInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The ETag of the quote as it was read, or that of the change before"`
	Body    struct {
		Phases []uuid.UUID `json:"phases" maxItems:"1000" doc:"The ids of all phases, in their new order"`
	}
}

func (s *Service) orderPhases(ctx context.Context, in *orderInput) (*api.ItemsAnswer[Phase], error) {
	return s.answerPhases(ctx, in.ID, func(id uuid.UUID) error { return s.OrderPhases(ctx, id, in.IfMatch, in.Body.Phases) })
}

// answerPhases does something to a plan and answers with its phases, and the quote's tag.
func (s *Service) answerPhases(ctx context.Context, path string, do func(uuid.UUID) error) (*api.ItemsAnswer[Phase], error) {
	id, err := route.ID(path, "quote")
	if err == nil {
		err = do(id)
	}
	if err != nil {
		return nil, err
	}
	now, err := s.quote(ctx, id)
	if err != nil {
		return nil, err
	}
	out, err := api.Items(now.Phases, nil)
	out.ETag = now.Tag()
	return out, err
}

type phaseInput struct {
	ID      string `path:"id"`
	PhaseID string `path:"phaseId"`
	IfMatch string `header:"If-Match" doc:"The ETag of the quote as it was read, or that of the change before"`
	Body    PhaseChange
}

func (s *Service) updatePhase(ctx context.Context, in *phaseInput) (*api.Answer[Phase], error) {
	quote, id, err := parsePhase(in.ID, in.PhaseID)
	if err != nil {
		return nil, err
	}
	in.Body.IfMatch = in.IfMatch
	if err := s.UpdatePhase(ctx, quote, id, in.Body); err != nil {
		return nil, err
	}
	now, err := s.quote(ctx, quote)
	at := slices.IndexFunc(now.Phases, func(p Phase) bool { return p.ID == id })
	if err != nil || at < 0 {
		return nil, first(err, fault.Missing("phase"))
	}
	return &api.Answer[Phase]{ETag: now.Tag(), Body: now.Phases[at]}, nil
}

type removalInput struct {
	ID      string `path:"id"`
	PhaseID string `path:"phaseId"`
}

func (s *Service) removePhase(ctx context.Context, in *removalInput) (*struct{}, error) {
	quote, phase, err := parsePhase(in.ID, in.PhaseID)
	if err != nil {
		return nil, err
	}
	return nil, s.RemovePhase(ctx, quote, phase)
}

func parsePhase(quoteText, phaseText string) (quote, phase uuid.UUID, err error) {
	if quote, err = route.ID(quoteText, "quote"); err == nil {
		phase, err = route.ID(phaseText, "phase")
	}
	return quote, phase, err
}

type updateInput struct {
	ID   string `path:"id"`
	Body struct {
		Body string `json:"body" maxLength:"60000" doc:"Markdown"`
	}
}

func (s *Service) postUpdate(ctx context.Context, in *updateInput) (*api.Answer[Update], error) {
	id, err := route.ID(in.ID, "project")
	if err != nil {
		return nil, err
	}
	update, err := s.PostUpdate(ctx, id, in.Body.Body, nil)
	return &api.Answer[Update]{Location: staffProjects + "/" + id.String(), Body: update}, err
}

type deliveryInput struct {
	ID   string `path:"id"`
	Body Delivery
}

func (s *Service) deliver(ctx context.Context, in *deliveryInput) (*api.Answer[Deliverable], error) {
	id, err := route.ID(in.ID, "project")
	if err != nil {
		return nil, err
	}
	d, err := s.Deliver(ctx, id, in.Body)
	return &api.Answer[Deliverable]{ETag: d.Tag(), Location: staffProjects + "/" + id.String(), Body: d.tagged()}, err
}

type redeliveryInput struct {
	ID            string `path:"id"`
	DeliverableID string `path:"deliverableId"`
	IfMatch       string `header:"If-Match"`
	Body          Redelivery
}

func (s *Service) redeliver(ctx context.Context, in *redeliveryInput) (*api.Answer[Deliverable], error) {
	return s.answerDeliverable(in.ID, in.DeliverableID, func(quote, id uuid.UUID) (Deliverable, error) {
		in.Body.IfMatch = in.IfMatch
		return s.Redeliver(ctx, quote, id, in.Body)
	})
}
