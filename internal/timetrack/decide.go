package timetrack

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack/timetrackdb"
)

// maxDecisions is how many entries are decided on at once at most.
const maxDecisions = 500

// Seen names an entry, and the revision of it that somebody saw.
type Seen struct {
	ID   uuid.UUID `json:"id" format:"uuid"`
	ETag string    `json:"etag" maxLength:"100" doc:"As the entry had it when it was seen"`
}

// Outcome is what became of one of many entries.
type Outcome struct {
	ID       uuid.UUID `json:"id"`
	Status   int       `json:"status" doc:"As the single call would have answered: 200, 404, 409, 412 or 428"`
	Approval *Approval `json:"approval" doc:"What it is now; null where it is not there"`
	ETag     *string   `json:"etag" doc:"Of what it is now"`
	Detail   string    `json:"detail" doc:"Why not, in words; empty for 200"`

	entry Entry
	err   error
}

// decision is what becomes of entries.
type decision struct {
	action string
	to     Approval
	reason string // of a rejection
}

// ApproveEntry accepts, in the customer's name, the revision of an entry whose entity
// tag is ifMatch.
func (s *Service) ApproveEntry(ctx context.Context, id uuid.UUID, ifMatch string) (Entry, error) {
	return s.decideOne(ctx, Seen{id, ifMatch}, decision{action: "approve", to: Approved})
}

// RejectEntry turns that revision down, saying why, and opens the conversation on it.
func (s *Service) RejectEntry(ctx context.Context, id uuid.UUID, reason, ifMatch string) (Entry, error) {
	var check fault.Check
	reason = check.Text("reason", "the reason", reason, 1, maxMessage)
	if err := check.Err(); err != nil {
		return Entry{}, err
	}
	return s.decideOne(ctx, Seen{id, ifMatch}, decision{action: "reject", to: Rejected, reason: reason})
}

// ApproveEntries accepts those of many entries that are still as they were seen, and
// says of each what became of it.
func (s *Service) ApproveEntries(ctx context.Context, seen []Seen) (outcomes []Outcome, err error) {
	if len(seen) == 0 || len(seen) > maxDecisions {
		return nil, fault.InvalidField("entries", "Choose between 1 and %d entries.", maxDecisions)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		outcomes, err = decide(ctx, tx, seen, decision{action: "approve", to: Approved})
		if err == nil && !slices.ContainsFunc(outcomes, func(o Outcome) bool { return o.err == nil }) {
			err = db.ErrUnchanged
		}
		return err
	})
	return outcomes, err
}

func (s *Service) decideOne(ctx context.Context, seen Seen, d decision) (entry Entry, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		outcomes, err := decide(ctx, tx, []Seen{seen}, d)
		if err != nil {
			return err
		}
		entry = outcomes[0].entry
		return outcomes[0].err
	})
	return entry, err
}

// decide decides on entries whose rows are held: of two at once, one decides.
func decide(ctx context.Context, tx *db.Tx, seen []Seen, d decision) ([]Outcome, error) {
	if err := mayDecide(tx.Actor()); err != nil {
		return nil, err
	}
	q := timetrackdb.New(tx)
	ids := make([]uuid.UUID, len(seen))
	for i := range seen {
		ids[i] = seen[i].ID
	}
	found, err := holdEntries(ctx, tx, q, ids)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(seen))
	for i, at := range seen {
		o := &outcomes[i]
		o.ID = at.ID
		e, there := found.entries[at.ID]
		if !there {
			o.err = fault.Missing("time entry")
		} else if o.err = mayBeDecided(e.Entry, at.ETag); o.err == nil {
			if err := found.settle(ctx, tx, q, e, d); err != nil {
				return nil, err
			}
		}
		o.tell(e)
	}
	return outcomes, found.save(ctx, q)
}

// mayBeDecided says why an entry takes no decision, or not this one.
func mayBeDecided(e Entry, ifMatch string) error {
	switch {
	case ifMatch == "" || ifMatch == "*":
		return fault.New(fault.NeedsMatch, "Say which revision of the entry you decide on: send its entity tag as If-Match.")
	case e.Approval == Approved:
		return fault.New(fault.Conflict, "This entry is approved already.")
	case e.Approval == Rejected:
		return fault.New(fault.Conflict, "This entry is rejected already. It can be decided on again once the agency has changed it or asks again.")
	}
	return api.CheckMatch(ifMatch, e.Tag())
}

