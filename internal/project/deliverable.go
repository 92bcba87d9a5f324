package project

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/project/projectdb"
	"clientportal/internal/upload"
)

// Deliverable is a result of a project that the client signs off.
type Deliverable struct {
	ID          uuid.UUID         `json:"id"`
	PhaseID     *uuid.UUID        `json:"phase_id"`
	Name        string            `json:"name"`
	Note        string            `json:"note" doc:"Markdown"`
	URL         *string           `json:"url" doc:"Where it is to be seen"`
	Status      DeliverableStatus `json:"status" enum:"delivered,accepted,changes_requested"`
	Round       int               `json:"round" doc:"How many times it was delivered"`
	DeliveredBy string            `json:"delivered_by"`
	DeliveredAt time.Time         `json:"delivered_at"`
	DecidedBy   *string           `json:"decided_by"`
	DecidedAt   *time.Time        `json:"decided_at"`
	Comment     *string           `json:"comment" doc:"The client's, with their decision"`
	Attachments []File            `json:"attachments" doc:"Those of earlier rounds too"`
	ETag        string            `json:"etag" doc:"What If-Match is to say to decide on this round"` // the API's
}

// DeliverableStatus is what the client has said to a deliverable.
type DeliverableStatus string

// The statuses of a deliverable.
const (
	Delivered        DeliverableStatus = "delivered"
	Accepted         DeliverableStatus = "accepted"
	ChangesRequested DeliverableStatus = "changes_requested"
)

// Tag is the entity tag of the round that was delivered, with its files, and of what
// was said to it.
func (d Deliverable) Tag() string {
	return api.ETag(fmt.Sprintf("%s-%d-%d", d.Status, d.Round, len(d.Attachments)))
}

// tagged is the deliverable as the API answers with it.
func (d Deliverable) tagged() Deliverable {
	d.ETag = d.Tag()
	return d
}

// Delivery is a deliverable to be handed over.
type Delivery struct {
	Name    string     `json:"name" maxLength:"1000"`
	Note    string     `json:"note,omitempty" maxLength:"30000" doc:"Markdown"`
	URL     string     `json:"url,omitempty" maxLength:"4000" doc:"Where it is to be seen, https://…"`
	PhaseID *uuid.UUID `json:"phase_id,omitempty" format:"uuid"`

	Files *upload.Files `json:"-"` // nil for none
}

// Redelivery is a deliverable handed over again: nil leaves a value as it was.
type Redelivery struct {
	Note *string `json:"note,omitempty" maxLength:"30000" doc:"Markdown"`
	URL  *string `json:"url,omitempty" maxLength:"4000"`

	Files   *upload.Files `json:"-"` // more of them; nil for none
	IfMatch string        `json:"-"` // the deliverable's tag, as it must still be; empty for whatever it is
}

// Deliver hands a result over to the client, to be signed off.
func (s *Service) Deliver(ctx context.Context, quote uuid.UUID, delivery Delivery) (d Deliverable, err error) {
	err = s.work(ctx, quote, func(tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
		var check fault.Check
		row := projectdb.Deliverable{
			ID: newID(), CustomerID: owner.CustomerID, QuoteID: quote, PhaseID: delivery.PhaseID, Status: string(Delivered), Round: 1,
			Name: check.Text("name", "the name", delivery.Name, 1, 200), Note: check.Text("note", "the note", delivery.Note, 0, 20_000),
			Url: checkLink(&check, "url", delivery.URL), DeliveredByEmployeeID: tx.Actor().ID, DeliveredAt: clock.Now(ctx),
		}
		if row.PhaseID != nil {
			_, err := q.Phase(ctx, projectdb.PhaseParams{QuoteID: quote, ID: *row.PhaseID})
			if fault.CodeOf(db.Missing(err, "phase")) == fault.NotFound {
				check.Add("phase_id", "Choose one of the project's phases.")
			} else if err != nil {
				return err
			}
		}
		if err := delivery.Files.Faults(check.Err()); err != nil {
			return err
		}
		d = deliverableOf(row, tx.Actor().Name)
		tx.Record(about("deliverable.deliver", owner.CustomerID, quote, map[string]any{"deliverable_id": d.ID, "name": d.Name, "round": d.Round}))
		notify(ctx, tx, notice{QuoteID: quote, Event: delivered, ItemID: d.ID})
		err := q.InsertDeliverable(ctx, projectdb.InsertDeliverableParams{
			ID: row.ID, CustomerID: row.CustomerID, QuoteID: quote, PhaseID: row.PhaseID, Name: row.Name, Note: row.Note, Url: row.Url,
			DeliveredByEmployeeID: row.DeliveredByEmployeeID, DeliveredAt: row.DeliveredAt,
		})
		if err != nil {
			return err
		}
		if d.Attachments, err = attach(ctx, tx, q, placeOf(owner, row), delivery.Files); err != nil {
			return err
		}
		return touch(ctx, tx, q, owner)
	})
	return d, err
}

