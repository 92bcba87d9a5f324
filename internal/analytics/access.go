package analytics

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/analyticsdb"
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

// Readers are the people of a dashboard's customer, and whether they see it.
func (s *Service) Readers(ctx context.Context, id uuid.UUID) (people []Person, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if !tx.Actor().Is(actor.Staff) {
			return fault.Denied("This is for the agency's people.")
		}
		d, err := readDashboard(ctx, tx, id)
		if err != nil {
			return err
		}
		rows, err := analyticsdb.New(tx).Members(ctx, analyticsdb.MembersParams{DashboardID: id, CustomerID: d.Customer.ID})
		people = make([]Person, len(rows))
		for i, row := range rows {
			people[i] = Person{row.UserID, row.Name, row.Role, row.Denied}
		}
		return err
	})
	return people, err
}

// KeepFrom says who of a customer's people does not see a dashboard: these and
// nobody else.
func (s *Service) KeepFrom(ctx context.Context, id uuid.UUID, users []uuid.UUID) error {
	return s.edit(ctx, id, "", func(tx *db.Tx, q *analyticsdb.Queries, d *Dashboard) error {
		people, err := q.Members(ctx, analyticsdb.MembersParams{DashboardID: id, CustomerID: d.Customer.ID})
		if err != nil {
			return err
		}
		roles := map[uuid.UUID]string{}
		for _, p := range people {
			roles[p.UserID] = p.Role
		}
		for _, user := range users {
			switch role, known := roles[user]; {
			case !known:
				return fault.InvalidField("denied", "%s is nobody of this customer.", user)
			case role == string(actor.Admin):
				return fault.InvalidField("denied", "An admin of the customer sees every dashboard.")
			}
		}
		tx.Record(about("dashboard.access", d.Customer.ID, id, map[string]any{"denied": users}))
		if err := q.ClearDenials(ctx, id); err != nil {
			return err
		}
		return q.Deny(ctx, analyticsdb.DenyParams{DashboardID: id, CustomerID: d.Customer.ID, Users: users, Now: clock.Now(ctx)})
	})
}
