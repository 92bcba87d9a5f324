package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// seal encrypts credentials for the source of this id, as the column keeps them.
func (s *Service) seal(credentials json.RawMessage, source uuid.UUID) ([]byte, error) {
	sealed, err := s.Secrets.Seal(credentials, source.String())
	if err != nil {
		return nil, errors.New("seal the credentials of a data source") // without a cause that could quote them
	}
	return json.Marshal(sealed)
}

// open decrypts what seal made. Its error says nothing of what is inside.
func (s *Service) open(column []byte, source uuid.UUID) (json.RawMessage, error) {
	if column == nil {
		return nil, &upstream.Failure{
			Kind: upstream.Reauthorise, Code: "no_credentials", Client: "Not connected yet.",
			Staff: "There are no credentials. Enter them, or send the client a link to authorise the source.",
		}
	}
	var sealed string
	if err := json.Unmarshal(column, &sealed); err != nil {
		return nil, errors.New("the credentials of a data source are no ciphertext")
	}
	plain, err := s.Secrets.Open(sealed, source.String())
	if err != nil {
		return nil, &upstream.Failure{
			Kind: upstream.Reauthorise, Code: "sealed", Client: "The connection has to be made again.",
			Staff: "The credentials were sealed with keys that this portal does not have. Enter them again.",
		}
	}
	return plain, nil
}

// notes are what a connector tells of while it works.
type notes struct {
	quota       any
	account     string
	unavailable []string
	expires     time.Time
	others      map[string]any
}

// The notes that are more than words for the run's history.
const (
	noteQuota       = "quota"
	noteUnavailable = "unavailable" // []string: metrics that can't be had
	noteExpires     = "token_expires_at"
	noteAccount     = "account_name" // of the property, ad account or shop, where nobody chose it from a list
)

func (n *notes) take(key string, value any) {
	switch key {
	case noteQuota:
		n.quota = value
		return
	case noteAccount:
		name, _ := value.(string)
		runes := []rune(strings.Join(strings.Fields(strings.ReplaceAll(name, "\x00", "")), " "))
		n.account = string(runes[:min(len(runes), maxName)])
		return
	case noteUnavailable:
		if names, ok := value.([]string); ok {
			n.unavailable = append(n.unavailable, names...)
		}
	case noteExpires:
		switch at := value.(type) {
		case time.Time:
			n.expires = at
		case string:
			n.expires, _ = time.Parse(time.RFC3339, at)
		}
	}
	if n.others == nil {
		n.others = map[string]any{}
	}
	n.others[key] = value
}

// connect makes the connection of a source for one piece of work: its tokens are
// renewed first where they are about to end.
func (s *Service) connect(ctx context.Context, l loaded, n *notes) (*upstream.Conn, error) {
	credentials, err := s.open(l.ApiCredentials, l.ID)
	if err != nil {
		return nil, err
	}
	conn := s.conn(l, credentials, n)
	source, _ := s.known(l.SourceType)
	if renewer, ok := source.(upstream.Renewer); ok && soon(renewer.Expires(credentials), clock.Now(ctx)) {
		if err := s.renew(ctx, l, conn, renewer, false); err != nil {
			return nil, err
		}
	}
	return conn, nil
}

func (s *Service) conn(l loaded, credentials json.RawMessage, n *notes) *upstream.Conn {
	kind := ""
	if l.ConnectionType != nil {
		kind = *l.ConnectionType
	}
	return &upstream.Conn{
		SourceID: l.ID, ConnectionType: kind, Credentials: credentials, Settings: l.Settings,
		Client: s.Client, Now: time.Now, Note: n.take,
	}
}

// renewBefore is how long before their end tokens are renewed.
const renewBefore = 5 * time.Minute

func soon(expires, now time.Time) bool {
	return !expires.IsZero() && expires.Before(now.Add(renewBefore))
}

