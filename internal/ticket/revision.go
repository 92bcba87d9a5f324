package ticket

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/maybe"
)

// state is what both sides may change of a ticket.
type state struct {
	status     Status
	priority   Priority
	category   *string
	resolvedAt *time.Time
	resolvedBy *string
	clock      ticketClock
}

// revision gathers what one action changes: the new state, the lines for the
// ticket's history, and the before and after for the audit trail.
type revision struct {
	state
	now   time.Time
	by    string // the person's name
	terms Terms

	before, after map[string]any
	history       history
}

// history is lines of ticket_changes, as columns.
type history struct {
	ids                []uuid.UUID
	fields, olds, news []string // "" for nothing
}

func revise(s state, terms Terms, now time.Time, by string) *revision {
	return &revision{state: s, terms: terms, now: now, by: by, before: map[string]any{}, after: map[string]any{}}
}

// changed reports whether there is anything to save.
func (r *revision) changed() bool { return len(r.after) > 0 }

// payload is the before and after, for the audit trail.
func (r *revision) payload(number string) map[string]any {
	return map[string]any{"number": number, "before": r.before, "after": r.after}
}

// note keeps a changed field for the audit trail.
func (r *revision) note(field string, before, after any) {
	r.before[field], r.after[field] = before, after
}

// tell keeps a changed field for the audit trail and for the ticket's history.
func (r *revision) tell(field, before, after string) {
	r.note(field, before, after)
	h := &r.history
	h.ids, h.fields = append(h.ids, newID()), append(h.fields, field)
	h.olds, h.news = append(h.olds, before), append(h.news, after)
}

// moveTo sets the status and what follows from it.
func (r *revision) moveTo(to Status) {
	from := r.status
	if from == to {
		return
	}
	r.tell("status", string(from), string(to))
	r.status = to
	switch {
	case to == Resolved:
		r.resolvedAt, r.resolvedBy = &r.now, &r.by
	case !to.Finished():
		r.resolvedAt, r.resolvedBy = nil, nil
	}
	if stopped(from) {
		r.clock.since = r.now
	}
	r.terms.wind(&r.clock, r.status, r.priority)
}

// prioritise sets the priority, and with it when the answer is due.
func (r *revision) prioritise(p Priority) {
	if p == r.priority {
		return
	}
	r.tell("priority", string(r.priority), string(p))
	r.priority = p
	r.terms.wind(&r.clock, r.status, r.priority)
}

// categorise sets the category; "" takes it away.
func (r *revision) categorise(category string) {
	setText(r, "category", &r.category, category)
}

// setText changes a text that may be missing; "" takes it away.
func setText(r *revision, field string, at **string, to string) {
	if maybe.Value(*at) == to {
		return
	}
	r.note(field, *at, to)
	*at = maybe.Of(to)
}

// after is now, or a moment past the last change: so that a ticket's time of
// change, which is its entity tag, never stands still.
func after(last, now time.Time) time.Time {
	return later(last.Add(time.Microsecond), now)
}
