package timetrack

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
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
	api.Register(a, decides, hoursCall("approve-time-entries", http.MethodPost, clientHours+"/approve", "Approve many entries, each as it was read"), s.approveEntries)
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

// answer is an answer that is one thing.
type answer[T any] struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     T
}

// page is an answer that is a part of a list.
type page[T any] struct{ Body api.Page[T] }

// items is an answer that is a whole, short list.
type items[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}

func allOf[T any](list []T) *items[T] {
	out := &items[T]{}
	out.Body.Items = list
	return out
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
		From: dayOf(in.From), To: dayOf(in.To), QuoteID: given(in.QuoteID), TicketID: given(in.TicketID), RetainerID: given(in.RetainerID),
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

// parseID reads an id of the path; what is no id is not there.
func parseID(text, what string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, fault.Missing(what)
	}
	return id, nil
}

func (s *Service) readEntryCall(ctx context.Context, in *idInput) (*answer[Detail], error) {
	id, err := parseID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	d, err := s.Entry(ctx, id)
	return &answer[Detail]{ETag: d.Tag(), Body: d}, err
}

type approveSeenInput struct {
	ID      string    `path:"id"`
	IfMatch string    `header:"If-Match" doc:"The etag of the entry as it was read; needed"`
	Body    *struct{} `required:"false"`
}

func (s *Service) approveEntry(ctx context.Context, in *approveSeenInput) (*answer[Entry], error) {
	id, err := parseID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	e, err := s.ApproveEntry(ctx, id, in.IfMatch)
	return &answer[Entry]{ETag: e.Tag(), Body: e}, err
}

type rejectEntryInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The etag of the entry as it was read; needed"`
	Body    struct {
		Reason string `json:"reason" maxLength:"8000" doc:"What is wrong with it"`
	}
}

func (s *Service) rejectEntry(ctx context.Context, in *rejectEntryInput) (*answer[Entry], error) {
	id, err := parseID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	e, err := s.RejectEntry(ctx, id, in.Body.Reason, in.IfMatch)
	return &answer[Entry]{ETag: e.Tag(), Body: e}, err
}

type approveManyInput struct {
	Body struct {
		Entries []Seen `json:"entries" minItems:"1" maxItems:"500"`
	}
}

func (s *Service) approveEntries(ctx context.Context, in *approveManyInput) (*items[Outcome], error) {
	outcomes, err := s.ApproveEntries(ctx, in.Body.Entries)
	return allOf(outcomes), err
}

type messageInput struct {
	ID   string `path:"id"`
	Body Answer
}

func (s *Service) answerEntry(ctx context.Context, in *messageInput) (*answer[Detail], error) {
	id, err := parseID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	d, err := s.AnswerEntry(ctx, id, in.Body)
	return &answer[Detail]{ETag: d.Tag(), Body: d}, err
}

// SummaryInput says when, in an address.
type SummaryInput struct {
	AsOf string `query:"as_of" doc:"The end of a day, or a moment: what was recorded later is not in it then"`
}

// query reads the day or moment.
func (in SummaryInput) query(ctx context.Context) (q SummaryQuery, err error) {
	if in.AsOf == "" {
		return q, nil
	}
	now := clock.Now(ctx)
	if q.AsOf = dayOf(in.AsOf); q.AsOf != nil {
		if q.AsOf.After(now.AddDate(1, 0, 0)) {
			err = fault.InvalidField("query.as_of", "Choose a day within a year from now.")
		}
		return q, err
	}
	known, err := momentOf("query.as_of", in.AsOf, now)
	q.Known = &known
	return q, err
}

// momentOf reads a moment that has passed.
func momentOf(name, text string, now time.Time) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fault.InvalidField(name, "Write a day such as 2026-03-09, or a moment such as 2026-03-09T12:00:00Z.")
	}
	if at.After(now) {
		return at, fault.InvalidField(name, "Choose a moment that has passed.")
	}
	return at.UTC(), nil
}