// renew exchanges the tokens of a connection under a lock of its row, so that no two
// portals use one rotating token, and commits the new ones before they are used. If
// somebody else has renewed them meanwhile, theirs are taken; forced, only those
// that differ from the ones that failed.
func (s *Service) renew(ctx context.Context, l loaded, conn *upstream.Conn, renewer upstream.Renewer, forced bool) error {
	failed := string(conn.Credentials)
	var refused error
	err := s.DB.Write(actor.As(ctx, "data source renewal"), func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		row, err := q.LockSource(ctx, l.ID)
		if err != nil {
			return err
		}
		current, err := s.open(row.AnalyticsDataSource.ApiCredentials, l.ID)
		if err != nil {
			return err
		}
		conn.Credentials = current
		if forced && string(current) != failed || !forced && !soon(renewer.Expires(current), clock.Now(ctx)) {
			return db.ErrUnchanged
		}
		renewed, err := renewer.Renew(ctx, conn)
		if err != nil {
			refused = err
			return db.ErrUnchanged
		}
		sealed, err := s.seal(renewed, l.ID)
		if err != nil {
			return err
		}
		conn.Credentials = renewed
		p := datasourcedb.RenewedParams{ID: l.ID, ApiCredentials: sealed, TokenExpiresAt: later(l.TokenExpiresAt, renewer.Expires(renewed))}
		tx.Record(inner("renew", l.ID, map[string]any{"token_expires_at": p.TokenExpiresAt}))
		return q.Renewed(ctx, p)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return db.Missing(err, "data source")
	}
	if err != nil {
		return fmt.Errorf("renew the connection: %w", err)
	}
	return refused
}

// renewed does something over the connection; where that is refused for want of a
// valid token and the source can renew it, once more with a new one.
func (s *Service) renewed(ctx context.Context, l loaded, conn *upstream.Conn, do func() error) error {
	err := do()
	failure, ok := upstream.AsFailure(err)
	source, _ := s.known(l.SourceType)
	renewer, can := source.(upstream.Renewer)
	if !ok || failure.Kind != upstream.Reauthorise || !can || renewer.Expires(conn.Credentials).IsZero() {
		return err
	}
	if err := s.renew(ctx, l, conn, renewer, true); err != nil {
		return err
	}
	return do()
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Reseal seals all credentials again that are not sealed with the newest key, a few
// in each transaction, so that it can be stopped and started again.
func (s *Service) Reseal(ctx context.Context) (done int, err error) {
	after := uuid.Nil
	for {
		var rows []datasourcedb.SealedSourcesRow
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			q := datasourcedb.New(tx)
			if rows, err = q.SealedSources(ctx, after); err != nil {
				return err
			}
			changed := 0
			for _, row := range rows {
				after = row.ID
				again, err := s.resealed(ctx, q, row.ID)
				if err != nil {
					return err
				}
				changed += again
			}
			if changed == 0 {
				return db.ErrUnchanged
			}
			done += changed
			tx.Record(inner("reseal", uuid.Nil, map[string]int{"sealed": changed}))
			return nil
		})
		if err != nil || len(rows) == 0 {
			return done, err
		}
	}
}

// resealed seals the credentials of one source again, as they are under its lock.
func (s *Service) resealed(ctx context.Context, q *datasourcedb.Queries, id uuid.UUID) (int, error) {
	row, err := q.LockSource(ctx, id)
	if err != nil {
		return 0, err
	}
	var sealed string
	if err := json.Unmarshal(row.AnalyticsDataSource.ApiCredentials, &sealed); err != nil {
		return 0, fmt.Errorf("data source %s: the credentials are no ciphertext", id)
	}
	if s.Secrets.Current(sealed) {
		return 0, nil
	}
	plain, err := s.Secrets.Open(sealed, id.String())
	if err != nil {
		return 0, fmt.Errorf("data source %s: its credentials don't open: %w", id, err)
	}
	again, err := s.seal(plain, id)
	if err != nil {
		return 0, err
	}
	return 1, q.Reseal(ctx, datasourcedb.ResealParams{ID: id, ApiCredentials: again})
}

// later is the end of what lives longer: an authorisation outlives the tokens that
// are renewed with it.
func later(known *time.Time, renewed time.Time) *time.Time {
	if known != nil && known.After(renewed) {
		return known
	}
	return timeOrNil(renewed)
}
