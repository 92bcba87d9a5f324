package ticket

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

const deskPath = "/api/staff/tickets"

// Every employee works on the tickets of the customers they serve.
var (
	deskReads  = route.Staff("tickets:read")
	deskWrites = route.Staff("tickets:write")
)

// StaffAPI adds the agency's JSON calls.
func (s *Service) StaffAPI(a *api.API) {
	d := s.Desk()
	api.Register(a, deskReads, operation("staff-list-tickets", http.MethodGet, deskPath, "List the queue", http.StatusOK), d.listQueue)
	api.Register(a, deskReads, operation("staff-count-tickets", http.MethodGet, deskPath+"/counts", "Count the queue's views", http.StatusOK), d.countQueue)
	api.Register(a, deskReads, operation("staff-get-ticket", http.MethodGet, deskPath+"/{id}", "Read a ticket", http.StatusOK), d.readTicket)
	api.Register(a, deskReads, operation("staff-get-ticket-neighbours", http.MethodGet, deskPath+"/{id}/neighbours", "Find the tickets beside one in the queue", http.StatusOK), d.readNeighbours)
	api.Register(a, deskReads, operation("staff-list-assignees", http.MethodGet, deskPath+"/{id}/assignees", "List who can be on a ticket", http.StatusOK), d.listAssignees)
	api.Register(a, deskWrites, operation("staff-update-ticket", http.MethodPut, deskPath+"/{id}", "Work on a ticket", http.StatusOK), d.updateTicket)
	api.Register(a, deskWrites, operation("staff-add-ticket-comment", http.MethodPost, deskPath+"/{id}/comments", "Answer the client, or leave an internal note", http.StatusCreated), d.createComment)
	registerUpload(a, deskWrites, "staff-add-ticket-attachments", deskPath, d.createAttachments, "comment_id", "internal")
	a.Stream(deskReads, downloadOperation("staff-get-attachment", "/api/staff/attachments/{id}"), d.download)
}

// QueueQuery is a DeskFilter as it stands in an address.
type QueueQuery struct {
	Status     []Status `query:"status" maxItems:"5" enum:"open,in_progress,waiting_for_client,resolved,closed" doc:"One, or several with commas"`
	Category   string   `query:"category"`
	Priority   Priority `query:"priority" enum:"low,medium,high,urgent"`
	QuoteID    string   `query:"quote_id" doc:"A project's id, or none"`
	Query      string   `query:"q" doc:"Words of titles, descriptions and comments, or a number"`
	Sort       string   `query:"sort" enum:"due,-updated_at,updated_at,-created_at,created_at,-priority,priority" default:"due"`
	View       View     `query:"view" enum:"open,mine,unassigned,overdue"`
	CustomerID string   `query:"customer_id" format:"uuid"`
	AssignedTo string   `query:"assigned_to" doc:"An employee's id or e-mail address, me, or none"`
}

func (in QueueQuery) filter() (DeskFilter, error) {
	shared := listInput{Status: in.Status, Category: in.Category, Priority: in.Priority, QuoteID: in.QuoteID, Query: in.Query, Sort: in.Sort}
	filter, err := shared.filter()
	if err != nil {
		return DeskFilter{}, err
	}
	f := DeskFilter{Filter: filter, View: in.View, AssignedTo: in.AssignedTo}
	f.CustomerID, err = optionalID("query.customer_id", in.CustomerID)
	return f, err
}

// optionalID reads an id that may be missing.
func optionalID(name, text string) (*uuid.UUID, error) {
	if text == "" {
		return nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, fault.InvalidField(name, "This is no id.")
	}
	return &id, nil
}

type queueInput struct {
	api.PageQuery
	QueueQuery
}

func (d *Desk) listQueue(ctx context.Context, in *queueInput) (*api.PageAnswer[DeskSummary], error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	list, err := d.Queue(ctx, f, in.PageQuery)
	return &api.PageAnswer[DeskSummary]{Body: list}, err
}

type countsInput struct {
	CustomerID string `query:"customer_id" format:"uuid"`
}

func (d *Desk) countQueue(ctx context.Context, in *countsInput) (*api.Answer[DeskCounts], error) {
	customer, err := optionalID("query.customer_id", in.CustomerID)
	if err != nil {
		return nil, err
	}
	n, err := d.Counts(ctx, customer)
	return &api.Answer[DeskCounts]{Body: n}, err
}

