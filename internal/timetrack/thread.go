package timetrack

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack/timetrackdb"
)

const maxMessage = 4000 // in characters

// Detail is an entry with its conversation and its history.
type Detail struct {
	Entry
	Messages []Message  `json:"messages" doc:"The conversation that a rejection opens"`
	History  []Revision `json:"history" doc:"What it was at each revision"`
}

// Revision is what an entry was, and who made it so.
type Revision struct {
	Revision  int       `json:"revision"`
	Action    string    `json:"action" enum:"log,update,delete,approve,reject,resubmit,place" doc:"place: into a retainer that was made later"`
	By        string    `json:"by"`
	Staff     bool      `json:"staff" doc:"Done by the agency"`
	CreatedAt time.Time `json:"created_at"`
	Entry     Entry     `json:"entry" doc:"As it was then"`
}

// Answer is what somebody says to a rejected entry.
type Answer struct {
	Body     string `json:"body" maxLength:"8000" doc:"Markdown"`
	Resubmit bool   `json:"resubmit,omitempty" doc:"Ask for approval again, of the entry as it is; for the agency"`
}

// Entry is the entry of this id with its conversation and history, and leaves an event
// of the view.
func (s *Service) Entry(ctx context.Context, id uuid.UUID) (d Detail, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if d, err = readEntry(ctx, tx, id); err == nil {
			tx.Record(about("time_entry", "time_entry.view", d.CustomerID, d.ID, nil))
		}
		return err
	})
	return d, err
}

// AnswerEntry adds to the conversation on an entry that was rejected. The agency may
// ask for its approval again, as it is; or else it changes or withdraws the entry.
func (s *Service) AnswerEntry(ctx context.Context, id uuid.UUID, in Answer) (d Detail, err error) {
	var check fault.Check
	body := check.Text("body", "what you have to say", in.Body, 1, maxMessage)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		who, q := tx.Actor(), timetrackdb.New(tx)
		if !who.Is(actor.Staff) {
			if err := mayDecide(who); err != nil {
				return err
			}
			check.That(!in.Resubmit, "resubmit", "This is for the agency.")
		}
		if err := check.Err(); err != nil {
			return err
		}
		h, err := holdEntries(ctx, tx, q, []uuid.UUID{id})
		if err != nil {
			return err
		}
		e, there := h.entries[id]
		if !there {
			return fault.Missing("time entry")
		}
		if err := mayBeAnswered(ctx, q, e.Entry, in); err != nil {
			return err
		}
		if err := addMessage(ctx, tx, q, e.Entry, body); err != nil {
			return err
		}
		tx.Record(about("time_entry", "time_entry.answer", e.CustomerID, id, map[string]any{"resubmit": in.Resubmit}))
		tell(ctx, tx, notice{CustomerID: e.CustomerID, Event: entryAnswered, SubjectID: id, ByStaff: who.Is(actor.Staff)})
		announce(tx, e.CustomerID, e.Internal)
		if in.Resubmit {
			if err := h.settle(ctx, tx, q, e, decision{action: "resubmit", to: Pending}); err != nil {
				return err
			}
		}
		if err := h.save(ctx, q); err != nil {
			return err
		}
		d, err = readEntry(ctx, tx, id)
		return err
	})
	return d, err
}

func mayBeAnswered(ctx context.Context, q *timetrackdb.Queries, e Entry, in Answer) error {
	if in.Resubmit && e.Approval != Rejected {
		return fault.New(fault.Conflict, "This entry is %s: only a rejected one can be laid before the client again.", e.Approval)
	}
	talked, err := q.HasMessages(ctx, e.ID)
	if err == nil && !talked {
		err = fault.New(fault.Conflict, "There is nothing to answer: nobody has rejected this entry.")
	}
	return err
}

func addMessage(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, e Entry, body string) error {
	who := tx.Actor()
	row := timetrackdb.InsertMessageParams{ID: newID(), CustomerID: e.CustomerID, EntryID: e.ID, AuthorName: who.Name, Body: body, CreatedAt: clock.Now(ctx)}
	switch who.Kind {
	case actor.Staff:
		row.AuthorEmployeeID = &who.ID
	case actor.Client:
		row.AuthorUserID = &who.ID
	}
	return q.InsertMessage(ctx, row)
}

// readEntry reads an entry with its conversation and history.
func readEntry(ctx context.Context, tx *db.Tx, id uuid.UUID) (d Detail, err error) {
	if d.Entry, err = entryRow(ctx, tx, id); err != nil {
		return d, db.Missing(err, "time entry")
	}
	q := timetrackdb.New(tx)
	messages, err := q.Messages(ctx, id)
	if err != nil {
		return d, err
	}
	d.Messages, d.History = []Message{}, []Revision{}
	for _, m := range messages {
		d.Messages = append(d.Messages, Message{m.ID, m.AuthorName, m.AuthorEmployeeID != nil, m.Body, m.CreatedAt})
	}
	revisions, err := q.Revisions(ctx, id)
	for _, r := range revisions {
		was := Revision{int(r.Revision), r.Action, r.ByName, r.ByKind == string(actor.Staff), r.CreatedAt, Entry{}}
		if err := json.Unmarshal(r.Entry, &was.Entry); err != nil {
			return d, fmt.Errorf("read revision %d of time entry %s: %w", r.Revision, id, err)
		}
		d.History = append(d.History, was)
	}
	return d, err
}

func jsonOf(v any) ([]byte, error) { return json.Marshal(v) }
