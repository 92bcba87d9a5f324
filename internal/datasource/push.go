package datasource

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// MaxPushed is how many rows a batch may have.
const MaxPushed = 5000

// Batch is numbers that another system sends.
type Batch struct {
	Key  string      `json:"batch" minLength:"1" maxLength:"200" doc:"The sender's own name of the batch: the same one again changes nothing"`
	Rows []PushedRow `json:"rows" minItems:"1" maxItems:"5000"`
}

// PushedRow is one number of one day. A later one for the same day, metric and
// dimensions takes its place.
type PushedRow struct {
	Day        string            `json:"day" example:"2026-11-25"`
	Metric     string            `json:"metric" example:"push.deals"`
	Value      string            `json:"value" example:"12.5" doc:"A decimal, as a string"`
	Currency   string            `json:"currency,omitempty" doc:"ISO 4217, of money"`
	Dimensions map[string]string `json:"dimensions,omitempty"`
}

// Receipt says what became of a batch.
type Receipt struct {
	Key      string       `json:"batch"`
	Accepted int          `json:"accepted"`
	Refused  []RefusedRow `json:"refused"`
	Replayed bool         `json:"replayed" doc:"The batch had come before; this is what it was answered"`
}

// RefusedRow is a row that was not taken, with the reason.
type RefusedRow struct {
	Row     int    `json:"row" doc:"From 0, as it was sent; in a file its line"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// PushToken is the key of a source's endpoint, seen once.
type PushToken struct {
	Token string `json:"token" doc:"Send it as Authorization: Bearer …; it is not shown again"`
	URL   string `json:"url"`
}

// PushPath is where batches go.
const PushPath = "/api/push/batches"

// CreatePushToken makes a new token for a source; the one before ends.
func (s *Service) CreatePushToken(ctx context.Context, id uuid.UUID) (PushToken, error) {
	who, err := manager(ctx)
	if err != nil {
		return PushToken{}, err
	}
	made := PushToken{Token: "push_" + rand.Text(), URL: s.BaseURL + PushPath}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if l.SourceType != Push {
			return fault.New(fault.Conflict, "Only a source that numbers are pushed to has a token.")
		}
		tx.Record(about("create_push_token", l.CustomerID, id, nil))
		announce(tx, l.CustomerID, id)
		return q.SetPushToken(ctx, datasourcedb.SetPushTokenParams{ID: id, Hash: hashOf(made.Token), ConnectedBy: who.Name, Now: clock.Now(ctx)})
	})
	if err != nil {
		return PushToken{}, fmt.Errorf("make a push token: %w", err)
	}
	return made, nil
}

// TakeBatch keeps the rows of a batch that are right, and says what is wrong with the
// others. The token says whose they are.
func (s *Service) TakeBatch(ctx context.Context, token string, b Batch) (Receipt, error) {
	if !strings.HasPrefix(token, "push_") {
		return Receipt{}, fault.New(fault.Unauthenticated, "Send the source's token as Authorization: Bearer.")
	}
	if len(b.Rows) > MaxPushed {
		return Receipt{}, fault.New(fault.TooLarge, "Send at most %d rows at once.", MaxPushed)
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return Receipt{}, err
	}
	sum := sha256.Sum256(raw)
	if err := s.prepare(ctx, token, b); err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	err = s.DB.Write(actor.As(ctx, "push"), func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		to, err := q.Pusher(ctx, hashOf(token))
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.New(fault.Unauthenticated, "This token is not, or no longer, a source's.")
		}
		if err != nil {
			return err
		}
		switch before, err := q.Batch(ctx, datasourcedb.BatchParams{SourceID: to.ID, Key: b.Key}); {
		case err == nil && !slices.Equal(before.Fingerprint, sum[:]):
			return fault.InvalidField("batch", "A batch of this name came before with other rows.")
		case err == nil:
			if err := json.Unmarshal(before.Answer, &receipt); err != nil {
				return err
			}
			receipt.Replayed = true
			return db.ErrUnchanged
		case !errors.Is(err, pgx.ErrNoRows):
			return err
		}
		receipt, err = s.takeBatch(ctx, tx, to, b, sum[:])
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("take a batch: %w", err)
	}
	return receipt, nil
}

// prepare makes the store ready for a batch whose token is a source's: before the
// transaction that fills it, which would wait for itself.
func (s *Service) prepare(ctx context.Context, token string, b Batch) error {
	ctx = actor.As(ctx, "push")
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		known, err := datasourcedb.New(tx).PushTokenKnown(ctx, hashOf(token))
		if err == nil && !known {
			return fault.New(fault.Unauthenticated, "This token is not, or no longer, a source's.")
		}
		return err
	})
	if err != nil {
		return err
	}
	var days []upstream.Fact
	for _, r := range b.Rows {
		if day, refused := readDay(r.Day, time.DateOnly); refused == nil {
			days = append(days, upstream.Fact{Day: day})
		}
	}
	if len(days) == 0 {
		return nil
	}
	return s.ensureMonths(ctx, spanOf(days))
}

func (s *Service) takeBatch(ctx context.Context, tx *db.Tx, to datasourcedb.PusherRow, b Batch, sum []byte) (Receipt, error) {
	q, now := datasourcedb.New(tx), clock.Now(ctx)
	own, err := ownMetrics(ctx, q, to.ID)
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{Key: b.Key, Refused: []RefusedRow{}}
	var facts []upstream.Fact
	seen := map[string]int{}
	for i, r := range b.Rows {
		f, refused := r.fact(own, to.Zone)
		if refused == nil {
			key := factKey(f)
			if first, twice := seen[key]; twice {
				refused = &RefusedRow{Field: "day", Message: fmt.Sprintf("Row %d has the same day, metric and dimensions.", first)}
			}
			seen[key] = i
		}
		if refused != nil {
			refused.Row = i
			receipt.Refused = append(receipt.Refused, *refused)
			continue
		}
		facts = append(facts, f)
	}
	receipt.Accepted = len(facts)
	if err := s.merge(ctx, tx, to.CustomerID, to.ID, facts, own, pushRun, "a program", len(receipt.Refused)); err != nil {
		return Receipt{}, err
	}
	answer, err := json.Marshal(receipt)
	if err != nil {
		return Receipt{}, err
	}
	tx.Record(about("push", to.CustomerID, to.ID, map[string]any{"batch": b.Key, "accepted": receipt.Accepted, "refused": len(receipt.Refused)}))
	return receipt, q.KeepBatch(ctx, datasourcedb.KeepBatchParams{
		CustomerID: to.CustomerID, SourceID: to.ID, Key: b.Key, Fingerprint: sum, Answer: answer, CreatedAt: now,
	})
}

// fact reads a row, or says what is wrong with it.
func (r PushedRow) fact(own []OwnMetric, zone string) (upstream.Fact, *RefusedRow) {
	at := slices.IndexFunc(own, func(m OwnMetric) bool { return m.Name == r.Metric })
	if at < 0 {
		return upstream.Fact{}, &RefusedRow{Field: "metric", Message: "The source has no such metric."}
	}
	if own[at].Aggregation == string(metric.Ratio) {
		return upstream.Fact{}, &RefusedRow{Field: "metric", Message: "It is made of " + own[at].Numerator + " and " + own[at].Denominator + ": send those."}
	}
	day, refused := readDay(r.Day, time.DateOnly)
	if refused != nil {
		return upstream.Fact{}, refused
	}
	value, err := upstream.Number(strings.TrimSpace(r.Value))
	if err != nil {
		return upstream.Fact{}, &RefusedRow{Field: "value", Message: "Write a decimal number, such as 12.5."}
	}
	return factOf(own[at], day, value, r.Currency, r.Dimensions, zone)
}
