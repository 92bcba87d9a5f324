package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/ticket/ticketdb"
)

// Policy is what the agency promises for tickets of one priority, in working time.
type Policy struct {
	FirstResponse time.Duration
	NextResponse  time.Duration
}

// Terms are the agency's promises and the calendar that they are counted by.
type Terms struct {
	Calendar Calendar
	Policies map[Priority]Policy
}

// termsAge is how long terms are used before they are read again: they change
// rarely, and every new ticket needs them.
const termsAge = 30 * time.Second

type cachedTerms struct {
	Terms
	read time.Time
}

// Terms are the agency's promises as they stand.
func (c *core) Terms(ctx context.Context) (Terms, error) {
	if cached := c.termsCache.Load(); cached != nil && time.Since(cached.read) < termsAge {
		return cached.Terms, nil
	}
	terms := Terms{Policies: map[Priority]Policy{}}
	err := c.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := ticketdb.New(tx).Terms(ctx)
		for _, r := range rows {
			terms.Policies[Priority(r.Priority)] = Policy{
				FirstResponse: time.Duration(r.FirstResponseMinutes) * time.Minute,
				NextResponse:  time.Duration(r.NextResponseMinutes) * time.Minute,
			}
			terms.Calendar = OfficeHours(zoneOf(r.Timezone))
		}
		return err
	})
	if err != nil {
		return Terms{}, fmt.Errorf("read the response times: %w", err)
	}
	c.termsCache.Store(&cachedTerms{terms, time.Now()})
	return terms, nil
}

func zoneOf(name string) *time.Location {
	zone, err := clock.Zone(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// ticketClock is what a ticket knows about the agency's answers.
type ticketClock struct {
	since          time.Time // the client waits for the next answer
	firstDue       *time.Time
	firstResponded *time.Time
	due            pgtype.Timestamptz // of the next answer, infinite while paused
}

// wind sets what is due for a ticket of this status and priority.
func (t Terms) wind(c *ticketClock, status Status, priority Priority) {
	switch policy := t.Policies[priority]; {
	case status.Finished():
		c.due = pgtype.Timestamptz{}
	case status == WaitingForClient:
		c.due = pgtype.Timestamptz{Valid: true, InfinityModifier: pgtype.Infinity}
	case c.firstResponded == nil:
		due := t.Calendar.After(c.since, policy.FirstResponse)
		c.firstDue, c.due = &due, pgtype.Timestamptz{Time: due, Valid: true}
	default:
		c.due = pgtype.Timestamptz{Time: t.Calendar.After(c.since, policy.NextResponse), Valid: true}
	}
}

// stopped reports whether the clock stands still in this state, so that it
// starts anew when the ticket leaves it.
func stopped(s Status) bool { return s == WaitingForClient || s.Finished() }

// restarts are the times, by priority, at which an answer is due when the clock
// starts now: before the first answer, and after it. They let one statement
// restart the clock of a ticket whose priority only the database knows.
func (t Terms) restarts(now time.Time) (first, next []byte) {
	due := func(minutes func(Policy) time.Duration) []byte {
		times := map[Priority]time.Time{}
		for priority, policy := range t.Policies {
			times[priority] = t.Calendar.After(now, minutes(policy))
		}
		b, err := json.Marshal(times)
		if err != nil {
			panic(err) // words and times
		}
		return b
	}
	return due(func(p Policy) time.Duration { return p.FirstResponse }), due(func(p Policy) time.Duration { return p.NextResponse })
}
