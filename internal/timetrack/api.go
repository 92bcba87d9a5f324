package timetrack

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
)

const clientHours = "/api/client-portal/time-tracking"

// Everybody at a customer reads; approvers and admins decide.
var (
	reads   = route.Client("time:read")
	decides = route.Client("time:write", actor.Approver, actor.Admin)
)

// API adds the clients' JSON calls.
func (s *Service) API(a *api.API) {
	one, block := clientHours+"/{id}", clientHours+"/overage-blocks/{id}"
	api.Register(a, reads, hoursCall("list-time-entries", http.MethodGet, clientHours, "List time entries, with totals"), s.listEntries)
	api.Register(a, reads, hoursCall("get-time-entry", http.MethodGet, one, "Read a time entry, its conversation and history"), s.readEntryCall)
	api.Register(a, decides, hoursCall("approve-time-entry", http.MethodPost, one+"/approve", "Approve the revision that was read"), s.approveEntry)
	api.Register(a, decides, hoursCall("reject-time-entry", http.MethodPost, one+"/reject", "Reject the revision that was read"), s.rejectEntry)
	api.Register(a, decides, api.About(hoursCall("approve-time-entries", http.MethodPost, clientHours+"/approve", "Approve many entries, each as it was read"),
		"Answers for each entry, in their order, as the call for a single one would: 200, 404, 409 or 412 as its status."), s.approveEntries)
	api.Register(a, decides, messageCall("answer-time-entry", one), s.answerEntry)
	api.Register(a, reads, retainerCall("retainer-summary", http.MethodGet, clientHours+"/retainer-summary", "How the retainers stand"), s.summarizeRetainers)
	api.Register(a, reads, retainerCall("time-statement", http.MethodGet, clientHours+"/statement", "A month, or a period of a retainer, line by line"), s.readStatement)
	api.Register(a, reads, retainerCall("list-retainers", http.MethodGet, clientHours+"/retainers", "List retainers with their terms"), s.listRetainers)
	api.Register(a, reads, retainerCall("list-retainer-periods", http.MethodGet, clientHours+"/retainers/{id}/periods", "List a retainer's periods"), s.listPeriods)
	api.Register(a, reads, retainerCall("list-overage-blocks", http.MethodGet, clientHours+"/overage-blocks", "List blocks of hours beyond retainers"), s.listBlocks)
	api.Register(a, decides, retainerCall("approve-overage-block", http.MethodPost, block+"/approve", "Buy a block as it was read"), s.approveBlock)
	api.Register(a, decides, retainerCall("decline-overage-block", http.MethodPost, block+"/decline", "Decline a block"), s.declineBlock)
}

func hoursCall(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"time-tracking"}, DefaultStatus: http.StatusOK}
}

func retainerCall(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"retainers"}, DefaultStatus: http.StatusOK}
}

func messageCall(id, one string) huma.Operation {
	op := hoursCall(id, http.MethodPost, one+"/messages", "Say something to a rejected time entry")
	op.DefaultStatus = http.StatusCreated
	return op
}

// EntriesQuery picks entries in an address.
type EntriesQuery struct {
	From       string     `query:"from" format:"date" doc:"The first day worked"`
	To         string     `query:"to" format:"date" doc:"The last day worked"`
	QuoteID    uuid.UUID  `query:"quote_id" format:"uuid"`
	TicketID   uuid.UUID  `query:"ticket_id" format:"uuid"`
	RetainerID uuid.UUID  `query:"retainer_id" format:"uuid"`
	Billable   string     `query:"billable" enum:"true,false"`
	IsRetainer string     `query:"is_retainer" enum:"true,false"`
	Category   string     `query:"category"`
	Approval   []Approval `query:"approval" maxItems:"3" enum:"pending,approved,rejected" doc:"One, or several with commas"`
	Query      string     `query:"q" doc:"Words of what was done"`
}

func (in EntriesQuery) filter() Filter {
	return Filter{
		From: dayOf(in.From), To: dayOf(in.To), QuoteID: maybe.Of(in.QuoteID), TicketID: maybe.Of(in.TicketID), RetainerID: maybe.Of(in.RetainerID),
		Billable: truth(in.Billable), IsRetainer: truth(in.IsRetainer), Category: in.Category, Approvals: in.Approval, Query: in.Query,
	}
}

// dayOf reads a day that the API's edge has checked; "" is none.
func dayOf(text string) *Day {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil
	}
	return &Day{Time: t}
}

// truth reads a yes or no; "" is neither.
func truth(text string) *bool {
	if text == "" {
		return nil
	}
	yes := text == "true"
	return &yes
}

type entriesInput struct {
	api.PageQuery
	EntriesQuery
}

type entriesPage struct{ Body EntryPage }

func (s *Service) listEntries(ctx context.Context, in *entriesInput) (*entriesPage, error) {
	list, err := s.Entries(ctx, in.filter(), in.PageQuery)
	return &entriesPage{list}, err
}

type idInput struct {
	ID string `path:"id"`
}

func (s *Service) readEntryCall(ctx context.Context, in *idInput) (*api.Answer[Detail], error) {
	id, err := route.ID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	d, err := s.Entry(ctx, id)
	return &api.Answer[Detail]{ETag: d.Tag(), Body: d}, err
}

type approveSeenInput struct {
	ID      string    `path:"id"`
	IfMatch string    `header:"If-Match" doc:"The etag of the entry as it was read; needed"`
	Body    *struct{} `required:"false"`
}

func (s *Service) approveEntry(ctx context.Context, in *approveSeenInput) (*api.Answer[Entry], error) {
	id, err := route.ID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	e, err := s.ApproveEntry(ctx, id, in.IfMatch)
	return &api.Answer[Entry]{ETag: e.Tag(), Body: e}, err
}

type rejectEntryInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The etag of the entry as it was read; needed"`
	Body    struct {
		Reason string `json:"reason" maxLength:"8000" doc:"What is wrong with it"`
	}
}

func (s *Service) rejectEntry(ctx context.Context, in *rejectEntryInput) (*api.Answer[Entry], error) {
	id, err := route.ID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	e, err := s.RejectEntry(ctx, id, in.Body.Reason, in.IfMatch)
	return &api.Answer[Entry]{ETag: e.Tag(), Body: e}, err
}

type approveManyInput struct {
	Body struct {
		Entries []Seen `json:"entries" minItems:"1" maxItems:"500"`
	}
}

func (s *Service) approveEntries(ctx context.Context, in *approveManyInput) (*api.ItemsAnswer[Outcome], error) {
	outcomes, err := s.ApproveEntries(ctx, in.Body.Entries)
	return api.Items(outcomes, err)
}

type messageInput struct {
	ID   string `path:"id"`
	Body Answer
}

func (s *Service) answerEntry(ctx context.Context, in *messageInput) (*api.Answer[Detail], error) {
	id, err := route.ID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	d, err := s.AnswerEntry(ctx, id, in.Body)
	return &api.Answer[Detail]{ETag: d.Tag(), Body: d}, err
}