func (s *Service) summarizeRetainers(ctx context.Context, in *SummaryInput) (*items[Summary], error) {
	q, err := in.query(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.RetainerSummary(ctx, q)
	return allOf(list), err
}

// StatementInput says which statement, in an address.
type StatementInput struct {
	Month      string    `query:"month" pattern:"^\\d{4}-\\d{2}$" patternDescription:"a month such as 2026-03" doc:"All hours of a month"`
	RetainerID uuid.UUID `query:"retainer_id" format:"uuid" doc:"Or else a period of this retainer: that which has the day on"`
	On         string    `query:"on" format:"date" doc:"Today, when not given"`
	AsOf       string    `query:"as_of" doc:"The moment whose knowledge it has; now, when not given"`
}

// query reads which statement is asked for.
func (in StatementInput) query(ctx context.Context) (q StatementQuery, err error) {
	var check fault.Check
	now := clock.Now(ctx)
	q.RetainerID, q.On = given(in.RetainerID), exact.DayOf(now)
	check.That(in.Month == "" || in.RetainerID == uuid.Nil, "query.month", "Choose a month, or a retainer and a day.")
	check.That(in.On == "" || in.RetainerID != uuid.Nil, "query.on", "Name the retainer, or choose a month.")
	if on := dayOf(in.On); on != nil {
		q.On = *on
	}
	if in.Month != "" {
		month := dayOf(in.Month + "-01")
		check.That(month != nil, "query.month", "Write a month such as 2026-03.")
		if month != nil {
			q.On = *month
		}
	}
	if err := check.Err(); err != nil || in.AsOf == "" {
		return q, err
	}
	q.AsOf, err = momentOf("query.as_of", in.AsOf, now)
	return q, err
}

func (s *Service) readStatement(ctx context.Context, in *StatementInput) (*answer[Statement], error) {
	q, err := in.query(ctx)
	if err != nil {
		return nil, err
	}
	st, err := s.Statement(ctx, q)
	return &answer[Statement]{Body: st}, err
}

func (s *Service) listRetainers(ctx context.Context, in *struct{ api.PageQuery }) (*page[Retainer], error) {
	list, err := s.Retainers(ctx, nil)
	if err != nil {
		return nil, err
	}
	return partOf(list, in.PageQuery, func(r Retainer) uuid.UUID { return r.ID })
}

// partOf is a page of a list that is short enough to be read whole.
func partOf[T any](list []T, in api.PageQuery, id func(T) uuid.UUID) (*page[T], error) {
	var after position
	if err := api.DecodeCursor(in.Cursor, &after); err != nil {
		return nil, err
	}
	for i := range list {
		if after.ID != uuid.Nil && id(list[i]) == after.ID {
			list = list[i+1:]
			break
		}
	}
	return &page[T]{api.PageOf(list, in.Limit, func(t T) any { return position{ID: id(t)} })}, nil
}

func (s *Service) listPeriods(ctx context.Context, in *idInput) (*items[Period], error) {
	id, err := parseID(in.ID, "retainer")
	if err != nil {
		return nil, err
	}
	list, err := s.Periods(ctx, id)
	return allOf(list), err
}

type blocksInput struct {
	api.PageQuery
	Status string `query:"status" enum:"asked,approved,declined,withdrawn"`
}

func (s *Service) listBlocks(ctx context.Context, in *blocksInput) (*page[OverageBlock], error) {
	list, err := s.Blocks(ctx, nil, in.Status)
	if err != nil {
		return nil, err
	}
	return partOf(list, in.PageQuery, func(b OverageBlock) uuid.UUID { return b.ID })
}

func (s *Service) approveBlock(ctx context.Context, in *approveSeenInput) (*answer[OverageBlock], error) {
	id, err := parseID(in.ID, "overage block")
	if err != nil {
		return nil, err
	}
	b, err := s.ApproveBlock(ctx, id, in.IfMatch)
	return &answer[OverageBlock]{ETag: b.ETag, Body: b}, err
}

type declineBlockInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The etag of the block as it was read; needed"`
	Body    *struct {
		Comment string `json:"comment,omitempty" maxLength:"8000"`
	} `required:"false"`
}

func (s *Service) declineBlock(ctx context.Context, in *declineBlockInput) (*answer[OverageBlock], error) {
	id, err := parseID(in.ID, "overage block")
	if err != nil {
		return nil, err
	}
	comment := ""
	if in.Body != nil {
		comment = in.Body.Comment
	}
	b, err := s.DeclineBlock(ctx, id, comment, in.IfMatch)
	return &answer[OverageBlock]{ETag: b.ETag, Body: b}, err
}