func (o *Outcome) tell(e *held) {
	o.Status = fault.Status(o.err)
	if o.err == nil {
		o.Status = http.StatusOK
	} else if f, ok := errors.AsType[*fault.Error](o.err); ok {
		o.Detail = f.Message
	}
	if e != nil {
		approval, tag := e.Approval, e.Tag()
		o.entry, o.Approval, o.ETag = e.Entry, &approval, &tag
	}
}

// held is an entry whose row is held.
type held struct {
	Entry
	row timetrackdb.TimeTracking
}

// holding is held entries with the ledgers that they are in.
type holding struct {
	entries  map[uuid.UUID]*held
	accounts map[uuid.UUID]*account
}

func holdEntries(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, ids []uuid.UUID) (h holding, err error) {
	rows, err := q.EntriesForDecision(ctx, ids)
	if err != nil {
		return h, err
	}
	h.entries = map[uuid.UUID]*held{}
	var retainers []uuid.UUID
	for _, r := range rows {
		at := timetrackdb.SettingRow{
			CustomerName: r.CustomerName, QuoteName: r.QuoteName, TicketNumber: r.TicketNumber, EmployeeName: r.EmployeeName, Timezone: r.Timezone,
		}
		h.entries[r.TimeTracking.ID] = &held{entryOf(r.TimeTracking, at), r.TimeTracking}
		if r.TimeTracking.RetainerID != nil {
			retainers = append(retainers, *r.TimeTracking.RetainerID)
		}
	}
	h.accounts, err = openAccounts(ctx, tx, q, retainers, ids)
	return h, err
}

// settle makes an entry what the decision says, in its ledger too.
func (h holding) settle(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, e *held, d decision) error {
	if err := h.post(e, d.to); err != nil {
		return err
	}
	who, now := tx.Actor(), clock.Now(ctx)
	e.Revision++
	e.Approval, e.ApprovedByClient, e.UpdatedAt = d.to, d.to == Approved, now
	e.ApprovedByClientUserID, e.ApprovedAt, e.RejectedByUserID, e.RejectedAt, e.RejectionReason, e.DecidedByName = nil, nil, nil, nil, nil, nil
	by := who.Name
	var person *uuid.UUID
	switch who.Kind {
	case actor.Client:
		person = &who.ID
	case actor.System:
		by = "Automatic approval"
	}
	switch d.to {
	case Approved:
		e.ApprovedByClientUserID, e.ApprovedAt, e.DecidedByName = person, &now, &by
	case Rejected:
		e.RejectedByUserID, e.RejectedAt, e.RejectionReason, e.DecidedByName = person, &now, &d.reason, &by
	}
	e.ETag = e.Tag()
	whole, err := jsonOf(e.Entry)
	if err != nil {
		return err
	}
	tx.Record(about("time_entry", "time_entry."+d.action, e.CustomerID, e.ID, map[string]any{
		"revision": e.Revision - 1, "hours": e.Hours, "task_description": e.TaskDescription, "date_worked": e.DateWorked, "reason": d.reason,
	}))
	announce(tx, e.CustomerID, e.Internal)
	err = q.DecideEntry(ctx, timetrackdb.DecideEntryParams{
		ID: e.ID, Revision: int32(e.Revision), Action: d.action, Approval: string(d.to), Entry: whole, ByKind: string(who.Kind), ByName: by, Now: now,
		ApprovedBy: e.ApprovedByClientUserID, ApprovedAt: e.ApprovedAt, RejectedBy: e.RejectedByUserID, RejectedAt: e.RejectedAt,
		RejectionReason: e.RejectionReason, DecidedByName: e.DecidedByName,
	})
	if err == nil && d.to == Rejected {
		err = addMessage(ctx, tx, q, e.Entry, d.reason)
		tell(ctx, tx, notice{CustomerID: e.CustomerID, Event: entryRejected, SubjectID: e.ID})
	}
	return err
}

// post makes the ledger of a held entry say what it takes with another approval.
func (h holding) post(e *held, to Approval) error {
	if e.RetainerID == nil {
		return nil
	}
	a, row := h.accounts[*e.RetainerID], e.row
	row.Approval = string(to)
	a.Open(a.today, a.now)
	return a.post(e.ID, e.DateWorked, a.takes(row))
}

func (h holding) save(ctx context.Context, q *timetrackdb.Queries) error {
	for _, a := range h.accounts {
		if err := a.save(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