func (d *Desk) readTicket(ctx context.Context, in *pathInput) (*api.Answer[DeskTicket], error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	t, err := d.Ticket(ctx, id)
	return &api.Answer[DeskTicket]{ETag: t.ETag(), Body: t}, err
}

type neighboursInput struct {
	ID string `path:"id"`
	QueueQuery
}

func (d *Desk) readNeighbours(ctx context.Context, in *neighboursInput) (*api.Answer[Neighbours], error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	n, err := d.Neighbours(ctx, id, f)
	return &api.Answer[Neighbours]{Body: n}, err
}

func (d *Desk) listAssignees(ctx context.Context, in *pathInput) (*api.ItemsAnswer[Named], error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	t, err := d.ticket(ctx, id, "")
	if err != nil {
		return nil, err
	}
	return api.Items(d.Assignees(ctx, t.Customer.ID))
}

// handover is who gets a ticket: left out, nobody else; null or empty, nobody.
type handover struct {
	given bool
	to    string
}

// UnmarshalJSON implements json.Unmarshaler.
func (h *handover) UnmarshalJSON(b []byte) error {
	h.given, h.to = true, ""
	return json.Unmarshal(b, &h.to) // null leaves it empty
}

// Schema implements huma.SchemaProvider.
func (handover) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true, Description: "An employee's id or e-mail address; null for nobody"}
}

type deskEditInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    struct {
		Status        *Status   `json:"status,omitempty" enum:"open,in_progress,waiting_for_client,resolved,closed"`
		Priority      *Priority `json:"priority,omitempty" enum:"low,medium,high,urgent"`
		AssignedTo    handover  `json:"assigned_to,omitempty"`
		Category      *string   `json:"category,omitempty" doc:"Empty for none"`
		InternalNotes *string   `json:"internal_notes,omitempty" doc:"Markdown; empty for none"`
		Resolution    *string   `json:"resolution,omitempty" doc:"Markdown; empty for none"`
	}
}

func (d *Desk) updateTicket(ctx context.Context, in *deskEditInput) (*api.Answer[DeskTicket], error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	b := in.Body
	edit := DeskEdit{Status: b.Status, Priority: b.Priority, Category: b.Category, InternalNotes: b.InternalNotes, Resolution: b.Resolution}
	if b.AssignedTo.given {
		edit.AssignedTo = &b.AssignedTo.to
	}
	t, err := d.Update(ctx, id, edit, in.IfMatch)
	return &api.Answer[DeskTicket]{ETag: t.ETag(), Body: t}, err
}

type deskCommentInput struct {
	ID   string `path:"id"`
	Body struct {
		Body     string  `json:"body" doc:"Markdown"`
		Internal bool    `json:"internal,omitempty" doc:"Never shown to the client"`
		Status   *Status `json:"status,omitempty" enum:"open,in_progress,waiting_for_client,resolved,closed" doc:"What the ticket is after it"`
	}
}

func (d *Desk) createComment(ctx context.Context, in *deskCommentInput) (*api.Answer[DeskComment], error) {
	id, err := route.ID(in.ID, "ticket")
	if err != nil {
		return nil, err
	}
	comment, err := d.AddComment(ctx, id, NewDeskComment{Body: in.Body.Body, Internal: in.Body.Internal, Status: in.Body.Status})
	return &api.Answer[DeskComment]{Location: deskPath + "/" + id.String(), Body: comment}, err
}

func (d *Desk) createAttachments(ctx context.Context, in *uploadInput) (*api.ItemsAnswer[DeskAttachment], error) {
	id, err := route.ID(in.ID, "ticket")
	if err == nil { // a stranger's ticket takes no megabytes
		err = d.DB.Read(ctx, func(tx *db.Tx) error { return served(ctx, tx, id) })
	}
	if err != nil {
		return nil, err
	}
	sent, comment, err := d.receive(in)
	defer sent.Files.Discard(ctx)
	if err != nil {
		return nil, err
	}
	return api.Items(d.AddAttachments(ctx, id, comment, sent.Value("internal") == "true", sent.Files))
}
