package datasource

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

const (
	linkLasts = 7 * 24 * time.Hour
	tripLasts = 15 * time.Minute
)

// ReconnectLink is a link by which a customer's admin authorises a source.
type ReconnectLink struct {
	URL       string    `json:"url" doc:"For the customer's people; it works once, after they have signed in"`
	ExpiresAt time.Time `json:"expires_at"`
}

// CreateReconnectLink makes a link by which the client authorises a source: the
// agency sees no secret of theirs.
func (s *Service) CreateReconnectLink(ctx context.Context, id uuid.UUID) (ReconnectLink, error) {
	who, err := manager(ctx)
	if err != nil {
		return ReconnectLink{}, err
	}
	token, now := rand.Text(), clock.Now(ctx)
	link := ReconnectLink{URL: s.BaseURL + "/data-sources/connect?token=" + token, ExpiresAt: now.Add(linkLasts)}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if _, ok := s.types[l.SourceType].(upstream.Authorizer); !ok {
			return fault.New(fault.Conflict, "This kind of source can't be authorised in a browser.")
		}
		if _, err := s.app(l); err != nil {
			return err
		}
		linkID := newID()
		tx.Record(about("create_link", l.CustomerID, id, map[string]any{"link_id": linkID, "expires_at": link.ExpiresAt}))
		return q.AddLink(ctx, datasourcedb.AddLinkParams{
			ID: linkID, CustomerID: l.CustomerID, SourceID: id, TokenHash: hashOf(token), MadeBy: who.Name, CreatedAt: now, ExpiresAt: link.ExpiresAt,
		})
	})
	if err != nil {
		return ReconnectLink{}, fmt.Errorf("create a reconnect link: %w", err)
	}
	return link, nil
}

// app is the agency's registration with the system, as the source's credentials of
// the kind oauth have it.
func (s *Service) app(l loaded) (upstream.App, error) {
	var given struct {
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
	}
	needed := fault.New(fault.Conflict, "Set the connection to OAuth first, with the client id and secret of your own registration with the system.")
	if l.ConnectionType == nil || *l.ConnectionType != byOAuth || l.ApiCredentials == nil {
		return upstream.App{}, needed
	}
	credentials, err := s.open(l.ApiCredentials, l.ID)
	if err != nil {
		return upstream.App{}, needed
	}
	if json.Unmarshal(credentials, &given) != nil || given.ClientID == "" || given.ClientSecret == "" {
		return upstream.App{}, needed
	}
	return upstream.App{ClientID: given.ClientID, ClientSecret: given.ClientSecret}, nil
}

// Invitation is what a reconnect link is about.
type Invitation struct {
	Source ClientSource
	System string
	MadeBy string
}

// goneLink is the one answer for links that are used, over, unknown or another company's.
func goneLink() error {
	return fault.New(fault.NotFound, "This link is used or over. Ask the agency for a new one.")
}

// Invitation reads what a link is about, for an admin of the customer.
func (s *Service) Invitation(ctx context.Context, token string) (Invitation, error) {
	link, l, err := s.link(ctx, token)
	if err != nil {
		return Invitation{}, err
	}
	source, _ := s.known(l.SourceType)
	return Invitation{
		Source: ClientSource{ID: l.ID, SourceName: l.SourceName, SourceType: l.SourceType, AccountName: l.AccountName, Message: healthOf(l, clock.Now(ctx)).Client},
		System: source.Label(), MadeBy: link.MadeBy,
	}, nil
}

