package analytics

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Person is somebody of a customer, and whether they see a dashboard.
type Person struct {
	ID     uuid.UUID `json:"user_id"`
	Name   string    `json:"name"`
	Role   string    `json:"role" enum:"admin,approver,member,viewer"`
	Denied bool      `json:"denied" doc:"They don't see this dashboard. Admins see all of them"`
}

// deniable reports whether somebody can be kept from a dashboard.
func (p Person) deniable() bool { return p.Role != string(actor.Admin) }

// errReaders is of a change of the readers that was decided on before another's.
var errReaders = fault.New(fault.Stale, "Who sees this dashboard was changed by somebody else in the meantime. Read it again, then decide.")

// mayKeep is for those who say who sees a dashboard: the agency's managers and admins,
// and an admin of the customer.
func mayKeep(who actor.Actor) error {
	if who.Is(actor.Client, actor.Admin) || mayBuild(who) == nil {
		return nil
	}
	return fault.Denied("It takes an admin of the company, or one of the agency's managers, to say who sees a dashboard.")
}

// Readers are the people of a dashboard's customer, and whether they see it.
func (s *Service) Readers(ctx context.Context, id uuid.UUID) (people []Person, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if who := tx.Actor(); !who.Is(actor.Staff) {
			if err := mayKeep(who); err != nil {
				return err
			}
		}
		d, err := readDashboard(ctx, tx, id)
		if err != nil {
			return err
		}
		people, err = readers(ctx, tx, d.Dashboard)
		return err
	})
	return people, err
}

func readers(ctx context.Context, tx *db.Tx, d Dashboard) ([]Person, error) {
	rows, err := analyticsdb.New(tx).Members(ctx, analyticsdb.MembersParams{DashboardID: d.ID, CustomerID: d.Customer.ID})
	people := make([]Person, len(rows))
	for i, row := range rows {
		people[i] = Person{row.UserID, row.Name, row.Role, row.Denied}
	}
	return people, err
}

// KeepFrom says who of a customer's people does not see a dashboard: these and
// nobody else. With ifMatch, the readers must still be those of that tag.
func (s *Service) KeepFrom(ctx context.Context, id uuid.UUID, ifMatch string, users []uuid.UUID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayKeep(tx.Actor()); err != nil {
			return err
		}
		d, err := readDashboard(ctx, tx, id)
		if err != nil {
			return err
		}
		return keepFrom(ctx, tx, d.Dashboard, ifMatch, users)
	})
}

// keepFrom holds the readers while it compares and changes them. It does so by a lock of
// its own: a client may not hold the dashboard's row.
func keepFrom(ctx context.Context, tx *db.Tx, d Dashboard, ifMatch string, users []uuid.UUID) error {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 0))`, d.ID.String()); err != nil {
		return err
	}
	people, err := readers(ctx, tx, d)
	if err != nil {
		return err
	}
	if api.CheckMatch(ifMatch, api.ContentTag(people)) != nil {
		return errReaders
	}
	known := map[uuid.UUID]Person{}
	for _, p := range people {
		known[p.ID] = p
	}
	for _, user := range users {
		switch p, ok := known[user]; {
		case !ok:
			return fault.InvalidField("denied", "%s is nobody of this customer.", user)
		case !p.deniable():
			return fault.InvalidField("denied", "An admin of the customer sees every dashboard.")
		}
	}
	tx.Record(about("dashboard.access", d.Customer.ID, d.ID, map[string]any{"denied": users}))
	announce(tx, d.Customer.ID, d.ID)
	q := analyticsdb.New(tx)
	if err := q.ClearDenials(ctx, d.ID); err != nil {
		return err
	}
	return q.Deny(ctx, analyticsdb.DenyParams{DashboardID: d.ID, CustomerID: d.Customer.ID, Users: users, Now: clock.Now(ctx)})
}
