package timetrack

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
)

const (
	staffHours     = "/api/staff/time-tracking"
	staffRetainers = "/api/staff/retainers"
	staffBlocks    = "/api/staff/overage-blocks"
)

// Every employee reads and logs hours of the customers they serve; managers and
// admins keep retainers.
var (
	staffReads = route.Staff("time:read")
	logs       = route.Staff("time:write")
	agrees     = route.Staff("time:write", actor.Manager, actor.Admin)
)

// StaffAPI adds the agency's JSON calls.
func (s *Service) StaffAPI(a *api.API) {
	one, retainer := staffHours+"/{id}", staffRetainers+"/{id}"
	created := hoursCall("staff-log-time", http.MethodPost, staffHours, "Log time")
	created.DefaultStatus = http.StatusCreated
	gone := hoursCall("staff-delete-time-entry", http.MethodDelete, one, "Withdraw a time entry; its history stays")
	gone.DefaultStatus = http.StatusNoContent
	agreed := retainerCall("staff-create-retainer", http.MethodPost, staffRetainers, "Begin a retainer")
	agreed.DefaultStatus = http.StatusCreated
	asked := retainerCall("staff-ask-overage-block", http.MethodPost, staffBlocks, "Ask a client for a block beyond the retainer")
	asked.DefaultStatus = http.StatusCreated

	api.Register(a, staffReads, hoursCall("staff-list-time-entries", http.MethodGet, staffHours, "List time entries, with totals"), s.listStaffEntries)
	api.Register(a, logs, created, s.logEntry)
	api.Register(a, staffReads, hoursCall("staff-get-time-entry", http.MethodGet, one, "Read a time entry, its conversation and history"), s.readEntryCall)
	api.Register(a, logs, hoursCall("staff-update-time-entry", http.MethodPut, one, "Change a time entry, which needs approval again then"), s.updateEntry)
	api.Register(a, logs, gone, s.deleteEntry)
	api.Register(a, logs, messageCall("staff-answer-time-entry", one), s.answerEntry)
	api.Register(a, staffReads, retainerCall("staff-retainer-summary", http.MethodGet, staffHours+"/retainer-summary", "How the retainers of all customers stand"), s.summarizeStaffRetainers)
	api.Register(a, staffReads, retainerCall("staff-month-statement", http.MethodGet, "/api/staff/customers/{id}/statement", "A customer's month, line by line"), s.readMonthStatement)

	api.Register(a, staffReads, retainerCall("staff-list-retainers", http.MethodGet, staffRetainers, "List retainers with their terms"), s.listStaffRetainers)
	api.Register(a, agrees, agreed, s.createRetainer)
	api.Register(a, staffReads, retainerCall("staff-get-retainer", http.MethodGet, retainer, "Read a retainer"), s.readRetainer)
	api.Register(a, agrees, retainerCall("staff-update-retainer", http.MethodPut, retainer, "Change a retainer, its terms from a day on"), s.updateRetainer)
	api.Register(a, staffReads, retainerCall("staff-list-retainer-periods", http.MethodGet, retainer+"/periods", "List a retainer's periods"), s.listPeriods)
	api.Register(a, agrees, retainerCall("staff-close-retainer-period", http.MethodPost, retainer+"/periods/{start}/close", "Close a period that has ended"), s.closePeriod)
	api.Register(a, staffReads, retainerCall("staff-retainer-statement", http.MethodGet, retainer+"/statement", "A period of a retainer, line by line"), s.readRetainerStatement)
	api.Register(a, staffReads, retainerCall("staff-list-retainer-alerts", http.MethodGet, retainer+"/alerts", "What was told of a retainer"), s.listAlerts)
	api.Register(a, staffReads, retainerCall("staff-list-overage-blocks", http.MethodGet, staffBlocks, "List blocks of hours beyond retainers"), s.listStaffBlocks)
	api.Register(a, logs, asked, s.askForBlock)
	api.Register(a, logs, retainerCall("staff-withdraw-overage-block", http.MethodPost, staffBlocks+"/{id}/withdraw", "Ask for a block no more"), s.withdrawBlock)
}

type staffEntriesInput struct {
	api.PageQuery
	EntriesQuery
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
	EmployeeID uuid.UUID `query:"employee_id" format:"uuid"`
}

func (s *Service) listStaffEntries(ctx context.Context, in *staffEntriesInput) (*entriesPage, error) {
	f := in.filter()
	f.CustomerID, f.EmployeeID = maybe.Of(in.CustomerID), maybe.Of(in.EmployeeID)
	list, err := s.Entries(ctx, f, in.PageQuery)
	return &entriesPage{list}, err
}

type logInput struct{ Body EntryInput }

func (s *Service) logEntry(ctx context.Context, in *logInput) (*api.Answer[Entry], error) {
	e, err := s.LogEntry(ctx, in.Body)
	return &api.Answer[Entry]{ETag: e.Tag(), Location: staffHours + "/" + e.ID.String(), Body: e}, err
}

type entryChangeInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    EntryChange
}

func (s *Service) updateEntry(ctx context.Context, in *entryChangeInput) (*api.Answer[Entry], error) {
	id, err := route.ID(in.ID, "time entry")
	if err != nil {
		return nil, err
	}
	e, err := s.UpdateEntry(ctx, id, in.Body, in.IfMatch)
	return &api.Answer[Entry]{ETag: e.Tag(), Body: e}, err
}

type entryInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
}

