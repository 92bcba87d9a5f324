package ticket

import (
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"clientportal/internal/api"
	"clientportal/internal/fault"
)

// order is one of the allowed sorts: a column, made unique by the id.
type order struct {
	column string
	id     string // the id in the column's own table, and so in its index
	desc   bool
	nulls  bool                     // the column may be null: last, or first in the descending order
	key    func(DeskSummary) string // the column's value, "" for null
	parse  func(string) (any, error)
}

const priorityRank = `array_position(array['low', 'medium', 'high', 'urgent'], ct.priority)`

// orders are the sorts of both sides; a minus is descending.
var orders = func() map[string]order {
	updated := order{column: "ct.updated_at", id: "ct.id", parse: parseTime,
		key: func(t DeskSummary) string { return t.UpdatedAt.Format(time.RFC3339Nano) }}
	created := order{column: "ct.created_at", id: "ct.id", parse: parseTime,
		key: func(t DeskSummary) string { return t.CreatedAt.Format(time.RFC3339Nano) }}
	priority := order{column: priorityRank, id: "ct.id", parse: func(s string) (any, error) { return strconv.ParseInt(s, 10, 32) },
		key: func(t DeskSummary) string { return strconv.Itoa(rank(t.Priority)) }}
	due := order{column: "t.answer_due_at", id: "t.id", nulls: true, parse: parseTime, key: func(t DeskSummary) string {
		switch {
		case t.SLA.Paused:
			return infinity
		case t.SLA.AnswerDueAt == nil:
			return ""
		}
		return t.SLA.AnswerDueAt.Format(time.RFC3339Nano)
	}}
	return map[string]order{
		"due":        due,
		"updated_at": updated, "-updated_at": updated.backwards(),
		"created_at": created, "-created_at": created.backwards(),
		"priority": priority, "-priority": priority.backwards(),
	}
}()

const infinity = "infinity"

func parseTime(s string) (any, error) {
	if s == infinity {
		return pgtype.Timestamptz{Valid: true, InfinityModifier: pgtype.Infinity}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return pgtype.Timestamptz{Time: t, Valid: true}, err
}

func rank(p Priority) int {
	for i, known := range Priorities {
		if p == known {
			return i + 1
		}
	}
	return 0
}

// position is a place in a list: what a cursor holds.
type position struct {
	Sort string    `json:"s"`
	Key  string    `json:"k"`
	ID   uuid.UUID `json:"i"`
}

// at is the position of a ticket in the list of this sort.
func at(sort string, t DeskSummary) position {
	return position{sort, orders[sort].key(t), t.ID}
}

// orderOf finds an allowed sort and the place to go on from, if any.
func orderOf(sort string, allowed []string, cursor string) (order, position, error) {
	var c fault.Check
	c.OneOf("query.sort", sort, allowed...)
	if err := c.Err(); err != nil {
		return order{}, position{}, err
	}
	var from position
	if err := api.DecodeCursor(cursor, &from); err != nil {
		return order{}, position{}, err
	}
	if cursor != "" && from.Sort != sort {
		return order{}, position{}, fault.InvalidField("query.cursor", "This cursor is of another sort. Start again without one.")
	}
	return orders[sort], from, nil
}

// past goes on after the position, which is below it in a descending order.
func (s *search) past(o order, from position) error {
	if from.ID == uuid.Nil {
		return nil
	}
	sign := " > "
	if o.desc {
		sign = " < "
	}
	if from.Key == "" {
		rest := o.column + " is null and " + o.id + sign + "?"
		if o.desc { // nulls came first
			rest = "(" + rest + " or " + o.column + " is not null)"
		}
		s.and(rest, from.ID)
		return nil
	}
	key, err := o.parse(from.Key)
	if err != nil {
		return fault.InvalidField("query.cursor", "This is no cursor of ours. Start again without one.")
	}
	rest := "(" + o.column + ", " + o.id + ")" + sign + "(?, ?)"
	if o.nulls && !o.desc { // nulls are still to come
		rest = "(" + rest + " or " + o.column + " is null)"
	}
	s.and(rest, key, from.ID)
	return nil
}

// clause is the order as SQL.
func (o order) clause() string {
	direction := ""
	if o.desc {
		direction = " desc"
	}
	return " order by " + o.column + direction + ", " + o.id + direction
}

// backwards is the same order from its end.
func (o order) backwards() order {
	o.desc = !o.desc
	return o
}

// pageSize bounds how many items a caller gets.
func pageSize(limit int) int {
	if limit < 1 {
		return 25
	}
	return min(limit, 100)
}
