package trail

import (
	"net/url"
	"regexp"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/fault"
)

// Params are the filters as they stand in an address.
type Params struct {
	Actor   string `query:"actor" maxLength:"100" doc:"The id of who acted"`
	Action  string `query:"action" maxLength:"100" doc:"Such as ticket.create, or a whole family with a dot at its end: ticket."`
	Outcome string `query:"outcome" maxLength:"100" doc:"success, failure or denied"`
	From    string `query:"from" maxLength:"100" doc:"A day, or an instant; days are those of UTC"`
	To      string `query:"to" maxLength:"100" doc:"A day, which is included, or an instant, which is not"`
}

// StaffParams are those of the agency's people.
type StaffParams struct {
	Params
	CustomerID string `query:"customer_id" maxLength:"100"`
}

// paramNames are the names of StaffParams; the last is not for clients.
var paramNames = []string{"actor", "action", "outcome", "from", "to", "customer_id"}

func paramsOf(q url.Values) StaffParams {
	return StaffParams{
		Params{q.Get("actor"), q.Get("action"), q.Get("outcome"), q.Get("from"), q.Get("to")},
		q.Get("customer_id"),
	}
}

// values are the filters that are set, for an address.
func (p StaffParams) values() url.Values {
	q := url.Values{}
	for i, value := range []string{p.Actor, p.Action, p.Outcome, p.From, p.To, p.CustomerID} {
		if value != "" {
			q.Set(paramNames[i], value)
		}
	}
	return q
}

var validAction = regexp.MustCompile(`^[a-z0-9_]+\.[a-z0-9_.]*$`)

// filter reads the filters. Days are those of the zone; place goes before a
// field's name in a fault.
func (p StaffParams) filter(place string, zone *time.Location) (audit.Filter, error) {
	var c fault.Check
	f := audit.Filter{
		CustomerID: id(&c, place+"customer_id", p.CustomerID, "a customer"),
		ActorID:    id(&c, place+"actor", p.Actor, "who acted"),
		Action:     p.Action,
		Outcome:    audit.Outcome(p.Outcome),
		From:       instant(&c, place+"from", "the beginning", p.From, zone, 0),
		To:         instant(&c, place+"to", "the end", p.To, zone, 1),
	}
	c.That(p.Action == "" || validAction.MatchString(p.Action), place+"action",
		"Name an action such as ticket.create, or a family such as ticket. with its dot.")
	c.That(p.Outcome == "" || outcomes[f.Outcome] != "", place+"outcome", "Choose an outcome: success, failure or denied.")
	c.That(f.From.IsZero() || f.To.IsZero() || f.From.Before(f.To), place+"to", "Choose an end that is not before the beginning.")
	return f, c.Err()
}

func id(c *fault.Check, name, text, whose string) uuid.UUID {
	if text == "" {
		return uuid.Nil
	}
	id, ok := idIn(text)
	c.That(ok, name, "Give the id of %s.", whose)
	return id
}

// instant reads a moment, or a day of the zone: its beginning, or that of the one
// so many days later.
func instant(c *fault.Check, name, which, text string, zone *time.Location, daysLater int) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err == nil {
		t = t.AddDate(0, 0, daysLater)
	} else {
		t, err = time.Parse(time.RFC3339, text)
	}
	c.That(err == nil && 0 < t.Year() && t.Year() < 9999, name,
		"Write %s as a day such as 2026-03-01, or as an instant such as 2026-03-01T09:00:00Z.", which)
	return t
}

// described is the filter as the payload of an event.
func described(f audit.Filter) map[string]any {
	d := map[string]any{}
	if f.ActorID != uuid.Nil {
		d["actor_id"] = f.ActorID
	}
	if f.Action != "" {
		d["action"] = f.Action
	}
	if f.Outcome != "" {
		d["outcome"] = f.Outcome
	}
	if !f.From.IsZero() {
		d["from"] = f.From.UTC()
	}
	if !f.To.IsZero() {
		d["to"] = f.To.UTC()
	}
	return d
}
