package db

import (
	"bytes"
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/fault"
)

// Key names a request that its caller may send again.
type Key struct {
	Principal   string // who calls, and for which company
	Key         string // the caller's Idempotency-Key
	Fingerprint []byte // SHA-256 of method, path and body
}

// Answer is what a request was answered.
type Answer struct {
	Status   int
	Header   map[string][]string
	Body     []byte
	Replayed bool
	Secret   bool // holds a token or the like: it is not kept, and a repetition is a request of its own
}

// Once answers the request of this key exactly once: fn's changes and its answer
// are committed together, and a repetition gets the stored answer. Every Read and
// Write inside fn joins its transaction. A twin that is still in flight is a
// Conflict; the same key with another request is Invalid.
//
// An answer that is not a success is not stored, and fn's changes are given up.
func (d *DB) Once(ctx context.Context, key Key, fn func(ctx context.Context) (Answer, error)) (Answer, error) {
	tx, err := d.start(ctx, true)
	if err != nil {
		return Answer{}, err
	}
	answer, err := tx.once(ctx, key, fn)
	tx.conn.Release()
	for _, do := range tx.apart {
		err = first(err, do(ctx))
	}
	return answer, err
}

// Apart does what stands even if the request is refused: in a unit of work of its
// own, once an enclosing Once has ended and holds no rows any more.
func Apart(ctx context.Context, do func(ctx context.Context) error) error {
	tx := joined(ctx)
	if tx == nil {
		return do(ctx)
	}
	tx.apart = append(tx.apart, do)
	return nil
}

func (t *Tx) once(ctx context.Context, key Key, fn func(ctx context.Context) (Answer, error)) (Answer, error) {
	stored, err := t.claim(ctx, key)
	if err != nil || stored.Replayed {
		t.rollback(ctx)
		return stored, unavailable(err)
	}
	answer, err := fn(context.WithValue(ctx, joinKey{}, t))
	if err != nil || answer.Status >= 300 {
		t.rollback(ctx)
		return answer, unavailable(err)
	}
	if !answer.Secret {
		if err := t.store(ctx, key, answer); err != nil {
			t.rollback(ctx)
			return Answer{}, unavailable(err)
		}
	}
	return answer, unavailable(t.commit(ctx))
}

// claim takes the key's lock until the end of the transaction, or finds the
// answer that is already there.
func (t *Tx) claim(ctx context.Context, key Key) (Answer, error) {
	b := &pgx.Batch{}
	b.Queue(`select pg_try_advisory_xact_lock(hashtextextended($1, 0))`, key.Principal+"\x1f"+key.Key)
	b.Queue(`select fingerprint, status, header, body from idempotency_keys where principal = $1 and key = $2`,
		key.Principal, key.Key)
	br := t.SendBatch(ctx, b)
	var locked bool
	err := br.QueryRow().Scan(&locked)
	var fingerprint []byte
	answer := Answer{Replayed: true}
	found := br.QueryRow().Scan(&fingerprint, &answer.Status, &answer.Header, &answer.Body)
	switch err := first(err, br.Close()); {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return Answer{}, err
	case found == nil && !bytes.Equal(fingerprint, key.Fingerprint):
		return Answer{}, fault.InvalidField("header.Idempotency-Key", "This key was used for another request.")
	case found == nil:
		return answer, nil
	case !errors.Is(found, pgx.ErrNoRows):
		return Answer{}, found
	case !locked:
		return Answer{}, fault.New(fault.Conflict, "The same request is still being answered.")
	}
	return Answer{}, nil
}

func (t *Tx) store(ctx context.Context, key Key, a Answer) error {
	var customer *uuid.UUID
	if id := t.actor.CustomerID(); id != uuid.Nil {
		customer = &id
	}
	_, err := t.Exec(ctx, `insert into idempotency_keys (principal, key, customer_id, fingerprint, status, header, body)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		key.Principal, key.Key, customer, key.Fingerprint, a.Status, a.Header, append([]byte{}, a.Body...)) // none is no NULL
	return err
}

type joinKey struct{}

// joined is the transaction of an enclosing Once, unless somebody else acts now.
func joined(ctx context.Context) *Tx {
	tx, ok := ctx.Value(joinKey{}).(*Tx)
	if !ok {
		return nil
	}
	if now, _, err := scopeOf(ctx); err != nil || now != tx.scope {
		return nil
	}
	return tx
}

// nested runs a Write inside an enclosing Once, held to the same rule.
func (t *Tx) nested(fn func(tx *Tx) error) error {
	before := len(t.events)
	switch err := fn(t); {
	case errors.Is(err, ErrUnchanged):
		return nil
	case err != nil:
		return err
	case len(t.events) == before:
		return ErrUnaudited
	}
	return nil
}