// Redeliver hands a result over again, for another decision.
func (s *Service) Redeliver(ctx context.Context, quote, id uuid.UUID, again Redelivery) (d Deliverable, err error) {
	err = s.work(ctx, quote, func(tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
		row, err := q.DeliverableForUpdate(ctx, projectdb.DeliverableForUpdateParams{QuoteID: quote, ID: id})
		if err != nil {
			return db.Missing(err, "deliverable")
		}
		if row.Status == string(Accepted) {
			return fault.New(fault.Conflict, "The client has accepted this. Deliver what comes after it under a name of its own.")
		}
		seen := deliverableOf(row, "")
		if seen.Attachments, err = deliverableFiles(ctx, q, id); err != nil {
			return err
		}
		if err := api.CheckMatch(again.IfMatch, seen.Tag()); err != nil {
			return err
		}
		var check fault.Check
		if again.Note != nil {
			row.Note = check.Text("note", "the note", *again.Note, 0, 20_000)
		}
		if again.URL != nil {
			row.Url = checkLink(&check, "url", *again.URL)
		}
		if err := again.Files.Faults(check.Err()); err != nil {
			return err
		}
		row.Status, row.Round, row.DecidedAt, row.DecidedByName, row.Comment = string(Delivered), row.Round+1, nil, nil, nil
		row.DeliveredByEmployeeID, row.DeliveredAt = tx.Actor().ID, clock.Now(ctx)
		d = deliverableOf(row, tx.Actor().Name)
		tx.Record(about("deliverable.deliver", owner.CustomerID, quote, map[string]any{"deliverable_id": id, "name": d.Name, "round": d.Round}))
		notify(ctx, tx, notice{QuoteID: quote, Event: delivered, ItemID: id})
		err = q.Redeliver(ctx, projectdb.RedeliverParams{
			ID: id, Note: row.Note, Url: row.Url, Round: row.Round, DeliveredByEmployeeID: row.DeliveredByEmployeeID, DeliveredAt: row.DeliveredAt,
		})
		if err != nil {
			return err
		}
		if _, err = attach(ctx, tx, q, placeOf(owner, row), again.Files); err != nil {
			return err
		}
		if d.Attachments, err = deliverableFiles(ctx, q, id); err != nil {
			return err
		}
		return touch(ctx, tx, q, owner)
	})
	return d, err
}

// AcceptDeliverable signs a result off in the customer's name.
func (s *Service) AcceptDeliverable(ctx context.Context, quote, id uuid.UUID, comment, ifMatch string) (Deliverable, error) {
	return s.signOff(ctx, quote, id, Accepted, comment, ifMatch)
}

// RejectDeliverable asks for changes to a result, saying which.
func (s *Service) RejectDeliverable(ctx context.Context, quote, id uuid.UUID, comment, ifMatch string) (Deliverable, error) {
	if strings.TrimSpace(comment) == "" {
		return Deliverable{}, fault.InvalidField("comment", "Say what should be changed.")
	}
	return s.signOff(ctx, quote, id, ChangesRequested, comment, ifMatch)
}

// signOff decides on the round that is still as ifMatch says, which may be empty.
func (s *Service) signOff(ctx context.Context, quote, id uuid.UUID, to DeliverableStatus, comment, ifMatch string) (d Deliverable, err error) {
	var check fault.Check
	comment = check.Text("comment", "the comment", comment, 0, maxComment)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		who, now := tx.Actor(), clock.Now(ctx)
		if err := first(mayDecide(who), check.Err()); err != nil {
			return err
		}
		q := projectdb.New(tx)
		owner, err := q.QuoteForUpdate(ctx, quote)
		if err != nil {
			return db.Missing(err, "project")
		}
		row, err := q.DeliverableForUpdate(ctx, projectdb.DeliverableForUpdateParams{QuoteID: quote, ID: id})
		if err != nil {
			return db.Missing(err, "deliverable")
		}
		if row.Status != string(Delivered) {
			return fault.New(fault.Conflict, "%s has decided on this already.", maybe.Value(row.DecidedByName))
		}
		by, err := q.EmployeeName(ctx, row.DeliveredByEmployeeID)
		if err != nil {
			return err
		}
		d = deliverableOf(row, by)
		if d.Attachments, err = deliverableFiles(ctx, q, id); err != nil {
			return err
		}
		if err := api.CheckMatch(ifMatch, d.Tag()); err != nil {
			return err
		}
		d.Status, d.DecidedBy, d.DecidedAt, d.Comment = to, &who.Name, &now, maybe.Of(comment)
		action := "deliverable.accept"
		if to == ChangesRequested {
			action = "deliverable.reject"
		}
		tx.Record(about(action, owner.CustomerID, quote, map[string]any{"deliverable_id": id, "name": d.Name, "round": d.Round, "comment": comment}))
		notify(ctx, tx, notice{QuoteID: quote, Event: signedOff, ItemID: id})
		return first(q.DecideDeliverable(ctx, projectdb.DecideDeliverableParams{
			ID: id, Status: string(d.Status), DecidedByUserID: &who.ID, DecidedByName: d.DecidedBy, DecidedAt: d.DecidedAt, Comment: d.Comment,
		}), touch(ctx, tx, q, owner))
	})
	return d, err
}

// checkLink checks an address that others will follow; nil is none.
func checkLink(check *fault.Check, name, link string) *string {
	link = check.Text(name, "the link", link, 0, 2000)
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	check.That(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "", name, "Give a whole address that starts with https://.")
	return &link
}

func deliverableOf(row projectdb.Deliverable, by string) Deliverable {
	return Deliverable{
		ID: row.ID, PhaseID: row.PhaseID, Name: row.Name, Note: row.Note, URL: row.Url, Status: DeliverableStatus(row.Status),
		Round: int(row.Round), DeliveredBy: by, DeliveredAt: row.DeliveredAt, DecidedBy: row.DecidedByName, DecidedAt: row.DecidedAt, Comment: row.Comment,
		Attachments: []File{},
	}
}