func (s *Service) link(ctx context.Context, token string) (link datasourcedb.SourceLink, l loaded, err error) {
	who, _ := actor.From(ctx)
	if !who.Is(actor.Client, actor.Admin, actor.Approver) || who.Viewing() {
		return link, l, fault.Denied("It takes an admin or approver of the company to authorise a data source.")
	}
	err = s.DB.Read(actor.As(ctx, "reconnect link"), func(tx *db.Tx) (err error) {
		q := datasourcedb.New(tx)
		if link, err = q.Link(ctx, hashOf(token)); err != nil {
			return err
		}
		l, err = load(ctx, q, link.SourceID)
		return err
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return link, l, goneLink()
	case err != nil:
		return link, l, err
	case link.CustomerID != who.CustomerID() || link.UsedAt != nil || link.ExpiresAt.Before(clock.Now(ctx)):
		return link, l, goneLink()
	}
	return link, l, nil
}

// Depart begins a trip to the system's own sign-in. What comes back counts for this
// session and this customer only, and once.
func (s *Service) Depart(ctx context.Context, token string) (address string, err error) {
	link, l, err := s.link(ctx, token)
	if err != nil {
		return "", err
	}
	return s.depart(ctx, l, &link.ID, s.BaseURL+clientReturn)
}

// DepartStaff is the same for the agency's own people.
func (s *Service) DepartStaff(ctx context.Context, id uuid.UUID) (address string, err error) {
	if _, err := manager(ctx); err != nil {
		return "", err
	}
	l, err := s.read(ctx, id)
	if err != nil {
		return "", err
	}
	return s.depart(ctx, l, nil, s.BaseURL+staffReturn)
}

// Where the systems send people back to.
const (
	clientReturn = "/data-sources/authorised"
	staffReturn  = "/staff/data-sources/authorised"
)

func (s *Service) depart(ctx context.Context, l loaded, link *uuid.UUID, back string) (string, error) {
	who, _ := actor.From(ctx)
	authorizer, ok := s.types[l.SourceType].(upstream.Authorizer)
	if !ok {
		return "", fault.New(fault.Conflict, "This kind of source can't be authorised in a browser.")
	}
	app, err := s.app(l)
	if err != nil {
		return "", err
	}
	state := rand.Text() + rand.Text()
	address, err := authorizer.AuthorizeURL(app, l.Settings, state, back)
	if err != nil {
		return "", err
	}
	err = s.DB.Write(actor.As(ctx, "data source authorisation"), func(tx *db.Tx) error {
		tx.Record(inner("depart", l.ID, map[string]any{"by": who.ID}))
		return datasourcedb.New(tx).AddAuthorisation(ctx, datasourcedb.AddAuthorisationParams{
			StateHash: hashOf(state), CustomerID: l.CustomerID, SourceID: l.ID, SessionID: who.SessionID, LinkID: link, ExpiresAt: clock.Now(ctx).Add(tripLasts),
		})
	})
	return address, err
}

// Arrive ends a trip: the code is exchanged for credentials, which are sealed at once.
func (s *Service) Arrive(ctx context.Context, query url.Values) (Source, error) {
	who, _ := actor.From(ctx)
	code := query.Get("code")
	trip, l, err := s.trip(ctx, query.Get("state"))
	switch {
	case err != nil:
		return Source{}, err
	case trip.SessionID != who.SessionID || !who.Serves(trip.CustomerID) && who.CustomerID() != trip.CustomerID:
		return Source{}, goneTrip()
	case query.Get("error") != "" || code == "":
		return Source{}, fault.New(fault.Conflict, "The authorisation was not given. Nothing has changed.")
	}
	back := s.BaseURL + clientReturn
	if who.Is(actor.Staff) {
		back = s.BaseURL + staffReturn
	}
	app, err := s.app(l)
	if err != nil {
		return Source{}, err
	}
	kept, err := s.open(l.ApiCredentials, l.ID)
	if err != nil {
		return Source{}, fault.New(fault.Conflict, "The connection has changed meanwhile. Start again.")
	}
	authorizer, ok := s.types[l.SourceType].(upstream.Authorizer)
	if !ok {
		return Source{}, goneTrip()
	}
	if signed, ok := authorizer.(upstream.SignedCallback); ok {
		if err := signed.VerifyCallback(app, l.Settings, query, clock.Now(ctx)); err != nil {
			return Source{}, goneTrip()
		}
	}
	exchanging, cancel := context.WithTimeout(ctx, testBound)
	defer cancel()
	credentials, err := authorizer.Exchange(exchanging, s.conn(l, kept, &notes{}), app, code, back)
	if failure, ok := upstream.AsFailure(err); ok {
		words := failure.Client
		if who.Is(actor.Staff) {
			words = failure.Staff
		}
		return Source{}, &fault.Error{Code: fault.Conflict, Message: words}
	}
	if err != nil {
		return Source{}, errors.New("exchange an authorisation for credentials") // without a cause that could quote them
	}
	return s.authorised(ctx, trip, credentials)
}

func goneTrip() error {
	return fault.New(fault.Conflict, "This authorisation was begun elsewhere, or too long ago. Start again from the portal.")
}

// trip takes a trip by its state: it can't be taken twice.
func (s *Service) trip(ctx context.Context, state string) (trip datasourcedb.SourceAuthorisation, l loaded, err error) {
	err = s.DB.Write(actor.As(ctx, "data source authorisation"), func(tx *db.Tx) (err error) {
		q := datasourcedb.New(tx)
		if trip, err = q.TakeAuthorisation(ctx, hashOf(state)); err != nil {
			return err
		}
		tx.Record(inner("arrive", trip.SourceID, nil))
		l, err = load(ctx, q, trip.SourceID)
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && trip.ExpiresAt.Before(clock.Now(ctx)) {
		return trip, l, goneTrip()
	}
	return trip, l, err
}

// authorised keeps the credentials. The portal itself writes, since a client's role
// can't; the event says who authorised it.
func (s *Service) authorised(ctx context.Context, trip datasourcedb.SourceAuthorisation, credentials json.RawMessage) (Source, error) {
	who, _ := actor.From(ctx)
	var made Source
	err := s.DB.Write(actor.As(ctx, "data source authorisation"), func(tx *db.Tx) error {
		q, now := datasourcedb.New(tx), clock.Now(ctx)
		if trip.LinkID != nil {
			if n, err := q.UseLink(ctx, datasourcedb.UseLinkParams{ID: *trip.LinkID, UsedAt: &now}); err != nil || n == 0 {
				return errors.Join(err, goneLink())
			}
		}
		l, err := lock(ctx, q, trip.SourceID)
		if err != nil {
			return err
		}
		if err := s.setConnection(ctx, tx, l, connection{byOAuth, credentials, l.Settings, l.AccountName, who.Name}); err != nil {
			return err
		}
		e := about("authorise", l.CustomerID, l.ID, nil)
		e.Actor.Kind, e.Actor.ID, e.Actor.Name = string(who.Kind), who.ID, who.Name
		tx.Record(e)
		announce(tx, l.CustomerID, l.ID)
		if l, err = load(ctx, q, l.ID); err != nil {
			return err
		}
		made = sourceOf(l, now)
		return nil
	})
	if err != nil {
		return Source{}, fmt.Errorf("authorise a data source: %w", err)
	}
	return made, nil
}
