package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
)

// viewLife is how long an employee may view as a client at a stretch.
const viewLife = 30 * time.Minute

// viewCookie is the name of the cookie that holds a view.
const viewCookie = "portal_view_as"

// View lets an employee's browser see the portal as one of a customer's people. Its
// token is known here and in the browser only.
type View struct {
	Token     string
	ExpiresAt time.Time
}

// mayView makes sure that the actor may see the portal as a customer's people do.
func mayView(who actor.Actor, customer uuid.UUID) error {
	switch {
	case !who.Is(actor.Staff, actor.Manager, actor.Admin):
		return fault.Denied("Your role, %s, may not view as a client. It takes a manager of the customer or an admin.", who.Role)
	case !who.Serves(customer):
		return fault.Missing("customer")
	}
	return nil
}

// StartView begins a view as one of a customer's people, in place of the view that
// the employee's session may have.
func (s *Service) StartView(ctx context.Context, customer, user uuid.UUID) (View, error) {
	who, _, err := signedInBrowser(ctx)
	if err == nil {
		err = mayView(who, customer)
	}
	if err != nil {
		return View{}, err
	}
	now := clock.Now(ctx)
	v := View{Token: newToken(), ExpiresAt: now.Add(viewLife)}
	err = s.write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `delete from view_as_sessions where session_id = $1`, who.SessionID); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			insert into view_as_sessions (id, token_hash, session_id, customer_id, user_id, created_at, expires_at)
			select $1, $2, $3, m.customer_id, m.user_id, $6, $7
			from customer_members m
			join customers c on c.id = m.customer_id and c.is_active
			join client_portal_users u on u.id = m.user_id and u.is_active and u.email_verified
			where m.customer_id = $4 and m.user_id = $5 and m.is_active`,
			newID(), digest(v.Token), who.SessionID, customer, user, now, v.ExpiresAt)
		if err == nil && tag.RowsAffected() == 0 {
			return fault.New(fault.NotFound, "There is nobody of that name who may sign in to this company, so there is nothing to view.")
		}
		tx.Record(viewEvent("view_as.start", who, customer, user))
		return err
	})
	return v, err
}

// StopView ends the view of the employee's session, and its event streams.
func (s *Service) StopView(ctx context.Context) error {
	who, _, err := signedInBrowser(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		var customer, user uuid.UUID
		err := tx.QueryRow(ctx, `delete from view_as_sessions where session_id = $1 returning customer_id, user_id`,
			who.SessionID).Scan(&customer, &user)
		if errors.Is(err, pgx.ErrNoRows) {
			return db.ErrUnchanged
		}
		tx.Record(viewEvent("view_as.stop", who, customer, user))
		tx.Announce(live.Hint{PersonID: who.ID})
		return err
	})
}

func viewEvent(action string, who actor.Actor, customer, user uuid.UUID) audit.Event {
	return audit.Event{
		Action: action, CustomerID: customer, Subject: audit.Subject{Type: "user", ID: user},
		Actor: audit.Actor{Kind: string(who.Kind), ID: who.ID, Name: who.Name, OnBehalfOf: user},
	}
}

// byView finds a view while its employee's session lasts, which the browser must hold
// too, while the employee may view the customer, and while the person may sign in.
const byView = `
	select u.id, u.email, coalesce(u.first_name, ''), coalesce(u.last_name, ''), m.role, array[m.customer_id],
		e.id, e.first_name, e.last_name, e.email
	from view_as_sessions v
	join sessions s on s.id = v.session_id and s.token_hash = $2 and s.expires_at > $3 and s.last_seen_at > $4
	join employees e on e.id = s.employee_id and e.is_active and (e.role = 'admin' or e.role = 'manager' and exists (
		select from customer_employees a where a.employee_id = e.id and a.customer_id = v.customer_id))
	join client_portal_users u on u.id = v.user_id and u.is_active and u.email_verified
	join customer_members m on m.customer_id = v.customer_id and m.user_id = v.user_id and m.is_active
	join customers c on c.id = v.customer_id and c.is_active
	where v.token_hash = $1 and v.expires_at > $3`

// viewer is the client as whom an employee views, in the client's own role.
func (s *Service) viewer(req *http.Request) (who actor.Actor, err error) {
	view, err := req.Cookie(s.hostName(viewCookie))
	if err != nil {
		return who, errSignedOut
	}
	session, err := req.Cookie(s.cookieName(Staff))
	if err != nil {
		return who, errSignedOut
	}
	ctx := req.Context()
	now := clock.Now(ctx)
	var first, last, staffFirst, staffLast, staffEmail string
	err = s.read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, byView, digest(view.Value), digest(session.Value), now, now.Add(-staffTraits.idle)).Scan(
			&who.ID, &who.Email, &first, &last, &who.Role, &who.CustomerIDs, &who.ViewedBy.ID, &staffFirst, &staffLast, &staffEmail)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return actor.Actor{}, errSignedOut
	}
	who.Kind, who.Name = actor.Client, fullName(first, last, who.Email)
	who.ViewedBy.Name = fullName(staffFirst, staffLast, staffEmail)
	return who, err
}