func (s *Service) deleteEntry(ctx context.Context, in *entryInput) (*struct{}, error) {
	id, err := route.ID(in.ID, "time entry")
	if err == nil {
		err = s.DeleteEntry(ctx, id, in.IfMatch)
	}
	return nil, err
}

type staffSummaryInput struct {
	SummaryInput
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
}

func (s *Service) summarizeStaffRetainers(ctx context.Context, in *staffSummaryInput) (*api.ItemsAnswer[Summary], error) {
	q, err := in.query(ctx)
	if err != nil {
		return nil, err
	}
	q.CustomerID = maybe.Of(in.CustomerID)
	return api.Items(s.RetainerSummary(ctx, q))
}

type monthStatementInput struct {
	ID    string `path:"id"`
	Month string `query:"month" pattern:"^\\d{4}-\\d{2}$" patternDescription:"a month such as 2026-03" doc:"This one, when not given"`
	AsOf  string `query:"as_of" doc:"The moment whose knowledge it has; now, when not given"`
}

func (s *Service) readMonthStatement(ctx context.Context, in *monthStatementInput) (*api.Answer[Statement], error) {
	id, err := route.ID(in.ID, "customer")
	if err != nil {
		return nil, err
	}
	q, err := StatementInput{Month: in.Month, AsOf: in.AsOf}.query(ctx)
	if err != nil {
		return nil, err
	}
	q.CustomerID = id
	st, err := s.Statement(ctx, q)
	return &api.Answer[Statement]{Body: st}, err
}

type retainerStatementInput struct {
	ID   string `path:"id"`
	On   string `query:"on" format:"date" doc:"A day of the period; today, when not given"`
	AsOf string `query:"as_of" doc:"The moment whose knowledge it has; now, when not given"`
}

func (s *Service) readRetainerStatement(ctx context.Context, in *retainerStatementInput) (*api.Answer[Statement], error) {
	id, err := route.ID(in.ID, "retainer")
	if err != nil {
		return nil, err
	}
	q, err := StatementInput{RetainerID: id, On: in.On, AsOf: in.AsOf}.query(ctx)
	if err != nil {
		return nil, err
	}
	st, err := s.Statement(ctx, q)
	return &api.Answer[Statement]{Body: st}, err
}

type staffRetainersInput struct {
	api.PageQuery
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
}

func (s *Service) listStaffRetainers(ctx context.Context, in *staffRetainersInput) (*api.PageAnswer[Retainer], error) {
	list, err := s.Retainers(ctx, maybe.Of(in.CustomerID))
	if err != nil {
		return nil, err
	}
	return partOf(list, in.PageQuery, func(r Retainer) uuid.UUID { return r.ID })
}

type retainerInput struct{ Body RetainerInput }

func (s *Service) createRetainer(ctx context.Context, in *retainerInput) (*api.Answer[Retainer], error) {
	r, err := s.CreateRetainer(ctx, in.Body)
	return &api.Answer[Retainer]{ETag: r.Tag(), Location: staffRetainers + "/" + r.ID.String(), Body: r}, err
}

func (s *Service) readRetainer(ctx context.Context, in *idInput) (*api.Answer[Retainer], error) {
	id, err := route.ID(in.ID, "retainer")
	if err != nil {
		return nil, err
	}
	r, err := s.Retainer(ctx, id)
	return &api.Answer[Retainer]{ETag: r.Tag(), Body: r}, err
}

type retainerChangeInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    RetainerChange
}

func (s *Service) updateRetainer(ctx context.Context, in *retainerChangeInput) (*api.Answer[Retainer], error) {
	id, err := route.ID(in.ID, "retainer")
	if err != nil {
		return nil, err
	}
	r, err := s.UpdateRetainer(ctx, id, in.Body, in.IfMatch)
	return &api.Answer[Retainer]{ETag: r.Tag(), Body: r}, err
}

type periodInput struct {
	ID    string `path:"id"`
	Start string `path:"start" format:"date" doc:"The first day of the period"`
}

func (s *Service) closePeriod(ctx context.Context, in *periodInput) (*api.Answer[Period], error) {
	id, err := route.ID(in.ID, "retainer")
	starts := dayOf(in.Start)
	if err == nil && starts == nil {
		err = fault.Missing("period")
	}
	if err != nil {
		return nil, err
	}
	p, err := s.ClosePeriod(ctx, id, *starts)
	return &api.Answer[Period]{Body: p}, err
}

func (s *Service) listAlerts(ctx context.Context, in *idInput) (*api.ItemsAnswer[Alert], error) {
	id, err := route.ID(in.ID, "retainer")
	if err != nil {
		return nil, err
	}
	return api.Items(s.Alerts(ctx, id))
}

type staffBlocksInput struct {
	api.PageQuery
	Status     string    `query:"status" enum:"asked,approved,declined,withdrawn"`
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
}

func (s *Service) listStaffBlocks(ctx context.Context, in *staffBlocksInput) (*api.PageAnswer[OverageBlock], error) {
	list, err := s.Blocks(ctx, maybe.Of(in.CustomerID), in.Status)
	if err != nil {
		return nil, err
	}
	return partOf(list, in.PageQuery, func(b OverageBlock) uuid.UUID { return b.ID })
}

type blockInput struct{ Body BlockInput }

func (s *Service) askForBlock(ctx context.Context, in *blockInput) (*api.Answer[OverageBlock], error) {
	b, err := s.AskForBlock(ctx, in.Body)
	return &api.Answer[OverageBlock]{ETag: b.ETag, Body: b}, err
}
