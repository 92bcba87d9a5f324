package project

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project/projectdb"
	"clientportal/internal/upload"
)

// Update is what the agency tells of a project.
type Update struct {
	ID        uuid.UUID `json:"id"`
	Body      string    `json:"body" doc:"Markdown"`
	Author    string    `json:"author"`
	CreatedAt time.Time `json:"created_at"`

	Attachments []File `json:"attachments"`
}

// PostUpdate tells the client's people how their project is coming on, with files or
// with none.
func (s *Service) PostUpdate(ctx context.Context, quote uuid.UUID, body string, files *upload.Files) (u Update, err error) {
	var check fault.Check
	body = check.Text("body", "the update", body, 1, 20_000)
	err = s.work(ctx, quote, func(tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
		if err := files.Faults(check.Err()); err != nil {
			return err
		}
		who := tx.Actor()
		u = Update{ID: newID(), Body: body, Author: who.Name, CreatedAt: clock.Now(ctx)}
		tx.Record(about("project.post_update", owner.CustomerID, quote, map[string]any{"update_id": u.ID}))
		notify(ctx, tx, notice{QuoteID: quote, Event: updatePosted, ItemID: u.ID})
		err := q.InsertUpdate(ctx, projectdb.InsertUpdateParams{
			ID: u.ID, CustomerID: owner.CustomerID, QuoteID: quote, AuthorEmployeeID: who.ID, Body: u.Body, CreatedAt: u.CreatedAt,
		})
		if err != nil {
			return err
		}
		if u.Attachments, err = attach(ctx, tx, q, place{owner: owner, update: &u.ID}, files); err != nil {
			return err
		}
		return touch(ctx, tx, q, owner)
	})
	return u, err
}

// work adds to a project that has not been given up, whose row is held meanwhile.
func (s *Service) work(ctx context.Context, quote uuid.UUID, change func(*db.Tx, *projectdb.Queries, projectdb.Quote) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayWork(tx.Actor()); err != nil {
			return err
		}
		q := projectdb.New(tx)
		owner, err := q.QuoteForUpdate(ctx, quote)
		if err != nil {
			return db.Missing(err, "project")
		}
		switch Status(owner.Status) {
		case Approved, InProgress, Completed:
			return change(tx, q, owner)
		}
		return fault.New(fault.Conflict, "This quote is %s: only an approved one is a project.", owner.Status)
	})
}
